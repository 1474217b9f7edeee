// The options of `encore evaluate`. Not the protocol (evaluation/).
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
  std::string metrics = "recall@20,recall@50,ndcg@10,ndcg@100,precision@10,coverage,gini";
  std::string candidates = "rated-by-somebody";
  std::string hide = "given";
  std::vector<std::string> by;
  std::optional<std::string> per_user;
  std::optional<std::int64_t> threads;
};

const OptionTable<EvaluateSettings>& evaluate_options();

}  // namespace encore
