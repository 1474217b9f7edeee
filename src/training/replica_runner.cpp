// Workers that train alone and are averaged.
#include "training/replica_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <mutex>

#include "kernel/parallel.h"
#include "process/error.h"
#include "process/interruption.h"
#include "training/network_parts.h"

namespace encore {

ReplicaRunner::ReplicaRunner(TrainingContext& context)
    : EpochRunner(context), workers_(lone_workers(context)), seen_(workers_.size()), computed_(workers_.size()) {
  const bool elephas = context.plan.parallel == Parallel::elephas;
  const std::int64_t batch = context.plan.learning.batch_size;
  double total = 0;
  std::int64_t largest = 0;
  for (const auto& users : deal_users(context.users, context.plan.seed, context.plan.shards)) {
    const auto count = static_cast<std::int64_t>(users.size());
    shares_.push_back(elephas ? 1.0 : static_cast<double>(count));
    total += shares_.back();
    largest = std::max(largest, count);
  }
  if (total == 0 || (elephas && largest <= batch)) {
    throw UserError(
        fmt::format("no worker has more users than one batch of {}, so nothing would be trained; choose fewer --shards "
                    "or a smaller --batch-size",
                    batch));
  }
  for (double& share : shares_) share /= total;
}

/// Elephas trains on a partition only if it is larger than one batch; what does not train stays the model it was given,
/// and counts in the mean all the same.
bool ReplicaRunner::trains(const LoneWorker& worker) const {
  return worker.users() > (context_.plan.parallel == Parallel::elephas ? context_.plan.learning.batch_size : 0);
}

double ReplicaRunner::share(std::size_t local_rank) const {
  const auto first = static_cast<std::size_t>(context_.world.process()) * workers_.size();
  return shares_[first + local_rank];
}

/// Before a worker's first batch: the common model, and with elephas a fresh optimiser for each fit.
void ReplicaRunner::start_epoch(std::int64_t epoch) {
  const bool elephas = context_.plan.parallel == Parallel::elephas;
  if (elephas && !context_.plan.sync_every_epoch && epoch > 1) return;  // one fit: the worker simply goes on
  for (WorkerState& worker : context_.state.workers) {
    if (shares_.size() > 1) {  // a single worker's network is the common model
      const Autoencoder& agreed = context_.state.agreed;
      worker.network.first.values = agreed.first.values, worker.network.output.values = agreed.output.values;
      worker.network.first_bias = agreed.first_bias, worker.network.inner = agreed.inner;
    }
    if (!elephas) continue;
    worker.moments = Moments::zero(worker.network);
    worker.steps = 0;
  }
}

bool ReplicaRunner::run(std::int64_t epoch) {
  const auto& states = context_.state.workers;
  const bool is_new = std::all_of(states.begin(), states.end(), [](const WorkerState& w) { return w.batch == 0; });
  if (is_new) start_epoch(epoch);
  std::vector<char> complete(workers_.size());
  std::mutex guard;
  const auto began = std::chrono::steady_clock::now();
  kernel::parallel_for(static_cast<std::int64_t>(workers_.size()), context_.plan.threads, [&](std::int64_t w) {
    timed_rank(static_cast<int>(w),
               [&] { complete[static_cast<std::size_t>(w)] = run_worker(static_cast<std::size_t>(w), epoch); });
    const std::lock_guard lock(guard);
    if (!context_.on_progress) return;
    seen_[static_cast<std::size_t>(w)] = workers_[static_cast<std::size_t>(w)].users();
    std::int64_t done = 0;
    for (const std::int64_t users : seen_) done += users;
    context_.on_progress(static_cast<double>(done));
  });
  std::fill(seen_.begin(), seen_.end(), 0);
  wait_for_slowest(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  if (!std::all_of(complete.begin(), complete.end(), [](char c) { return c != 0; })) return false;
  for (const WorkerState& one : states) context_.state.steps += one.batch;  // not its optimiser's, which may be fresh
  const bool one_fit = context_.plan.parallel == Parallel::elephas && !context_.plan.sync_every_epoch;
  if (!one_fit || epoch == context_.plan.learning.epochs) average();
  return true;
}

/// Of `seconds` in which all workers trained, each one waited for as long as it did not compute.
void ReplicaRunner::wait_for_slowest(double seconds) {
  for (std::size_t w = 0; w < times_.size(); ++w) {
    times_[w].waiting_seconds += seconds - (times_[w].compute_seconds - computed_[w]);
    computed_[w] = times_[w].compute_seconds;
  }
}

bool ReplicaRunner::run_worker(std::size_t index, std::int64_t epoch) {
  LoneWorker& worker = workers_[index];
  if (!trains(worker)) return true;
  const std::vector<std::int32_t> order = worker.order(epoch);
  bool complete = true;
  while (worker.has_batch(order)) {
    complete = context_.world.processes() > 1 || interruption_requested() == 0;
    if (!complete) break;
    worker.train_batch(order, epoch);
  }
  worker.settle();
  return complete;
}

/// Every worker's network, and the agreed one, become the weighted mean of all.
void ReplicaRunner::average() {
  if (shares_.size() == 1) return;
  run_ranks(context_.world, [&](int rank) {
    const auto worker = static_cast<std::size_t>(rank);
    timed_rank(rank, [&] {
      for (const std::span<float> part : parts_of(context_.state.workers[worker].network))
        context_.world.of(rank).reduce(part, Reduction::weighted_mean(share(worker)));
    });
  });
  context_.state.agreed = context_.state.workers[0].network;
  for (std::size_t w = 0; w < times_.size(); ++w) computed_[w] = times_[w].compute_seconds;
}

}  // namespace encore
