// The options of `encore compare`. Not how two rankings are compared (evaluation/comparison.h).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>
#include "settings/option.h"

namespace encore {

struct CompareSettings {
  std::vector<std::string> folders;  ///< models, and the dataset last
  std::string fold = "test";
  std::string metrics = "ndcg@100,ndcg@10,recall@20";
  std::string candidates = "rated-by-somebody";
  std::string hide = "given";
  std::int64_t seed = 42;
  std::optional<std::string> page;
  std::optional<std::int64_t> threads;
};

const OptionTable<CompareSettings>& compare_options();

}  // namespace encore
