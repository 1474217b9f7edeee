// What `encore tune` says when it is done: results.json, from which the page is drawn, and the table for people. Not the search
// (tuning/search.h).
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "evaluation/comparison.h"
#include "evaluation/evaluation.h"
#include "tuning/search.h"

namespace encore {

/// A rung in the order in which it was answered.
struct TuneStep {
  std::int64_t trial = 0;
  int rung = 0;
  double seconds = 0;  ///< of all trials until then
  std::optional<double> value;
  bool finished = false;
};

struct TuneReport {
  std::string dataset, fingerprint;
  std::int64_t seed = 0;
  Metric metric;
  std::int64_t validation_users = 0;
  std::vector<SearchSpace> spaces;
  std::vector<Trial> trials;
  std::vector<TuneStep> steps;
  double seconds = 0;
  bool in_time = true;  ///< all trials that were asked for are as far as they go
  const Trial* winner = nullptr;
  std::string command, folder;           ///< of the winner
  std::optional<Comparison> over_defaults;  ///< of its kind; nothing for the defaults themselves
  std::optional<RankingQuality> test;
};

nlohmann::ordered_json to_json(const TuneReport&);
/// The best trials, the winner and how to make it again.
std::string text_of(const TuneReport&);
/// "mult-dae --dropout 0.4", "ease as it is".
std::string setting_text(const std::string& model, const nlohmann::ordered_json& options);

}  // namespace encore
