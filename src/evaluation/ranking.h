// Quality of ranking on held-out users by fold-in (Liang, Krishnan, Hoffman, Jebara 2018); declarations in
// evaluation.h, each metric under its formula in metrics.h. The protocol:
//   - users of the fold with at least one target (preparation gives targets to those with 5 liked items or more);
//   - the given part of their liked items goes in (with its ratings, for models that take them) and is hidden in the
//   answer, as are hidden ratings;
//   - candidates are all items with a training rating; others are never shown, and are misses when they are targets;
//   - means over those users; coverage and Gini over how often each candidate stands in a top-10 list;
//   - equal scores rank by item index, ascending.
// Popularity ranks the candidates by how many training users liked them. RankingRules change what a protocol may
// change: the metrics, the candidates, what is hidden; and cut the users or the targets into slices.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>
#include "evaluation/evaluation.h"
#include "evaluation/given_parts.h"
#include "evaluation/sums.h"

namespace encore {

/// A part of the judgement: only these items count as targets and as shown, and only these users are asked.
struct RankingSlice {
  std::string name;
  std::vector<std::uint8_t> items;  ///< [M]; empty: all
  std::vector<std::uint8_t> users;  ///< [U] of the dataset; empty: all
};

struct RankingRules {
  std::vector<Metric> metrics = default_metrics();
  std::vector<std::uint8_t> candidate;  ///< [M]; empty: candidates_of
  bool hide_rated = false;  ///< what the user rated without being a target, such as films they disliked, is never shown
  Give give = Give::liked;  ///< what of a judged user goes in
  std::vector<RankingSlice> slices;
  std::int64_t negatives = 0;  ///< so many candidates drawn for each user beside the targets; 0: all
  std::vector<std::int32_t> numbers;  ///< [U] by which they, and what is given, are drawn; empty: those of the dataset
  std::optional<ItemFacts> facts;     ///< of a dataset of which only some users are here; nothing: the dataset's own
};

/// The sums, and what each user added to them.
struct RankingJudgement {
  RankingSums all;
  std::vector<RankingSums> slices;     ///< in the order of the rules
  std::vector<std::int32_t> users;     ///< [n] of the dataset
  std::vector<std::int32_t> given, targets;  ///< [n] how many
  std::vector<Share> shares;           ///< [n][metrics]
};
RankingJudgement judge_ranking(const TrainedModel&, const Dataset&, Fold, const RankingRules&, int threads,
                               const OnUsers& on_users = {});
RankingJudgement judge_popularity(const Dataset&, Fold, const RankingRules&, int threads);
/// `liked` [M]: how many training users liked each item.
RankingJudgement judge_popularity(const Dataset&, Fold, const RankingRules&, std::span<const std::int64_t> liked, int threads);

/// The users of a fold that have something to find.
std::vector<std::int32_t> users_with_targets(const Dataset&, Fold);
/// 1 for items with a training rating. [M]
std::vector<std::uint8_t> candidates_of(const Catalogue& items);
/// `rules.candidate`, or candidates_of. [M]
std::vector<std::uint8_t> candidates_of(const RankingRules& rules, const Catalogue& items);

/// The candidates by how many training users rated them as liked or better, most first, equal counts by item.
std::vector<std::int32_t> items_by_popularity(const Dataset& dataset);

/// Head, middle and tail: the most rated items that together have a third of the training ratings, the next, the rest.
std::vector<RankingSlice> slices_by_popularity(const Catalogue& items);
/// Users by how many of their ratings go in: below 10, 10 to 29, 30 to 99, 100 and more; without empty slices unless asked for.
std::vector<RankingSlice> slices_by_history(const Dataset& dataset, Fold fold, bool with_empty = false);

}  // namespace encore
