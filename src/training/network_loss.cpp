// Batches of users, each judged by a step of its thread; sums in the order of the batches.
#include "training/network_loss.h"

#include <algorithm>
#include <memory>

#include "exchange/thread_exchange.h"
#include "kernel/parallel.h"
#include "training/epoch_loop.h"

namespace encore {
namespace {

constexpr std::int64_t users_at_once = 64;

/// A step over all items, in a world of one.
struct LoneJudge {
  LoneJudge(const Autoencoder& network, const Dataset& dataset, std::int64_t block_items)
      : alone(1, 1),
        step(dataset, network, network, cut_into_runs(dataset, block_items, 1)[0], users_at_once, 0, alone.of(0),
             kernel::device_named("cpu")) {}
  ThreadWorld alone;
  ShardStep step;
};

}  // namespace

LossSum loss_of_users(const Autoencoder& network, const Dataset& dataset, Fold fold, int threads,
                      std::int64_t block_items, double divergence_weight) {
  const std::vector<std::int32_t> users = users_with_input(dataset, network.architecture.input, fold);
  const std::int64_t batches = (std::ssize(users) + users_at_once - 1) / users_at_once;
  std::vector<LossSum> losses(static_cast<std::size_t>(batches));
  const std::int64_t judges = std::min<std::int64_t>(threads, batches);
  kernel::parallel_for(judges, threads, [&](std::int64_t judge) {
    LoneJudge own(network, dataset, block_items);
    for (std::int64_t batch = judge; batch < batches; batch += judges) {
      const std::int64_t first = batch * users_at_once, count = std::min(users_at_once, std::ssize(users) - first);
      losses[static_cast<std::size_t>(batch)] = own.step.judge(
          std::span(users).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count)), divergence_weight);
    }
  });
  LossSum all;
  for (const LossSum& one : losses) all.sum += one.sum, all.weight += one.weight;
  return all;
}

double mean_loss(const Autoencoder& network, const Dataset& dataset, Fold fold, int threads, std::int64_t block_items) {
  return loss_of_users(network, dataset, fold, threads, block_items).mean();
}

}  // namespace encore
