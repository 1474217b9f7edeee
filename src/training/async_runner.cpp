// Pull, train, push.
#include "training/async_runner.h"

#include <algorithm>
#include <chrono>

#include "kernel/parallel.h"
#include "process/interruption.h"
#include "training/network_parts.h"

namespace encore {
AsyncRunner::AsyncRunner(TrainingContext& context) : EpochRunner(context), workers_(lone_workers(context)) {
  for (const WorkerState& worker : context.state.workers) pulled_.push_back(worker.network);
  // The numbers of a process alone are its worker's own: nothing else is agreed on.
  Autoencoder& common = context.plan.shards > 1 ? context.state.agreed : context.state.workers[0].network;
  server_ = parameters_of(context.world, parts_of(common), context.plan.lock);
}

AsyncRunner::~AsyncRunner() = default;

bool AsyncRunner::run(std::int64_t epoch) {
  std::vector<char> complete(workers_.size());
  kernel::parallel_for(static_cast<std::int64_t>(workers_.size()), context_.plan.threads, [&](std::int64_t w) {
    timed_rank(static_cast<int>(w),
               [&] { complete[static_cast<std::size_t>(w)] = run_worker(static_cast<std::size_t>(w), epoch); });
  });
  const bool all = std::all_of(complete.begin(), complete.end(), [](char c) { return c != 0; });
  if (all) {
    for (const WorkerState& one : context_.state.workers) context_.state.steps += one.batch;
    meet();
  }
  return all;
}

/// Behind the last push of all processes each one sees the same model, to judge it and to go on from.
void AsyncRunner::meet() {
  if (context_.world.processes() == 1) return;
  run_ranks(context_.world, [&](int rank) {
    context_.world.of(rank).barrier();
    if (rank == 0 && context_.world.process() > 0) server_->pull(parts_of(context_.state.agreed));
    context_.world.of(rank).barrier();
  });
}

bool AsyncRunner::run_worker(std::size_t index, std::int64_t epoch) {
  LoneWorker& worker = workers_[index];
  const std::vector<std::int32_t> order = worker.order(epoch);
  bool first = true, complete = true;
  pull(index);
  while (worker.has_batch(order)) {
    complete = context_.world.processes() > 1 || interruption_requested() == 0;
    if (!complete) break;
    if (context_.plan.push_every_batch && !first) pull(index);
    first = false;
    worker.train_batch(order, epoch);
    if (!context_.plan.push_every_batch) continue;
    worker.settle();
    push(index);
  }
  worker.settle();
  if (!context_.plan.push_every_batch) push(index);
  return complete;
}

/// Talking to the server, in an epoch that is counted as computing so far.
template <class Talk>
void AsyncRunner::timed_talk(std::size_t worker, Talk talk) {
  const auto began = std::chrono::steady_clock::now();
  talk();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  times_[worker].exchange_seconds += seconds;
  times_[worker].compute_seconds -= seconds;
}

void AsyncRunner::pull(std::size_t index) {
  if (context_.plan.shards == 1) return;
  timed_talk(index, [&] { server_->pull(parts_of(pulled_[index])); });
  Autoencoder &own = context_.state.workers[index].network, &pulled = pulled_[index];
  const auto from = parts_of(pulled), to = parts_of(own);
  for (std::size_t p = 0; p < to.size(); ++p) std::copy(from[p].begin(), from[p].end(), to[p].begin());
}

/// server += worker − pulled
void AsyncRunner::push(std::size_t index) {
  if (context_.plan.shards == 1) return;
  const auto difference = parts_of(pulled_[index]), own = parts_of(context_.state.workers[index].network);
  for (std::size_t p = 0; p < own.size(); ++p) {
    for (std::size_t i = 0; i < own[p].size(); ++i) difference[p][i] = own[p][i] - difference[p][i];
  }
  timed_talk(index, [&] { server_->push(difference); });
}

}  // namespace encore
