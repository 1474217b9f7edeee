// The options of `encore similar`.
#pragma once
#include <cstdint>
#include <string>
#include "settings/option.h"

namespace encore {

struct SimilarSettings {
  std::string model, title;
  std::int64_t k = 10;
};

const OptionTable<SimilarSettings>& similar_options();

}  // namespace encore
