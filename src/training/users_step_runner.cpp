// Gradients of slices of a batch, all-reduced in shared memory before one common update.
#include "training/users_step_runner.h"

#include <algorithm>

#include "model/scorer.h"
#include "process/interruption.h"

namespace encore {

UsersStepRunner::UsersStepRunner(TrainingContext& context)
    : EpochRunner(context),
      state_(context.state.workers.at(0)),
      kernels_(kernel::device_named(context.plan.device)),
      barrier_(context.plan.shards, context.plan.threads),
      workers_(static_cast<std::size_t>(context.plan.shards)) {
  const TrainingPlan& plan = context.plan;
  const std::int64_t rows = (plan.learning.batch_size + plan.shards - 1) / plan.shards;
  const BlockRun everything = cut_into_runs(context.dataset.items, plan.block_items, 1)[0];
  for (Worker& w : workers_) {
    w.alone = std::make_unique<ThreadWorld>(1, 1);
    w.step = std::make_unique<ShardStep>(context.dataset, state_.network, state_.network, everything, rows, plan.seed,
                                         w.alone->of(0), kernels_);
    w.gradient = std::make_unique<KeepGradient>(state_.network);
    w.update = std::make_unique<AdamUpdate>(state_.network, state_.network, state_.moments, state_.moments, plan.adam(),
                                            kernels_);
    w.sum.resize(static_cast<std::size_t>(plan.block_items *
                                          std::max(state_.network.first.stride, state_.network.output.stride)));
  }
}

std::int64_t UsersStepRunner::rated_cells(std::span<const std::int32_t> users) const {
  std::int64_t cells = 0;
  for (const std::int32_t user : users) {
    for (const float stars : context_.dataset.ratings.ratings_of(user)) {
      cells += input_value(context_.plan.architecture, context_.dataset.scale, stars) != 0 ? 1 : 0;
    }
  }
  return cells;
}

bool UsersStepRunner::run(std::int64_t epoch) {
  const std::vector<std::int32_t> order = epoch_order(context_.users, context_.plan.seed, epoch);
  stop_after_ = -1;
  run_ranks(context_.plan.shards, [&](int worker) {
    barrier_.enter();
    try {
      run_worker(worker, epoch, order);
    } catch (...) {
      barrier_.abort();
      barrier_.leave();
      throw;
    }
    barrier_.leave();
  });
  return state_.batch * context_.plan.learning.batch_size >= static_cast<std::int64_t>(order.size());
}

void UsersStepRunner::run_worker(int worker, std::int64_t epoch, std::span<const std::int32_t> order) {
  Worker& own = workers_[static_cast<std::size_t>(worker)];
  const auto size = static_cast<std::size_t>(context_.plan.learning.batch_size), count = workers_.size(),
             w = static_cast<std::size_t>(worker);
  const std::int64_t steps_before = state_.steps - state_.batch, first_batch = state_.batch;
  barrier_.wait();
  for (std::int64_t batch = first_batch; static_cast<std::size_t>(batch) * size < order.size(); ++batch) {
    if (worker == 0 && interruption_requested() != 0 && stop_after_ < 0) stop_after_ = batch;
    const auto users = order.subspan(static_cast<std::size_t>(batch) * size,
                                     std::min(size, order.size() - static_cast<std::size_t>(batch) * size));
    const std::size_t from = users.size() * w / count, to = users.size() * (w + 1) / count;
    own.has_rows = from < to;
    own.loss = {};
    const BatchShare whole{static_cast<std::int64_t>(users.size()),
                           context_.plan.architecture.loss == Loss::masked_mse ? rated_cells(users) : 0};
    if (own.has_rows)
      own.loss = own.step->run(users.subspan(from, to - from), static_cast<std::uint64_t>(epoch), *own.gradient, whole);
    own.update->begin_step(steps_before + batch + 1);
    barrier_.wait();
    update_share(worker);
    if (worker == 0) {
      update_hidden(own);
      for (const Worker& one : workers_) state_.loss.sum += one.loss.sum, state_.loss.weight += one.loss.weight;
      state_.batch = batch + 1, ++state_.steps, ++context_.state.steps;
      if (context_.on_progress)
        context_.on_progress(static_cast<double>(static_cast<std::size_t>(batch) * size + users.size()));
    }
    barrier_.wait();
    if (stop_after_ == batch) return;
  }
}

/// Sums the workers' gradients of this worker's blocks and updates those rows.
void UsersStepRunner::update_share(int worker) {
  Worker& own = workers_[static_cast<std::size_t>(worker)];
  const std::int64_t items = state_.network.items, block = context_.plan.block_items,
                     blocks = (items + block - 1) / block;
  const auto count = static_cast<std::int64_t>(workers_.size());
  for (std::int64_t b = blocks * worker / count; b < blocks * (worker + 1) / count; ++b) {
    const std::int64_t item = b * block, rows = std::min(block, items - item);
    sum_rows(own, item, rows, &Autoencoder::output);
    own.update->output_rows(item, rows, own.sum.data());
    sum_rows(own, item, rows, &Autoencoder::first);
    own.update->first_rows(item, rows, own.sum.data());
  }
}

void UsersStepRunner::sum_rows(Worker& own, std::int64_t item, std::int64_t rows, ItemTable Autoencoder::*table) {
  const std::int64_t floats = rows * (state_.network.*table).stride;
  std::fill_n(own.sum.begin(), floats, 0.0F);
  for (const Worker& one : workers_) {
    if (one.has_rows) kernels_.add(own.sum.data(), (one.gradient->gradient.*table).row(item), floats);
  }
}

void UsersStepRunner::update_hidden(Worker& own) {
  HiddenGradients sum = HiddenGradients::shaped(state_.network);
  const auto add = [&](kernel::AlignedFloats& to, const kernel::AlignedFloats& from) {
    kernels_.add(to.data(), from.data(), static_cast<std::int64_t>(to.size()));
  };
  for (const Worker& one : workers_) {
    if (!one.has_rows) continue;
    add(sum.first_bias, one.gradient->gradient.first_bias);
    for (std::size_t l = 0; l < sum.inner.size(); ++l) {
      add(sum.inner[l].weight, one.gradient->gradient.inner[l].weight);
      add(sum.inner[l].bias, one.gradient->gradient.inner[l].bias);
    }
  }
  own.update->hidden(sum);
}

}  // namespace encore
