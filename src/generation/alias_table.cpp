// Builds the slots of an alias table.
#include "generation/alias_table.h"
#include <cassert>
#include <numeric>

namespace encore::generation {

AliasTable::AliasTable(std::span<const double> weights) : slots_(weights.size()) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  assert(sum > 0);
  const double scale = static_cast<double>(weights.size()) / sum;
  std::vector<double> share(weights.size());
  std::vector<std::int32_t> poor, rich;
  for (std::size_t index = 0; index < weights.size(); ++index) {
    share[index] = weights[index] * scale;
    (share[index] < 1 ? poor : rich).push_back(static_cast<std::int32_t>(index));
  }
  while (!poor.empty() && !rich.empty()) {
    const std::int32_t small = poor.back(), large = rich.back();
    poor.pop_back();
    slots_[small] = {static_cast<float>(share[small]), large};
    share[large] -= 1 - share[small];  // `large` filled the rest of the small one's slot
    if (share[large] < 1) {
      rich.pop_back();
      poor.push_back(large);
    }
  }
  for (const std::int32_t index : poor) slots_[index] = {1.0F, index};  // rounding left these at almost exactly 1
  for (const std::int32_t index : rich) slots_[index] = {1.0F, index};
}

}  // namespace encore::generation
