// What a rank keeps stays for the next call.
#include "stepper.h"

#include "models/table.h"

namespace encore::bench {

TrainingPlan plan_of(const StepShape& shape) {
  TrainingPlan plan;
  const ModelKind& kind = model_kind(shape.model);
  plan.architecture = kind.architecture;
  // As benchmark/peers/torch_latent.py has it, which is measured beside it.
  if (plan.architecture.middle == MiddleKind::variational) plan.architecture.hidden = {600, 200, 600};
  plan.learning = kind.training;
  for (const Knob& knob : kind.knobs) plan.knobs[std::string(knob.name.substr(2))] = knob.usual;
  plan.learning.batch_size = shape.batch;
  plan.shards = plan.threads = shape.shards;
  plan.precision = shape.precision;
  return plan;
}

/// What one shard owns: its step, its update.
struct Stepper::Rank {
  Rank(Stepper& all, BlockRun run, int rank, const kernel::Kernels& kernels)
      : Rank(all, all.state_.workers[0], run, rank, kernels) {}
  Rank(Stepper& all, WorkerState& state, BlockRun run, int rank, const kernel::Kernels& kernels)
      : step(all.data_, state.network, state.network, run, all.plan_.learning.batch_size, all.plan_.seed, all.world_.of(rank), kernels,
             all.plan_.precision, state.before.items > 0 ? EarlierEncoder{&state.before, &state.before} : EarlierEncoder{}),
        adam(state.network, state.network, state.moments, state.moments, all.plan_.adam(), kernels) {}

  ShardStep step;
  AdamUpdate adam;
};

Stepper::Stepper(const Dataset& data, const TrainingPlan& plan, const kernel::Kernels& kernels)
    : Steps(data, plan), state_(fresh_state(plan, data)) {
  const auto runs = cut_into_runs(data_, plan_.block_items, plan_.shards);
  for (int r = 0; r < plan_.shards; ++r)
    ranks_.push_back(std::make_shared<Rank>(*this, runs[static_cast<std::size_t>(r)], r, kernels));
  if (plan_.shards == 1) return;
  shares_ = std::make_shared<RowShares>(world_.barrier(), plan_.shards, state_.workers[0].network, plan_.learning.batch_size);
  for (int r = 0; r < plan_.shards; ++r) {
    Rank& rank = *ranks_[static_cast<std::size_t>(r)];
    rank.step.share(shares_->of(r)), rank.adam.share(shares_->of(r));
  }
}

void Stepper::step(int index, std::int64_t t) {
  Rank& rank = *ranks_[static_cast<std::size_t>(index)];
  const std::vector<std::int32_t> users = users_of(t);
  const double weight = plan_.divergence_weight(t);
  LossSum loss;
  if (passes_of_an_epoch(plan_.architecture) == 1) {
    rank.adam.begin_step(t);
    loss = rank.step.run(users, 1, rank.adam, {}, weight);
  } else {  // a batch of each pass of an epoch; the copy of the encoder, once an epoch, is not timed
    for (std::int64_t pass = 0; pass <= encoder_passes; ++pass) {
      const TrainedPart part = pass < encoder_passes ? TrainedPart::encoder : TrainedPart::decoder;
      rank.adam.begin_step(part == TrainedPart::encoder ? (t - 1) * encoder_passes + pass + 1 : t, part);
      loss = rank.step.run(users, 1, rank.adam, {}, weight, part);
    }
  }
  if (index == 0) loss_ = loss.mean();
}

void Stepper::settle(int index) {
  Rank& rank = *ranks_[static_cast<std::size_t>(index)];
  rank.step.settle(rank.adam);  // as at the end of an epoch
}

}  // namespace encore::bench
