// A test for every row of the table of kinds.
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "models/table.h"

namespace encore {

inline std::vector<std::string> names_of_kinds() {
  std::vector<std::string> names;
  for (const ModelKind& kind : model_kinds()) names.emplace_back(kind.name);
  return names;
}

/// "mult-dae" as a name that GoogleTest takes.
inline std::string test_name(const testing::TestParamInfo<std::string>& kind) {
  std::string name = kind.param;
  std::ranges::replace(name, '-', '_');
  return name;
}

}  // namespace encore
