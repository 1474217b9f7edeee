// The table of parallel modes, and what several of them need.
#include "training/epoch_runner.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <exception>
#include <mutex>
#include <thread>

#include "evaluation/evaluation.h"
#include "network/network_model.h"
#include "training/network_loss.h"
#include "exchange/exchange.h"
#include "kernel/counter_hash.h"
#include "kernel/flush_to_zero.h"
#include "process/interruption.h"
#include "training/async_runner.h"
#include "training/items_runner.h"
#include "training/replica_runner.h"
#include "training/users_step_runner.h"

namespace encore {

std::unique_ptr<EpochRunner> make_epoch_runner(TrainingContext& context) {
  switch (context.plan.parallel) {
    case Parallel::items:
      return std::make_unique<ItemsRunner>(context);
    case Parallel::users_step:
      return std::make_unique<UsersStepRunner>(context);
    case Parallel::users_epoch:
    case Parallel::elephas:
      return std::make_unique<ReplicaRunner>(context);
    case Parallel::async:
      return std::make_unique<AsyncRunner>(context);
  }
  return nullptr;
}

bool has_replicas(const TrainingPlan& plan) {
  return plan.parallel != Parallel::items && plan.parallel != Parallel::users_step;
}

int replicas(const TrainingPlan& plan) { return has_replicas(plan) ? plan.shards : 1; }

EpochRunner::EpochRunner(TrainingContext& context)
    : context_(context), times_(static_cast<std::size_t>(context.world.local_ranks())) {}

double divergence_weight(const TrainingContext& context, std::int64_t epoch, std::int64_t batch) {
  const TrainingPlan& plan = context.plan;
  const std::int64_t parts = has_replicas(plan) ? plan.shards : 1;
  const std::int64_t users = (std::ssize(context.users) + parts - 1) / parts, size = plan.learning.batch_size;
  return plan.divergence_weight((epoch - 1) * ((users + size - 1) / size) + batch);
}

/// The state counts an epoch when it has been judged.
double EpochRunner::divergence_weight_now() const {
  const bool trained = std::ranges::any_of(context_.state.workers, [](const WorkerState& w) { return w.batch > 0; });
  return divergence_weight(context_, context_.state.epoch + (trained ? 2 : 1), 0);
}

void EpochRunner::timed_rank(int rank, const std::function<void()>& body) {
  const RankTimes before = context_.world.of(rank).times();
  const auto began = std::chrono::steady_clock::now();
  body();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  const RankTimes after = context_.world.of(rank).times();
  const double exchange = after.exchange_seconds - before.exchange_seconds;
  const double waiting = after.waiting_seconds - before.waiting_seconds;
  WorkerTimes& times = times_[static_cast<std::size_t>(rank)];
  times.exchange_seconds += exchange;
  times.waiting_seconds += waiting;
  times.compute_seconds += seconds - exchange - waiting;
}

LossSum EpochRunner::epoch_loss() {
  LossSum loss;
  for (const WorkerState& worker : context_.state.workers)
    loss.sum += worker.loss.sum, loss.weight += worker.loss.weight;
  return over_processes(loss);
}

LossSum EpochRunner::over_processes(LossSum mine) const {
  if (context_.world.processes() == 1) return mine;
  LossSum all;
  for (const auto& bytes : gather_from_processes(context_.world, std::as_bytes(std::span(&mine, 1)))) {
    LossSum loss;
    std::memcpy(&loss, bytes.data(), sizeof loss);
    all.sum += loss.sum, all.weight += loss.weight;
  }
  return all;
}

std::vector<std::vector<std::byte>> gather_from_processes(ClusterWorld& world, std::span<const std::byte> mine) {
  std::vector<std::vector<std::byte>> all;
  run_ranks(world, [&](int rank) {
    const auto& gathered = world.of(rank).gather(rank == 0 ? mine : mine.first(0));
    if (rank != 0) return;
    for (std::size_t r = 0; r < gathered.size(); r += static_cast<std::size_t>(world.local_ranks()))
      all.push_back(gathered[r]);
  });
  return all;
}

LossSum EpochRunner::loss_over(Fold fold) {
  const TrainingPlan& plan = context_.plan;
  return over_processes(loss_of_users(context_.state.model(), context_.dataset, fold, plan.threads, plan.block_items,
                                      divergence_weight_now()));
}

std::optional<double> EpochRunner::validation_ndcg() {
  const TrainingPlan& plan = context_.plan;
  const RankingQuality quality =
      ranking_quality(model_of(context_.state.model(), plan.block_items), context_.dataset, Fold::validation,
                      plan.threads);
  const auto users = static_cast<double>(quality.users);
  const std::optional<double> ndcg = quality["ndcg@100"];
  if (context_.world.processes() == 1) return ndcg;
  const LossSum all = over_processes({ndcg.value_or(0) * users, users});
  if (all.weight == 0) return std::nullopt;
  return all.mean();
}

std::vector<std::int32_t> shuffled(std::vector<std::int32_t> users, const kernel::CounterHash& random) {
  for (std::size_t i = users.size(); i > 1; --i) std::swap(users[i - 1], users[random(i, 0) % i]);
  return users;
}

std::vector<std::int32_t> epoch_order(std::vector<std::int32_t> users, std::uint64_t seed, std::int64_t epoch) {
  const auto key = static_cast<std::uint64_t>(epoch);
  return shuffled(std::move(users), kernel::CounterHash(seed, kernel::Purpose::user_order, key));
}

void run_ranks(int count, const std::function<void(int)>& body) {
  std::exception_ptr first;
  std::mutex guard;
  const Interruption* const interruption = current_interruption();
  const auto guarded = [&](int rank) {
    const kernel::FlushToZero for_speed;
    const InterruptionScope scope(interruption);
    try {
      body(rank);
    } catch (const WorldAborted&) {  // the rank that failed has its own exception
    } catch (...) {
      const std::lock_guard lock(guard);
      if (!first) first = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> others;
    for (int rank = 1; rank < count; ++rank) others.emplace_back(guarded, rank);
    guarded(0);
  }
  if (first) std::rethrow_exception(first);
}

void run_ranks(ClusterWorld& world, const std::function<void(int)>& body) {
  run_ranks(world.local_ranks(), [&](int rank) {
    world.barrier().enter();
    try {
      body(rank);
    } catch (const std::exception& error) {
      world.of(rank).abort(error.what());
      world.barrier().leave();
      throw;
    }
    world.barrier().leave();
  });
}

}  // namespace encore
