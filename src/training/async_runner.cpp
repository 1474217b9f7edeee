// Pull, train, push.
#include "training/async_runner.h"

#include <algorithm>
#include <atomic>

#include "kernel/parallel.h"
#include "process/interruption.h"

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

AsyncRunner::AsyncRunner(TrainingContext& context) : EpochRunner(context), workers_(lone_workers(context)) {
  for (const WorkerState& worker : context.state.workers) pulled_.push_back(worker.network);
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
  LoneWorker& worker = workers_[index];
  const std::vector<std::int32_t> order = worker.order(epoch);
  bool first = true, complete = true;
  pull(index);
  while (worker.has_batch(order)) {
    complete = interruption_requested() == 0;
    if (!complete) break;
    if (context_.plan.push_every_batch && !first) pull(index);
    first = false;
    worker.train_batch(order, epoch);
    if (context_.plan.push_every_batch) push(index);
  }
  if (!context_.plan.push_every_batch) push(index);
  return complete;
}

void AsyncRunner::pull(std::size_t index) {
  std::unique_lock lock(server_, std::defer_lock);
  if (context_.plan.lock) lock.lock();
  Autoencoder& own = context_.state.workers[index].network;
  for_each_part(context_.state.agreed, own, pulled_[index], [](auto& server, auto& worker, auto& pulled) {
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
  for_each_part(context_.state.agreed, own, pulled_[index], [](auto& server, auto& worker, auto& pulled) {
    for (std::size_t i = 0; i < server.size(); ++i) {
      std::atomic_ref<float>(server[i]).fetch_add(worker[i] - pulled[i], std::memory_order_relaxed);
    }
  });
}

}  // namespace encore
