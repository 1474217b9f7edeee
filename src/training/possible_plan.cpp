// Wide bounds: they keep what is computed from a plan within its types.
#include "training/possible_plan.h"

#include <algorithm>

namespace encore {

bool is_possible(const TrainingPlan& plan) {
  const Architecture& a = plan.architecture;
  return plan.shards >= 1 && plan.shards <= 65536 && plan.threads >= 1 && plan.block_items >= 1 &&
         plan.round >= 1 && plan.round <= 1'000'000 && plan.patience >= 0 && plan.patience <= 1'000'000 &&
         plan.learning.batch_size >= 1 && plan.learning.epochs >= 0 && is_allowed(a.output, a.loss) &&
         fault_of_widths(a).empty() &&
         std::ranges::all_of(a.hidden, [](std::int64_t width) { return width >= 1 && width <= 1'000'000; });
}

}  // namespace encore
