// One thread a rank for each call, as an epoch has; what a rank keeps stays for the next.
#include "stepper.h"

#include <chrono>

#include "models/table.h"
#include "training/epoch_runner.h"

namespace encore::bench {

TrainingPlan plan_of(const StepShape& shape) {
  TrainingPlan plan;
  const ModelKind& kind = model_kind(shape.model);
  plan.architecture = kind.architecture;
  plan.learning = kind.training;
  for (const Knob& knob : kind.knobs) plan.knobs[std::string(knob.name.substr(2))] = knob.usual;
  plan.learning.batch_size = shape.batch;
  plan.shards = plan.threads = shape.shards;
  plan.precision = shape.precision;
  return plan;
}

/// What one shard owns: its copy of the layers that all have, its step, its update.
struct Stepper::Rank {
  Rank(Stepper& all, BlockRun run, int rank, const kernel::Kernels& kernels)
      : hidden(all.state_.workers[0].network),
        before(all.state_.workers[0].before),
        moments(all.state_.workers[0].moments),
        step(all.data_, all.state_.workers[0].network, hidden, run, all.plan_.learning.batch_size, all.plan_.seed,
             all.world_.of(rank), kernels, all.plan_.precision,
             before.items > 0 ? EarlierEncoder{&before, &before} : EarlierEncoder{}),
        adam(all.state_.workers[0].network, hidden, all.state_.workers[0].moments, moments, all.plan_.adam(), kernels),
        users(static_cast<std::size_t>(all.plan_.learning.batch_size)) {}

  Autoencoder hidden, before;
  Moments moments;
  ShardStep step;
  AdamUpdate adam;
  std::vector<std::int32_t> users;
};

Stepper::Stepper(const Dataset& data, const TrainingPlan& plan, const kernel::Kernels& kernels)
    : data_(data), plan_(plan), state_(fresh_state(plan, data)), world_(plan.shards, plan.threads) {
  const auto runs = cut_into_runs(data_, plan_.block_items, plan_.shards);
  for (int r = 0; r < plan_.shards; ++r)
    ranks_.push_back(std::make_shared<Rank>(*this, runs[static_cast<std::size_t>(r)], r, kernels));
}

void Stepper::step(Rank& rank, std::int64_t t) {
  const std::size_t rows = rank.users.size(), all = static_cast<std::size_t>(data_.users.size());
  for (std::size_t i = 0; i < rows; ++i)
    rank.users[i] = static_cast<std::int32_t>((static_cast<std::size_t>(t - 1) * rows + i) % all);
  const double weight = plan_.divergence_weight(t);
  LossSum loss;
  if (passes_of_an_epoch(plan_.architecture) == 1) {
    rank.adam.begin_step(t);
    loss = rank.step.run(rank.users, 1, rank.adam, {}, weight);
  } else {  // a batch of each pass of an epoch; the copy of the encoder, once an epoch, is not timed
    for (std::int64_t pass = 0; pass <= encoder_passes; ++pass) {
      const TrainedPart part = pass < encoder_passes ? TrainedPart::encoder : TrainedPart::decoder;
      rank.adam.begin_step(part == TrainedPart::encoder ? (t - 1) * encoder_passes + pass + 1 : t, part);
      loss = rank.step.run(rank.users, 1, rank.adam, {}, weight, part);
    }
  }
  if (&rank == ranks_.front().get()) loss_ = loss.mean();
}

double Stepper::run(std::int64_t steps) {
  std::chrono::steady_clock::time_point began, ended;
  run_ranks(plan_.shards, [&](int r) {
    Rank& rank = *ranks_[static_cast<std::size_t>(r)];
    world_.of(r).barrier();
    if (r == 0) began = std::chrono::steady_clock::now();
    for (std::int64_t i = 1; i <= steps; ++i) step(rank, done_ + i);
    rank.step.settle(rank.adam);  // as at the end of an epoch: no work is left out of the time
    world_.of(r).barrier();
    if (r == 0) ended = std::chrono::steady_clock::now();
  });
  done_ += steps;
  return std::chrono::duration<double>(ended - began).count();
}

}  // namespace encore::bench
