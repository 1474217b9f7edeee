// The options of `encore generate`. Not the shapes of the known data sets (generation/shape.h).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include "settings/option.h"

namespace encore {

struct GenerateSettings {
  std::string output;
  std::string like = "ml-25m";
  std::optional<double> scale;
  std::optional<std::int64_t> users, films, ratings;  ///< not what the scale says
  std::int64_t seed = 42;
  std::optional<std::int64_t> threads;
};

const OptionTable<GenerateSettings>& generate_options();

}  // namespace encore
