// Pull, train, push.
#include "training/async_runner.h"

#include <algorithm>
#include <atomic>

#include "kernel/parallel.h"
#include "process/interruption.h"
#include "training/replica_runner.h"

namespace encore {
namespace {

/// Calls visit(server's numbers, worker's numbers, pulled numbers) for each part of the network.
template <class Visit>
void for_each_part(Autoencoder& server, Autoencoder& worker, Autoencoder& pulled, const Visit& visit) {
  visit(server.first.values, worker.first.values, pulled.first.values);
  visit(server.output.values, worker.output.values, pulled.output.values);
  visit(server.first_bias, worker.first_bias, pulled.first_bias);
  for (std::size_t l = 0; l < server.inner.size(); ++l) {
    visit(server.inner[l].weight, worker.inner[l].weight, pulled.inner[l].weight);
    visit(server.inner[l].bias, worker.inner[l].bias, pulled.inner[l].bias);
  }
}

}  // namespace

AsyncRunner::AsyncRunner(TrainingContext& context)
    : context_(context), workers_(static_cast<std::size_t>(context.plan.shards)) {
  const TrainingPlan& plan = context.plan;
  const kernel::Kernels& kernels = kernel::device_named(plan.device);
  const BlockRun everything = cut_into_runs(context.dataset.items, plan.block_items, 1)[0];
  auto parts = deal_users(context.users, plan.seed, plan.shards);
  for (std::size_t w = 0; w < workers_.size(); ++w) {
    Worker& worker = workers_[w];
    WorkerState& state = context.state.workers[w];
    worker.users = std::move(parts[w]);
    worker.alone = std::make_unique<ThreadWorld>(1, 1);
    worker.step = std::make_unique<ShardStep>(context.dataset, state.network, state.network, everything,
                                              plan.learning.batch_size, plan.seed, worker.alone->of(0), kernels);
    worker.update =
        std::make_unique<AdamUpdate>(state.network, state.network, state.moments, state.moments, plan.adam(), kernels);
    worker.pulled = state.network;
  }
}

bool AsyncRunner::run(std::int64_t epoch) {
  std::vector<char> complete(workers_.size());
  kernel::parallel_for(static_cast<std::int64_t>(workers_.size()), context_.plan.threads, [&](std::int64_t w) {
    complete[static_cast<std::size_t>(w)] = run_worker(static_cast<std::size_t>(w), epoch);
  });
  const bool all = std::all_of(complete.begin(), complete.end(), [](char c) { return c != 0; });
  if (all)
    for (const WorkerState& one : context_.state.workers) context_.state.steps += one.batch;
  return all;
}

bool AsyncRunner::run_worker(std::size_t index, std::int64_t epoch) {
  Worker& worker = workers_[index];
  WorkerState& state = context_.state.workers[index];
  const std::vector<std::int32_t> order = epoch_order(worker.users, context_.plan.seed, epoch);
  const auto size = static_cast<std::size_t>(context_.plan.learning.batch_size);
  bool complete = true;
  pull(index);
  while (static_cast<std::size_t>(state.batch) * size < order.size()) {
    if (interruption_requested() != 0) {
      complete = false;
      break;
    }
    if (context_.plan.push_every_batch && state.batch > 0) pull(index);
    const auto from = static_cast<std::size_t>(state.batch) * size;
    worker.update->begin_step(++state.steps);
    const LossSum loss = worker.step->run(std::span(order).subspan(from, std::min(size, order.size() - from)),
                                          static_cast<std::uint64_t>(epoch), *worker.update);
    state.loss.sum += loss.sum, state.loss.weight += loss.weight;
    ++state.batch;
    if (context_.plan.push_every_batch) push(index);
  }
  if (!context_.plan.push_every_batch) push(index);
  return complete;
}

void AsyncRunner::pull(std::size_t index) {
  std::unique_lock lock(server_, std::defer_lock);
  if (context_.plan.lock) lock.lock();
  Autoencoder& own = context_.state.workers[index].network;
  for_each_part(context_.state.agreed, own, workers_[index].pulled, [](auto& server, auto& worker, auto& pulled) {
    for (std::size_t i = 0; i < server.size(); ++i) {
      worker[i] = pulled[i] = std::atomic_ref<float>(server[i]).load(std::memory_order_relaxed);
    }
  });
}

/// server += worker − pulled
void AsyncRunner::push(std::size_t index) {
  std::unique_lock lock(server_, std::defer_lock);
  if (context_.plan.lock) lock.lock();
  Autoencoder& own = context_.state.workers[index].network;
  for_each_part(context_.state.agreed, own, workers_[index].pulled, [](auto& server, auto& worker, auto& pulled) {
    for (std::size_t i = 0; i < server.size(); ++i) {
      std::atomic_ref<float>(server[i]).fetch_add(worker[i] - pulled[i], std::memory_order_relaxed);
    }
  });
}

}  // namespace encore
