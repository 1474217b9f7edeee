// A step engine over all films, in a world of one.
#include "training/lone_worker.h"

#include <algorithm>

#include "kernel/counter_hash.h"
#include "training/memory_need.h"

namespace encore {

LoneWorker::LoneWorker(TrainingContext& context, WorkerState& state, std::vector<std::int32_t> users)
    : context_(context), plan_(context.plan), state_(state), users_(std::move(users)), alone_(std::make_unique<ThreadWorld>(1, 1)) {
  const kernel::Kernels& kernels = kernel::device_named(plan_.device);
  const BlockRun everything = cut_into_runs(context.dataset, plan_.block_items, 1)[0];
  step_ = std::make_unique<ShardStep>(context.dataset, state.network, state.network, everything,
                                      rows_of_a_step(plan_.learning.batch_size, this->users()), plan_.seed, alone_->of(0),
                                      kernels, plan_.precision);
  update_ =
      std::make_unique<AdamUpdate>(state.network, state.network, state.moments, state.moments, plan_.adam(), kernels);
}

std::vector<std::int32_t> LoneWorker::order(std::int64_t epoch) const { return epoch_order(users_, plan_.seed, epoch); }

bool LoneWorker::has_batch(std::span<const std::int32_t> order) const {
  return state_.batch * plan_.learning.batch_size < static_cast<std::int64_t>(order.size());
}

void LoneWorker::train_batch(std::span<const std::int32_t> order, std::int64_t epoch) {
  const auto size = static_cast<std::size_t>(plan_.learning.batch_size);
  const auto from = static_cast<std::size_t>(state_.batch) * size;
  update_->begin_step(++state_.steps);
  const LossSum loss =
      step_->run(order.subspan(from, std::min(size, order.size() - from)), static_cast<std::uint64_t>(epoch), *update_, {},
                 divergence_weight(context_, epoch, state_.batch));
  state_.loss.sum += loss.sum, state_.loss.weight += loss.weight;
  ++state_.batch;
}

std::vector<LoneWorker> lone_workers(TrainingContext& context) {
  auto parts = deal_users(context.users, context.plan.seed, context.plan.shards);
  std::vector<LoneWorker> workers;
  const auto first = static_cast<std::size_t>(context.world.first_rank());
  for (std::size_t w = 0; w < context.state.workers.size(); ++w) {
    workers.emplace_back(context, context.state.workers[w], std::move(parts[first + w]));
  }
  return workers;
}

std::vector<std::vector<std::int32_t>> deal_users(const std::vector<std::int32_t>& users, std::uint64_t seed,
                                                  int workers) {
  const std::vector<std::int32_t> order = shuffled(users, kernel::CounterHash(seed, kernel::Purpose::worker_split, 0));
  std::vector<std::vector<std::int32_t>> parts(static_cast<std::size_t>(workers));
  for (std::size_t i = 0; i < order.size(); ++i) parts[i % parts.size()].push_back(order[i]);
  return parts;
}

}  // namespace encore
