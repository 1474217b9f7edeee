// Item shards as threads.
#include "training/items_runner.h"

#include <cstring>
#include <stdexcept>

#include "process/interruption.h"

namespace encore {
namespace {

/// The layers that every rank has, without the item tables.
Autoencoder hidden_copy(const Autoencoder& network) {
  Autoencoder copy;
  copy.architecture = network.architecture;
  copy.items = 0;
  copy.first = {0, network.first.width, network.first.stride, {}};
  copy.output = {0, network.output.width, network.output.stride, {}};
  copy.first_bias = network.first_bias;
  copy.inner = network.inner;
  return copy;
}

bool same_bits(const kernel::AlignedFloats& a, const kernel::AlignedFloats& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

bool same_hidden_layers(const Autoencoder& a, const Autoencoder& b) {
  bool same = same_bits(a.first_bias, b.first_bias);
  for (std::size_t l = 0; l < a.inner.size(); ++l) {
    same = same && same_bits(a.inner[l].weight, b.inner[l].weight) && same_bits(a.inner[l].bias, b.inner[l].bias);
  }
  return same;
}

}  // namespace

ItemsRunner::ItemsRunner(TrainingContext& context)
    : context_(context), worker_(context.state.workers.at(0)), world_(context.plan.shards, context.plan.threads) {
  const TrainingPlan& plan = context.plan;
  const kernel::Kernels& kernels = kernel::device_named(plan.device);
  const std::vector<BlockRun> runs = cut_into_runs(context.dataset.items, plan.block_items, plan.shards);
  ranks_.resize(static_cast<std::size_t>(plan.shards));
  for (std::size_t r = 0; r < ranks_.size(); ++r) {
    Rank& rank = ranks_[r];
    rank.hidden = hidden_copy(worker_.network);
    rank.hidden_moments.hidden_mean = worker_.moments.hidden_mean;
    rank.hidden_moments.hidden_square = worker_.moments.hidden_square;
    rank.step =
        std::make_unique<ShardStep>(context.dataset, worker_.network, rank.hidden, runs[r], plan.learning.batch_size,
                                    plan.seed, world_.of(static_cast<int>(r)), kernels);
    rank.update = std::make_unique<AdamUpdate>(worker_.network, rank.hidden, worker_.moments, rank.hidden_moments,
                                               plan.adam(), kernels);
  }
}

bool ItemsRunner::run(std::int64_t epoch) {
  const std::vector<std::int32_t> order = epoch_order(context_.users, context_.plan.seed, epoch);
  stop_after_ = -1;
  run_ranks(context_.plan.shards, [&](int rank) {
    world_.barrier().enter();
    try {
      run_rank(rank, epoch, order);
    } catch (...) {
      world_.of(rank).abort();
      world_.barrier().leave();
      throw;
    }
    world_.barrier().leave();
  });
  collect_hidden_layers();
  return worker_.batch * context_.plan.learning.batch_size >= static_cast<std::int64_t>(order.size());
}

void ItemsRunner::run_rank(int rank, std::int64_t epoch, std::span<const std::int32_t> order) {
  Rank& own = ranks_[static_cast<std::size_t>(rank)];
  const auto size = static_cast<std::size_t>(context_.plan.learning.batch_size);
  const std::int64_t steps_before = worker_.steps - worker_.batch;  // read before anybody changes them
  const std::int64_t first_batch = worker_.batch;
  world_.of(rank).barrier();
  for (std::int64_t batch = first_batch; static_cast<std::size_t>(batch) * size < order.size(); ++batch) {
    const auto users = order.subspan(static_cast<std::size_t>(batch) * size,
                                     std::min(size, order.size() - static_cast<std::size_t>(batch) * size));
    // Rank 0 decides before the step; the step's barriers make every rank see it behind the same step.
    if (rank == 0 && interruption_requested() != 0 && stop_after_ < 0) stop_after_ = batch;
    own.update->begin_step(steps_before + batch + 1);
    const LossSum loss = own.step->run(users, static_cast<std::uint64_t>(epoch), *own.update);
    if (rank == 0) {
      worker_.loss.sum += loss.sum, worker_.loss.weight += loss.weight;
      worker_.batch = batch + 1, ++worker_.steps, ++context_.state.steps;
      if (context_.on_progress)
        context_.on_progress(static_cast<double>(static_cast<std::size_t>(batch) * size + users.size()));
    }
    if (stop_after_ == batch) return;
  }
}

/// Rank 0's hidden layers become the network's; all ranks computed them alike, and a rank that did not would drift
/// unseen.
void ItemsRunner::collect_hidden_layers() {
  for (const Rank& rank : ranks_) {
    if (!same_hidden_layers(rank.hidden, ranks_[0].hidden))
      throw std::logic_error("the ranks' hidden layers differ; the training is not to be trusted");
  }
  worker_.network.first_bias = ranks_[0].hidden.first_bias;
  worker_.network.inner = ranks_[0].hidden.inner;
  worker_.moments.hidden_mean = ranks_[0].hidden_moments.hidden_mean;
  worker_.moments.hidden_square = ranks_[0].hidden_moments.hidden_square;
}

}  // namespace encore
