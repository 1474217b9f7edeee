// The options of `encore items`. Not what its actions do (commands/items.cpp).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>
#include "settings/option.h"

namespace encore {

struct ItemsSettings {
  std::string action;
  std::string model;
  std::vector<std::string> what;
  std::optional<std::string> dataset;
  std::optional<std::string> item_vectors;
  std::optional<std::int64_t> threads;
};

const OptionTable<ItemsSettings>& items_options();

}  // namespace encore
