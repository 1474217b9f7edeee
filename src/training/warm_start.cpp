// Rows of an older model, carried over by source id.
#include "training/warm_start.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "network/network_model.h"
#include "network/loss_table.h"
#include "process/error.h"
#include "training/checkpoint.h"
#include "training/epoch_runner.h"

namespace encore {
namespace {

void carry(ItemTable& to, const ItemTable& from, const std::vector<std::int64_t>& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] >= 0) std::copy_n(from.row(rows[i]), to.stride, to.row(static_cast<std::int64_t>(i)));
  }
}

void carry_moments(WorkerState& worker, const WorkerState& before, const std::vector<std::int64_t>& rows) {
  carry(worker.moments.first_mean, before.moments.first_mean, rows);
  carry(worker.moments.first_square, before.moments.first_square, rows);
  carry(worker.moments.output_mean, before.moments.output_mean, rows);
  carry(worker.moments.output_square, before.moments.output_square, rows);
  worker.moments.hidden_mean = before.moments.hidden_mean;
  worker.moments.hidden_square = before.moments.hidden_square;
  worker.steps = before.steps;
}

/// Rated cells alone say nothing of a film that hardly anybody rated: it keeps what it starts with. So outputs that are
/// only judged there start at the mean of all training inputs, not at zero stars.
void start_at_mean(Autoencoder& network, const InputSum& inputs) {
  if (inputs.count == 0) return;
  const double mean = inputs.sum / inputs.count, limited = std::clamp(mean, 0.01, 0.99);
  const bool sigmoid = network.architecture.output == OutputKind::sigmoid;
  const auto bias = static_cast<float>(sigmoid ? std::log(limited / (1 - limited)) : mean);
  const ItemRange range = network.range();
  for (std::int64_t item = range.first; item < range.last; ++item)
    network.output.row(item)[network.output.width] = bias;
}

}  // namespace

std::vector<std::int64_t> match_rows(const Catalogue& now, const Catalogue& before, WarmStartCounts& counts) {
  std::unordered_map<std::string_view, std::int64_t> row_of;
  for (std::int32_t i = 0; i < before.size(); ++i) row_of.emplace(before.id[static_cast<std::size_t>(i)], i);
  std::vector<std::int64_t> rows;
  for (const std::string& id : now.id) {
    const auto found = row_of.find(id);
    rows.push_back(found == row_of.end() ? -1 : found->second);
    ++(found == row_of.end() ? counts.fresh : counts.matched);
  }
  counts.gone = before.size() - counts.matched;
  return rows;
}

InputSum sum_of_inputs(const Dataset& dataset, Input input) {
  InputSum inputs;
  for (const std::int32_t user : dataset.users_in(Fold::train)) {
    for (const float stars : dataset.ratings.ratings_of(user)) {
      const std::optional<float> value = input_value(input, dataset.scale, stars);
      if (value) inputs.sum += static_cast<double>(*value), ++inputs.count;
    }
  }
  return inputs;
}

std::vector<std::byte> films_with_input(const Dataset& dataset, Input input) {
  std::vector<std::byte> found(static_cast<std::size_t>(dataset.items.size()), std::byte{0});
  for (const std::int32_t user : dataset.users_in(Fold::train)) {
    const auto items = dataset.ratings.items_of(user);
    const auto stars = dataset.ratings.ratings_of(user);
    for (std::size_t i = 0; i < items.size(); ++i)
      if (input_value(input, dataset.scale, stars[i])) found[static_cast<std::size_t>(items[i])] = std::byte{1};
    if (input != Input::channels) continue;
    for (const std::int32_t item : dataset.seen.items_of(user)) found[static_cast<std::size_t>(item)] = std::byte{1};
  }
  return found;
}

TrainingState fresh_state(const TrainingPlan& plan, std::span<const std::byte> has_input, ItemRange range, int workers,
                          const InputSum& inputs) {
  TrainingState state;
  state.workers.resize(static_cast<std::size_t>(workers));
  Autoencoder network = Autoencoder::initialised(plan.architecture, std::ssize(has_input), range, plan.seed);
  for (std::int64_t item = range.first; item < range.last; ++item) {
    if (has_input[static_cast<std::size_t>(item)] == std::byte{0})
      std::fill_n(network.first.row(item), network.first.stride, 0.0F);
  }
  if (kind_of(plan.architecture.loss).rated_only) start_at_mean(network, inputs);
  if (has_replicas(plan) && plan.shards > 1) state.agreed = network;
  for (std::size_t w = 1; w < state.workers.size(); ++w) state.workers[w].network = network;
  state.workers[0].network = std::move(network);
  for (WorkerState& worker : state.workers) worker.moments = Moments::zero(worker.network);
  if (plan.architecture.middle == MiddleKind::residual) state.workers[0].before = encoder_of(state.workers[0].network);
  return state;
}

TrainingState fresh_state(const TrainingPlan& plan, const Dataset& dataset) {
  const InputSum inputs =
      kind_of(plan.architecture.loss).rated_only ? sum_of_inputs(dataset, plan.architecture.input) : InputSum{};
  return fresh_state(plan, films_with_input(dataset, plan.architecture.input), {0, dataset.items.size()}, replicas(plan),
                     inputs);
}

TrainingState warm_state(const TrainingPlan& plan, const Dataset& dataset, const TrainedModel& older,
                         const std::filesystem::path& older_model, WarmStartCounts& counts) {
  const Autoencoder* network = network_in(*older.model);
  const bool same_kind = network != nullptr && network->architecture.middle == plan.architecture.middle;
  if (!same_kind || network->architecture.hidden != plan.architecture.hidden) {
    throw UserError(fmt::format("{} {}; give the same --model and --hidden to start from it", older_model.string(),
                                same_kind ? "has other hidden layers than this training" : "is another kind of model"));
  }
  const Autoencoder& before = *network;
  TrainingState state = fresh_state(plan, dataset);
  if (before.channels() != state.workers[0].network.channels())
    throw UserError(fmt::format("{} was trained with --input {}; give the same --input to start from it", older_model.string(),
                                name_of(before.architecture.input)));
  state.is_untrained = false;
  const std::vector<std::int64_t> rows = match_rows(dataset.items, older.items, counts);
  WorkerState& first = state.workers[0];
  std::vector<std::int64_t> heard = rows;  // what the older model had never heard of starts fresh
  for (std::int64_t& row : heard)
    if (row >= 0 && before.first.is_silent(row)) row = -1;
  carry(first.network.first, before.first, heard);
  carry(first.network.output, before.output, rows);
  first.network.first_bias = before.first_bias;
  first.network.inner = before.inner;
  if (std::filesystem::exists(checkpoint_file(older_model))) {
    const CheckpointHead head = read_checkpoint_head(older_model);
    if (replicas(head.plan) == 1 && head.plan.architecture.hidden == plan.architecture.hidden &&
        head.plan.architecture.middle == plan.architecture.middle) {
      carry_moments(first, read_checkpoint(older_model, head.plan, older.items.size()).workers[0], rows);
      counts.with_moments = true;
    }
  }
  if (first.before.items > 0) first.before = encoder_of(first.network);
  for (std::size_t w = 1; w < state.workers.size(); ++w) state.workers[w] = first;
  if (state.workers.size() > 1) state.agreed = first.network;
  return state;
}

}  // namespace encore
