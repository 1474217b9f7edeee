// Workers that train alone and are averaged.
#include "training/replica_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "kernel/counter_hash.h"
#include "kernel/parallel.h"
#include "process/error.h"
#include "process/interruption.h"

namespace encore {

std::vector<std::vector<std::int32_t>> deal_users(const std::vector<std::int32_t>& users, std::uint64_t seed,
                                                  int workers) {
  const std::vector<std::int32_t> order = shuffled(users, kernel::CounterHash(seed, kernel::Purpose::worker_split, 0));
  std::vector<std::vector<std::int32_t>> parts(static_cast<std::size_t>(workers));
  for (std::size_t i = 0; i < order.size(); ++i) parts[i % parts.size()].push_back(order[i]);
  return parts;
}

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
    : context_(context), workers_(static_cast<std::size_t>(context.plan.shards)) {
  const TrainingPlan& plan = context.plan;
  const kernel::Kernels& kernels = kernel::device_named(plan.device);
  const BlockRun everything = cut_into_runs(context.dataset.items, plan.block_items, 1)[0];
  auto parts = deal_users(context.users, plan.seed, plan.shards);
  bool any = false;
  for (std::size_t w = 0; w < workers_.size(); ++w) {
    Worker& worker = workers_[w];
    WorkerState& state = context.state.workers[w];
    worker.users = std::move(parts[w]);
    const auto rows = static_cast<std::int64_t>(worker.users.size());
    worker.contributes = rows > (plan.parallel == Parallel::elephas ? plan.learning.batch_size : 0);
    any = any || worker.contributes;
    worker.alone = std::make_unique<ThreadWorld>(1, 1);
    worker.step = std::make_unique<ShardStep>(context.dataset, state.network, state.network, everything,
                                              plan.learning.batch_size, plan.seed, worker.alone->of(0), kernels);
    worker.update =
        std::make_unique<AdamUpdate>(state.network, state.network, state.moments, state.moments, plan.adam(), kernels);
  }
  seen_.resize(workers_.size());
  if (!any) {
    throw UserError(
        fmt::format("no worker has more users than one batch of {}, so nothing would be trained; choose fewer --shards "
                    "or a smaller --batch-size",
                    plan.learning.batch_size));
  }
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
    seen_[static_cast<std::size_t>(w)] = static_cast<std::int64_t>(workers_[static_cast<std::size_t>(w)].users.size());
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
  Worker& worker = workers_[index];
  WorkerState& state = context_.state.workers[index];
  if (!worker.contributes) return true;
  const std::vector<std::int32_t> order = epoch_order(worker.users, context_.plan.seed, epoch);
  const auto size = static_cast<std::size_t>(context_.plan.learning.batch_size);
  while (static_cast<std::size_t>(state.batch) * size < order.size()) {
    if (interruption_requested() != 0) return false;
    const auto from = static_cast<std::size_t>(state.batch) * size;
    worker.update->begin_step(++state.steps);
    const LossSum loss = worker.step->run(std::span(order).subspan(from, std::min(size, order.size() - from)),
                                          static_cast<std::uint64_t>(epoch), *worker.update);
    state.loss.sum += loss.sum, state.loss.weight += loss.weight;
    ++state.batch;
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
    if (!workers_[w].contributes) continue;
    networks.push_back(&context_.state.workers[w].network);
    shares.push_back(by_rows ? static_cast<double>(workers_[w].users.size()) : 1.0);
    total += shares.back();
  }
  for (double& share : shares) share /= total;
  average_networks(context_.state.agreed, networks, shares);
}

}  // namespace encore
