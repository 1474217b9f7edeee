// The clock runs between two barriers of all ranks.
#include "steps.h"

#include <chrono>

#include "training/epoch_runner.h"

namespace encore::bench {

Steps::Steps(const Dataset& data, const TrainingPlan& plan) : data_(data), plan_(plan), world_(plan.shards, plan.threads) {}

std::vector<std::int32_t> Steps::users_of(std::int64_t t) const {
  const auto rows = static_cast<std::size_t>(plan_.learning.batch_size), all = static_cast<std::size_t>(data_.users.size());
  std::vector<std::int32_t> users(rows);
  for (std::size_t i = 0; i < rows; ++i)
    users[i] = static_cast<std::int32_t>((static_cast<std::size_t>(t - 1) * rows + i) % all);
  return users;
}

double Steps::run(std::int64_t steps) {
  std::chrono::steady_clock::time_point began, ended;
  run_ranks(plan_.shards, [&](int rank) {
    world_.of(rank).barrier();
    if (rank == 0) began = std::chrono::steady_clock::now();
    for (std::int64_t i = 1; i <= steps; ++i) step(rank, done_ + i);
    settle(rank);
    world_.of(rank).barrier();
    if (rank == 0) ended = std::chrono::steady_clock::now();
  });
  done_ += steps;
  return std::chrono::duration<double>(ended - began).count();
}

}  // namespace encore::bench
