// The state, the loop that trains it, and the files that keep it.
#include "training/network_fit.h"

#include <cstring>

#include <fmt/format.h>

#include "console/table.h"
#include "network/network_model.h"
#include "network/loss_table.h"
#include "process/error.h"
#include "process/resources.h"
#include "training/checkpoint.h"
#include "training/items_runner.h"
#include "training/memory_need.h"
#include "training/part_file.h"
#include "training/warm_start.h"

namespace encore {
namespace {

/// Σ and number of the inputs of all processes, added in their order.
InputSum sum_of_inputs(const FitContext& c) {
  const InputSum own = sum_of_inputs(c.dataset, c.plan.architecture.input);
  InputSum all;
  for (const auto& bytes : gather_from_processes(c.world, std::as_bytes(std::span(&own, 1)))) {
    InputSum one;
    std::memcpy(&one, bytes.data(), sizeof one);
    all.sum += one.sum, all.count += one.count;
  }
  return all;
}

void require_learnable_values(const FitContext& c) {
  if (c.plan.architecture.input == Input::channels && (c.dataset.scale.implicit || c.dataset.scale.log_counts))
    throw UserError("--input channels tells liked items from those rated lower, and this dataset has no ratings on a scale; leave it out");
  if (!c.dataset.scale.log_counts || c.plan.architecture.input != Input::ratings) return;
  throw UserError(fmt::format("--model {} learns ratings on a scale, and counts that weigh (--count log) are none; take --model "
                              "mult-dae or ease, or prepare without --count log",
                              c.plan.architecture.model));
}

TrainingState fresh(const FitContext& c) {
  require_learnable_values(c);
  require_memory(c.plan, c.dataset, c.world, free_memory());
  const bool by_items = c.plan.parallel == Parallel::items;
  const ItemRange range =
      by_items ? items_of_process(c.dataset, c.plan, c.world) : ItemRange{0, c.dataset.items.size()};
  const InputSum inputs = kind_of(c.plan.architecture.loss).rated_only ? sum_of_inputs(c) : InputSum{};
  std::vector<std::byte> has_input = films_with_input(c.dataset, c.plan.architecture.input);
  if (c.world.processes() > 1) {
    const std::vector<std::byte> mine = has_input;
    for (const auto& other : gather_from_processes(c.world, mine))
      for (std::size_t i = 0; i < has_input.size(); ++i) has_input[i] |= other[i];
  }
  return fresh_state(c.plan, has_input, range, has_replicas(c.plan) ? c.world.local_ranks() : 1, inputs);
}

[[noreturn]] void refuse_without_input() {
  throw UserError(
      "no training user has a rating that this model learns from; prepare with a smaller --hold-out or a lower --liked");
}

}  // namespace

NetworkFit::NetworkFit(const FitContext& context) : context_(context), own_(fresh(context)), state_(own_) {
  const bool alone = context.world.processes() == 1;  // in a cluster nobody knows before all have met, in the first step
  if (alone && users_with_input(context.dataset, context.plan.architecture.input, Fold::train).empty()) refuse_without_input();
}
NetworkFit::NetworkFit(const FitContext& context, TrainingState& state) : context_(context), state_(state) {}

bool NetworkFit::step(const std::function<void(double)>& on_users) {
  on_users_ = on_users;
  if (!loop_) {
    loop_ = std::make_unique<EpochLoop>(context_.dataset, context_.plan, state_, context_.world, [this](double users) {
      if (on_users_) on_users_(users);
    });
    if (loop_->users() == 0) refuse_without_input();
  }
  return loop_->run_epoch();
}

FitRecord NetworkFit::record() const {
  return {state_.epoch, state_.steps, kept_epoch(state_), loop_ ? loop_->worker_losses() : std::vector<double>(),
          state_.epoch > 0 ? why_kept(context_.plan, state_) : std::string(), divergence(context_.plan, state_)};
}

const std::vector<WorkerTimes>& NetworkFit::worker_times() const {
  return loop_ ? loop_->worker_times() : Fit::worker_times();
}

std::shared_ptr<const Model> NetworkFit::model() const {
  return std::make_shared<const NetworkModel>(state_.best.items > 0 ? state_.best : state_.model(),
                                              context_.plan.block_items);
}

std::string NetworkFit::description() const {
  const Autoencoder& network = state_.model();
  std::string widths = with_thousands(network.items);
  for (const std::int64_t width : network.architecture.hidden) widths += fmt::format(" – {}", with_thousands(width));
  return fmt::format("{} – {} {}, {} parameters", widths, with_thousands(network.items),
                     name_of(network.architecture.output), with_thousands(network.parameters()));
}

bool NetworkFit::keep(const std::filesystem::path& model_folder) const {
  write_checkpoint(model_folder, context_.plan, state_, context_.dataset.fingerprint);
  return true;
}

void NetworkFit::resume(const std::filesystem::path& model_folder) {
  state_ = {};  // the memory first
  state_ = read_checkpoint(model_folder, context_.plan, context_.dataset.items.size());
}

WarmStartCounts NetworkFit::warm_start(const TrainedModel& older, const std::filesystem::path& older_folder) {
  WarmStartCounts counts;
  state_ = {};
  state_ = warm_state(context_.plan, context_.dataset, older, older_folder, counts);
  return counts;
}

void NetworkFit::save_part(const std::filesystem::path& file, int process) const {
  write_state_part(file, context_.plan, state_, context_.dataset.fingerprint, process);
}

void NetworkFit::load_parts(const std::vector<std::filesystem::path>& files, int process) {
  read_state_parts(files, context_.plan, context_.dataset.fingerprint, process, state_);
}

}  // namespace encore
