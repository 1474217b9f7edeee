// What `evaluate` and `compare` ask of a judgement, from their options: metrics, candidates, slices; and the file of
// what each user added. Not the judgement (evaluation/).
#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <vector>
#include "evaluation/ranking.h"
#include "settings/evaluate_settings.h"

namespace encore {

/// --metrics as given, or those of the dataset's protocol, or the usual ones.
std::vector<Metric> metrics_from(const EvaluateSettings& settings);

/// Throws UserError naming the option and its value.
RankingRules rules_from(const EvaluateSettings& settings, const Dataset& dataset, Fold fold);

/// Throws UserError unless the model may be judged on the dataset: the same films and stars, and users that it has not seen.
void require_to_be_judged(const TrainedModel& model, const Dataset& dataset, const EvaluateSettings& settings);

/// What is to be said of retired films, which are judged as if they were answers; empty where there are none.
std::string said_of_retired_films(const TrainedModel& model, const std::string& folder);

struct NamedJudgement {
  std::string name;  ///< "model", "popularity"
  const RankingJudgement* judgement;
};
/// One row a user and ranking: userId, ranking, given, targets and a column a metric of single lists (its value for
/// this user; null where it is undefined). Appears whole or not at all. Throws UserError.
void write_per_user(const std::filesystem::path& file, const Dataset& dataset, std::span<const Metric> metrics,
                    std::span<const NamedJudgement> judgements);

}  // namespace encore
