// What the page of `encore compare` shows beside the differences: curves over k, slices, quality against time. Not the comparison
// (evaluation/comparison.h) and not the drawing (src/report/page/).
#pragma once
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "evaluation/ranking.h"

namespace encore {

struct JudgedModel {
  std::string name;
  RankingRules rules;
  RankingJudgement judgement;
  double seconds = 0;  ///< of the ranking of all judged users
  std::int64_t parameters = 0;
};

/// More metrics, behind those that are there, and slices.
void add_charts(RankingRules&, const Dataset&, Fold);

/// `answer`: what --json says. `metrics`: those that were asked for.
nlohmann::ordered_json charts_json(const nlohmann::ordered_json& answer, std::span<const JudgedModel>, const Dataset&,
                                   std::span<const Metric> metrics);

}  // namespace encore
