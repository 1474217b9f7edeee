// What a network's training will hold in memory, computed before any of it is made. Not a measurement of what it did hold
// (monitor/).
#pragma once
#include <cstdint>

#include "dataset/dataset.h"
#include "exchange/cluster_world.h"
#include "training/training_plan.h"

namespace encore {

/// Rows that the buffers of a step must hold: no batch is larger than the `users` there are, whatever --batch-size says. Never
/// below a panel of 64 rows unless the batch is, so that the layout of a step, and its bits, follow the batch size alone.
std::int64_t rows_of_a_step(std::int64_t batch_size, std::int64_t users);

/// Bytes, of one process.
struct MemoryNeed {
  std::int64_t models = 0;  ///< weights, Adam's moments, the best epoch's copy, what ranks have of their own
  std::int64_t step = 0;    ///< the buffers of a batch
  std::int64_t total() const { return models + step; }
};

/// With batches of `batch_size` users instead of the plan's. Beside the dataset, which is there already.
MemoryNeed memory_need(const TrainingPlan&, const Dataset&, const ClusterWorld&, std::int64_t batch_size);

/// Throws UserError with both numbers and the option that helps when the plan needs more than `available` bytes.
void require_memory(const TrainingPlan&, const Dataset&, const ClusterWorld&, std::int64_t available);

}  // namespace encore
