// The options of `encore evaluate`. Not the protocol (evaluation/).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include "settings/option.h"

namespace encore {

struct EvaluateSettings {
  std::string model, dataset;
  std::string fold = "test";
  bool reconstruction = true;
  bool other_dataset = false;
  std::optional<std::int64_t> threads;
};

const OptionTable<EvaluateSettings>& evaluate_options();

}  // namespace encore
