// Gradients of parts of a batch, all-reduced before one common update. In one process ranks take slices of the batch;
// in a cluster each process takes those users of the batch whose rows it holds.
#include "training/users_step_runner.h"

#include <algorithm>
#include <cstring>

#include "network/scorer.h"
#include "network/loss_table.h"
#include "process/interruption.h"
#include "training/epoch_loop.h"
#include "training/memory_need.h"
#include "training/network_parts.h"

namespace encore {

UsersStepRunner::UsersStepRunner(TrainingContext& context)
    : EpochRunner(context),
      state_(context.state.workers.at(0)),
      kernels_(kernel::device_named(context.plan.device)),
      ranks_(static_cast<std::size_t>(context.world.local_ranks())) {
  const TrainingPlan& plan = context.plan;
  if (context.world.processes() > 1) {
    is_here_.resize(static_cast<std::size_t>(context.dataset.users.size()));
    for (const std::int32_t user : users_with_input(context.dataset, plan.architecture.input, Fold::train))
      is_here_[static_cast<std::size_t>(user)] = 1;
  }
  // In a cluster a whole batch may happen to lie in one process.
  const std::int64_t ranks = context.world.local_ranks();
  const std::int64_t rows = rows_of_a_step((plan.learning.batch_size + ranks - 1) / ranks,
                                           (std::ssize(context.users) + ranks - 1) / ranks);
  const BlockRun everything = cut_into_runs(context.dataset, plan.block_items, 1)[0];
  for (Rank& rank : ranks_) {
    rank.alone = std::make_unique<ThreadWorld>(1, 1);
    rank.step = std::make_unique<ShardStep>(context.dataset, state_.network, state_.network, everything, rows,
                                            plan.seed, rank.alone->of(0), kernels_, plan.precision);
    rank.gradient = std::make_unique<KeepGradient>(state_.network);
    rank.update = std::make_unique<AdamUpdate>(state_.network, state_.network, state_.moments, state_.moments,
                                               plan.adam(), kernels_);
  }
}

/// The users of the batch that this rank computes.
std::vector<std::int32_t> UsersStepRunner::share_of(int rank, std::span<const std::int32_t> batch) const {
  std::vector<std::int32_t> here;
  for (const std::int32_t user : batch)
    if (is_here_.empty() || is_here_[static_cast<std::size_t>(user)] != 0) here.push_back(user);
  const std::size_t count = ranks_.size(), r = static_cast<std::size_t>(rank);
  const auto begin = here.begin();
  return {begin + static_cast<std::ptrdiff_t>(here.size() * r / count),
          begin + static_cast<std::ptrdiff_t>(here.size() * (r + 1) / count)};
}

/// Rated cells of the whole batch, of which this rank computes `users`.
std::int64_t UsersStepRunner::rated_cells(int rank, std::span<const std::int32_t> users) const {
  std::int64_t cells = 0, all = 0;
  for (const std::int32_t user : users) {
    for (const float stars : context_.dataset.ratings.ratings_of(user)) {
      cells += input_value(context_.plan.architecture.input, context_.dataset.scale, stars) ? 1 : 0;
    }
  }
  for (const auto& bytes : context_.world.of(rank).gather(std::as_bytes(std::span(&cells, 1)))) {
    std::int64_t one = 0;
    std::memcpy(&one, bytes.data(), sizeof one);
    all += one;
  }
  return all;
}

bool UsersStepRunner::run(std::int64_t epoch) {
  const std::vector<std::int32_t> order = epoch_order(context_.users, context_.plan.seed, epoch);
  stop_after_ = -1;
  run_ranks(context_.world, [&](int rank) { timed_rank(rank, [&] { run_rank(rank, epoch, order); }); });
  return state_.batch * context_.plan.learning.batch_size >= static_cast<std::int64_t>(order.size());
}

void UsersStepRunner::run_rank(int rank, std::int64_t epoch, std::span<const std::int32_t> order) {
  Rank& own = ranks_[static_cast<std::size_t>(rank)];
  Exchange& exchange = context_.world.of(rank);
  const auto size = static_cast<std::size_t>(context_.plan.learning.batch_size);
  const std::int64_t steps_before = state_.steps - state_.batch, first_batch = state_.batch;
  const bool hears_signals = context_.world.processes() == 1,
             by_cells = kind_of(context_.plan.architecture.loss).rated_only;
  exchange.barrier();
  for (std::int64_t batch = first_batch; static_cast<std::size_t>(batch) * size < order.size(); ++batch) {
    if (rank == 0) context_.world.set_step(epoch, batch + 1);
    if (rank == 0 && hears_signals && interruption_requested() != 0 && stop_after_ < 0) stop_after_ = batch;
    const auto users = order.subspan(static_cast<std::size_t>(batch) * size,
                                     std::min(size, order.size() - static_cast<std::size_t>(batch) * size));
    const std::vector<std::int32_t> share = share_of(rank, users);
    const BatchShare whole{static_cast<std::int64_t>(users.size()), by_cells ? rated_cells(rank, share) : 0};
    own.loss = {};
    if (!share.empty()) own.loss = own.step->run(share, static_cast<std::uint64_t>(epoch), *own.gradient, whole,
                                                   divergence_weight(context_, epoch, batch));
    for (const std::span<float> part : parts_of(own.gradient->gradient))
      exchange.reduce(part, Reduction::sum(!share.empty()));
    own.update->begin_step(steps_before + batch + 1);
    update_share(rank);
    exchange.barrier();
    if (rank == 0) {
      for (const Rank& one : ranks_) state_.loss.sum += one.loss.sum, state_.loss.weight += one.loss.weight;
      state_.batch = batch + 1, ++state_.steps, ++context_.state.steps;
      if (context_.on_progress)
        context_.on_progress(static_cast<double>(static_cast<std::size_t>(batch) * size + users.size()));
    }
    exchange.barrier();
    if (stop_after_ == batch) break;
  }
  own.update->settle_first(0, 0);  // every row had a gradient, if only of zeros
}

/// Every rank has the whole gradient now, and updates its share of this process's network.
void UsersStepRunner::update_share(int rank) {
  Rank& own = ranks_[static_cast<std::size_t>(rank)];
  const Autoencoder& gradient = own.gradient->gradient;
  const std::int64_t items = state_.network.items, block = context_.plan.block_items,
                     blocks = (items + block - 1) / block;
  const auto count = static_cast<std::int64_t>(ranks_.size());
  for (std::int64_t b = blocks * rank / count; b < blocks * (rank + 1) / count; ++b) {
    const std::int64_t item = b * block, rows = std::min(block, items - item);
    own.update->output_rows(item, rows, gradient.output.row(item));
    own.update->first_rows(item, rows, gradient.first.row(item));
  }
  if (rank == 0) own.update->hidden({gradient.first_bias, gradient.inner});
}

}  // namespace encore
