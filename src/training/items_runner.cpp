// Item shards as threads.
#include "training/items_runner.h"

#include <cstring>
#include <stdexcept>

#include "digest/sha256.h"
#include "evaluation/ranking.h"
#include "process/interruption.h"
#include "training/memory_need.h"

namespace encore {
namespace {

/// sha256 over the bits of the layers that every rank has.
std::string digest_of(const Autoencoder& hidden) {
  Sha256 sha256;
  const auto add = [&](const kernel::AlignedFloats& floats) {
    sha256.add({reinterpret_cast<const char*>(floats.data()), floats.size() * sizeof(float)});
  };
  add(hidden.first_bias);
  for (const DenseLayer& layer : hidden.inner) add(layer.weight), add(layer.bias);
  return sha256.hex();
}

/// The number of a step among those of its part, from the steps of all epochs before this one.
std::int64_t step_of(TrainedPart part, std::int64_t before, std::int64_t batch, std::int64_t in_a_pass) {
  if (part == TrainedPart::all) return before + batch + 1;
  constexpr std::int64_t passes = encoder_passes + 1;
  if (part == TrainedPart::encoder) return before / passes * encoder_passes + batch + 1;
  return before / passes + batch - encoder_passes * in_a_pass + 1;
}

}  // namespace

ItemRange items_of_process(const Dataset& dataset, const TrainingPlan& plan, const ClusterWorld& world) {
  const std::vector<BlockRun> runs = cut_into_runs(dataset, plan.block_items, plan.shards);
  const auto first = static_cast<std::size_t>(world.process()) * static_cast<std::size_t>(world.local_ranks());
  return {std::min(runs[first].first_item(), runs[first].total_items),
          runs[first + static_cast<std::size_t>(world.local_ranks()) - 1].last_item()};
}

ItemsRunner::ItemsRunner(TrainingContext& context) : EpochRunner(context), worker_(context.state.workers.at(0)) {
  const TrainingPlan& plan = context.plan;
  const kernel::Kernels& kernels = kernel::device_named(plan.device);
  const std::vector<BlockRun> runs = cut_into_runs(context.dataset, plan.block_items, plan.shards);
  const auto first_rank = static_cast<std::size_t>(context.world.first_rank());
  const std::int64_t rows =
      rows_of_a_step(plan.learning.batch_size, std::max(std::ssize(context.users), std::ssize(context.validation)));
  ranks_.resize(static_cast<std::size_t>(context.world.local_ranks()));
  if (ranks_.size() > 1)
    shares_ = std::make_unique<RowShares>(context.world.barrier(), context.world.local_ranks(), worker_.network, rows);
  for (std::size_t r = 0; r < ranks_.size(); ++r) {
    Rank& rank = ranks_[r];
    rank.run = runs[first_rank + r];
    EarlierEncoder before;
    if (worker_.before.items > 0) before = {&worker_.before, &worker_.before};
    rank.step = std::make_unique<ShardStep>(context.dataset, worker_.network, worker_.network, rank.run,
                                            rows, plan.seed, context.world.of(static_cast<int>(r)),
                                            kernels, plan.precision, before);
    if (plan.negatives > 0) rank.step->sample(plan.negatives, plan.precision);
    rank.update = std::make_unique<AdamUpdate>(worker_.network, worker_.network, worker_.moments, worker_.moments,
                                               plan.adam(), kernels);
    if (shares_ == nullptr) continue;
    rank.step->share(shares_->of(static_cast<int>(r)));
    rank.update->share(shares_->of(static_cast<int>(r)));
  }
}

/// Steps of one pass through the users.
std::int64_t ItemsRunner::batches() const {
  const std::int64_t size = context_.plan.learning.batch_size;
  return (std::ssize(context_.users) + size - 1) / size;
}

bool ItemsRunner::run(std::int64_t epoch) {
  const std::int64_t passes = passes_of_an_epoch(context_.plan.architecture);
  std::vector<std::vector<std::int32_t>> orders;
  for (std::int64_t pass = 1; pass <= passes; ++pass)
    orders.push_back(epoch_order(context_.users, context_.plan.seed, (epoch - 1) * passes + pass));
  stop_after_ = -1;
  run_ranks(context_.world, [&](int rank) { timed_rank(rank, [&] { run_rank(rank, epoch, orders); }); });
  return worker_.batch >= passes * batches();
}

/// The encoder as it is now, for the prior of what comes: this rank's items, and by one of them the layers. The next step's first exchange
/// is behind it on every rank.
void ItemsRunner::remember_encoder(int rank, Exchange& exchange) {
  Rank& own = ranks_[static_cast<std::size_t>(rank)];
  const BlockRun& run = own.run;
  own.step->settle(*own.update);
  exchange.barrier();  // every rank has moved its rows of the layers
  const ItemTable& now = worker_.network.first;
  for (std::int64_t item = run.first_item(); item < run.last_item(); ++item)
    std::copy_n(now.row(item), now.stride, worker_.before.first.row(item));
  if (rank == 0) worker_.before.first_bias = worker_.network.first_bias, worker_.before.inner = worker_.network.inner;
}

void ItemsRunner::run_rank(int rank, std::int64_t epoch, std::span<const std::vector<std::int32_t>> orders) {
  Rank& own = ranks_[static_cast<std::size_t>(rank)];
  const auto size = static_cast<std::size_t>(context_.plan.learning.batch_size);
  const std::int64_t steps_before = worker_.steps - worker_.batch;  // read before anybody changes them
  const std::int64_t first_batch = worker_.batch, passes = std::ssize(orders), in_a_pass = batches();
  Exchange& exchange = context_.world.of(rank);
  exchange.barrier();
  // In a cluster the driver ends a training, not a signal to one of its processes.
  const bool hears_signals = context_.world.processes() == 1;
  for (std::int64_t batch = first_batch; batch < passes * in_a_pass; ++batch) {
    const std::int64_t pass = batch / in_a_pass;
    const auto& order = orders[static_cast<std::size_t>(pass)];
    const std::size_t at = static_cast<std::size_t>(batch % in_a_pass) * size;
    const auto users = std::span(order).subspan(at, std::min(size, order.size() - at));
    // Rank 0 decides before the step; the step's barriers make every rank see it behind the same step.
    if (rank == 0 && hears_signals && interruption_requested() != 0 && stop_after_ < 0) stop_after_ = batch;
    if (rank == 0) context_.world.set_step(epoch, batch + 1);
    const TrainedPart part = passes == 1              ? TrainedPart::all
                             : pass < encoder_passes ? TrainedPart::encoder
                                                     : TrainedPart::decoder;
    if (part == TrainedPart::decoder && batch == encoder_passes * in_a_pass) remember_encoder(rank, exchange);
    own.update->begin_step(step_of(part, steps_before, batch, in_a_pass), part);
    const auto key = static_cast<std::uint64_t>((epoch - 1) * passes + pass + 1);
    const LossSum loss =
        own.step->run(users, key, *own.update, {}, divergence_weight(context_, epoch, batch), part);
    if (rank == 0) {
      worker_.loss.sum += loss.sum, worker_.loss.weight += loss.weight;
      worker_.batch = batch + 1, ++worker_.steps, ++context_.state.steps;
      if (context_.on_progress)
        context_.on_progress(static_cast<double>(static_cast<std::size_t>(pass) * order.size() + at + users.size()) /
                             static_cast<double>(passes));
    }
    if (stop_after_ == batch) break;
  }
  own.step->settle(*own.update);
  exchange.barrier();
  // All processes computed the hidden layers alike; one that did not would drift unseen.
  const std::string digest = digest_of(worker_.network);
  for (const auto& other : exchange.gather(std::as_bytes(std::span(digest)))) {
    if (other.size() != digest.size() || std::memcmp(other.data(), digest.data(), digest.size()) != 0)
      throw std::logic_error("the ranks' hidden layers differ; the training is not to be trusted");
  }
}

LossSum ItemsRunner::loss_over(Fold fold) {
  return loss_of(fold == Fold::validation ? context_.validation : context_.users);
}

/// Over all films, a pass through all users would take longer than the sampled epoch that follows.
double ItemsRunner::untrained_loss() {
  constexpr std::size_t enough = 1000;
  if (context_.plan.negatives == 0 || context_.users.size() <= enough) return EpochRunner::untrained_loss();
  std::vector<std::int32_t> some;
  for (std::size_t i = 0; i < enough; ++i) some.push_back(context_.users[i * context_.users.size() / enough]);
  return loss_of(some).mean();
}

LossSum ItemsRunner::loss_of(std::span<const std::int32_t> users) {
  const auto size = static_cast<std::size_t>(context_.plan.learning.batch_size);
  LossSum loss;
  const double divergence = divergence_weight_now();
  run_ranks(context_.world, [&](int rank) {
    ShardStep& step = *ranks_[static_cast<std::size_t>(rank)].step;
    for (std::size_t at = 0; at < users.size(); at += size) {
      const LossSum one = step.judge(users.subspan(at, std::min(size, users.size() - at)), divergence);
      if (rank == 0) loss.sum += one.sum, loss.weight += one.weight;
    }
  });
  return loss;
}

std::optional<double> ItemsRunner::validation_ndcg() {
  const std::vector<std::uint8_t> candidate = candidates_of(context_.dataset.items);
  double sum = 0, count = 0;
  run_ranks(context_.world, [&](int rank) {
    ShardStep& step = *ranks_[static_cast<std::size_t>(rank)].step;
    const std::vector<std::int32_t> users = users_to_rank(context_.world.of(rank));
    const auto size = static_cast<std::size_t>(step.ranked_at_once());
    for (std::size_t at = 0; at < users.size(); at += size) {
      for (const auto& ndcg : step.rank(std::span(users).subspan(at, std::min(size, users.size() - at)), candidate)) {
        if (rank == 0 && ndcg) sum += *ndcg, ++count;
      }
    }
  });
  if (count == 0) return std::nullopt;
  return sum / count;
}

/// Validation users with something to find. A process of a cluster sees the targets among its own films only, so all
/// ranks say whom they have targets of.
std::vector<std::int32_t> ItemsRunner::users_to_rank(Exchange& exchange) const {
  const std::vector<std::int32_t> users = context_.dataset.users_in(Fold::validation),
                                  own = users_with_targets(context_.dataset, Fold::validation);
  std::vector<std::byte> asked(users.size(), std::byte{0});
  for (std::size_t i = 0, o = 0; o < own.size(); ++i)
    if (users[i] == own[o]) asked[i] = std::byte{1}, ++o;
  const std::vector<std::byte> mine = asked;
  for (const auto& other : exchange.gather(mine))
    for (std::size_t i = 0; i < asked.size(); ++i) asked[i] |= other[i];
  std::vector<std::int32_t> found;
  for (std::size_t i = 0; i < users.size(); ++i)
    if (asked[i] != std::byte{0}) found.push_back(users[i]);
  return found;
}

}  // namespace encore
