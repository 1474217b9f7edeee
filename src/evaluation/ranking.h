// Quality of ranking on held-out users by fold-in (Liang, Krishnan, Hoffman, Jebara 2018); declarations in
// evaluation.h, each metric under its formula in metrics.h. The protocol:
//   - users of the fold with at least one target (preparation gives targets to those with 5 liked items or more);
//   - the given part of their liked items goes in (with its ratings, for models that take them) and is hidden in the
//   answer;
//   - candidates are all items with a training rating; others are never shown, and are misses when they are targets;
//   - means over those users; coverage and Gini over how often each candidate stands in a top-10 list;
//   - equal scores rank by item index, ascending.
// Popularity ranks the candidates by how many training users liked them.
#pragma once
#include <cstdint>
#include <vector>
#include "evaluation/evaluation.h"

namespace encore {

/// The users of a fold that have something to find.
std::vector<std::int32_t> users_with_targets(const Dataset&, Fold);
/// 1 for items with a training rating. [M]
std::vector<std::uint8_t> candidates_of(const Catalogue& items);

/// The candidates by how many training users rated them as liked or better, most first, equal counts by item.
std::vector<std::int32_t> items_by_popularity(const Dataset& dataset);

}  // namespace encore
