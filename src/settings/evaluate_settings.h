// The options of `encore evaluate`. Not their table, which names the metrics (commands/evaluate_options.cpp), and not the protocol
// (evaluation/).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>
#include "settings/option.h"

namespace encore {

struct EvaluateSettings {
  std::string model, dataset;
  std::string fold = "test";
  bool reconstruction = true;
  bool other_dataset = false;
  std::optional<std::string> metrics;
  std::string candidates = "rated-by-somebody";
  std::string hide = "given";
  std::string give = "liked";
  std::int64_t negatives = 0;
  std::vector<std::string> by;
  std::optional<std::string> per_user;
  std::optional<std::int64_t> threads;
};

/// commands/evaluate_options.cpp
const OptionTable<EvaluateSettings>& evaluate_options();

}  // namespace encore
