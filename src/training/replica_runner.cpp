// Workers that train alone and are averaged.
#include "training/replica_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "kernel/parallel.h"
#include "process/error.h"
#include "process/interruption.h"

namespace encore {

namespace {

void average_floats(kernel::AlignedFloats& to, const std::vector<const kernel::AlignedFloats*>& from,
                    const std::vector<double>& shares) {
  for (std::size_t i = 0; i < to.size(); ++i) {
    double sum = 0;
    for (std::size_t k = 0; k < from.size(); ++k) sum += shares[k] * static_cast<double>((*from[k])[i]);
    to[i] = static_cast<float>(sum);
  }
}

}  // namespace

void average_networks(Autoencoder& to, const std::vector<const Autoencoder*>& from, const std::vector<double>& shares) {
  const auto part = [&](auto member) {
    std::vector<const kernel::AlignedFloats*> parts;
    for (const Autoencoder* one : from) parts.push_back(&member(*one));
    average_floats(const_cast<kernel::AlignedFloats&>(member(to)), parts, shares);
  };
  part([](const Autoencoder& n) -> const kernel::AlignedFloats& { return n.first.values; });
  part([](const Autoencoder& n) -> const kernel::AlignedFloats& { return n.output.values; });
  part([](const Autoencoder& n) -> const kernel::AlignedFloats& { return n.first_bias; });
  for (std::size_t l = 0; l < to.inner.size(); ++l) {
    part([l](const Autoencoder& n) -> const kernel::AlignedFloats& { return n.inner[l].weight; });
    part([l](const Autoencoder& n) -> const kernel::AlignedFloats& { return n.inner[l].bias; });
  }
}

ReplicaRunner::ReplicaRunner(TrainingContext& context)
    : EpochRunner(context), workers_(lone_workers(context)), seen_(workers_.size()) {
  if (std::any_of(workers_.begin(), workers_.end(), [&](const LoneWorker& w) { return contributes(w); })) return;
  throw UserError(
      fmt::format("no worker has more users than one batch of {}, so nothing would be trained; choose fewer --shards "
                  "or a smaller --batch-size",
                  context.plan.learning.batch_size));
}

/// Elephas leaves out a partition that is no larger than one batch.
bool ReplicaRunner::contributes(const LoneWorker& worker) const {
  return worker.users() > (context_.plan.parallel == Parallel::elephas ? context_.plan.learning.batch_size : 0);
}

/// Before a worker's first batch: the common model, and with elephas a fresh optimiser for each fit.
void ReplicaRunner::start_epoch(std::int64_t epoch) {
  const bool elephas = context_.plan.parallel == Parallel::elephas;
  if (elephas && !context_.plan.sync_every_epoch && epoch > 1) return;  // one fit: the worker simply goes on
  for (WorkerState& worker : context_.state.workers) {
    if (workers_.size() > 1) {  // a single worker's network is the common model
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
  kernel::parallel_for(static_cast<std::int64_t>(workers_.size()), context_.plan.threads, [&](std::int64_t w) {
    complete[static_cast<std::size_t>(w)] = run_worker(static_cast<std::size_t>(w), epoch);
    const std::lock_guard lock(guard);
    if (!context_.on_progress) return;
    seen_[static_cast<std::size_t>(w)] = workers_[static_cast<std::size_t>(w)].users();
    std::int64_t done = 0;
    for (const std::int64_t users : seen_) done += users;
    context_.on_progress(static_cast<double>(done));
  });
  std::fill(seen_.begin(), seen_.end(), 0);
  if (!std::all_of(complete.begin(), complete.end(), [](char c) { return c != 0; })) return false;
  for (const WorkerState& one : states) context_.state.steps += one.batch;  // not its optimiser's, which may be fresh
  const bool one_fit = context_.plan.parallel == Parallel::elephas && !context_.plan.sync_every_epoch;
  if (!one_fit || epoch == context_.plan.learning.epochs) average();
  return true;
}

bool ReplicaRunner::run_worker(std::size_t index, std::int64_t epoch) {
  LoneWorker& worker = workers_[index];
  if (!contributes(worker)) return true;
  const std::vector<std::int32_t> order = worker.order(epoch);
  while (worker.has_batch(order)) {
    if (interruption_requested() != 0) return false;
    worker.train_batch(order, epoch);
  }
  return true;
}

void ReplicaRunner::average() {
  if (workers_.size() == 1) return;
  std::vector<const Autoencoder*> networks;
  std::vector<double> shares;
  double total = 0;
  const bool by_rows = context_.plan.parallel == Parallel::users_epoch;
  for (std::size_t w = 0; w < workers_.size(); ++w) {
    if (!contributes(workers_[w])) continue;
    networks.push_back(&context_.state.workers[w].network);
    shares.push_back(by_rows ? static_cast<double>(workers_[w].users()) : 1.0);
    total += shares.back();
  }
  for (double& share : shares) share /= total;
  average_networks(context_.state.agreed, networks, shares);
}

}  // namespace encore
