// The list of names, once for writing and reading.
#include "training/state_tensors.h"

#include <fmt/format.h>

#include "process/error.h"

namespace encore {
namespace {

using Json = CheckedJson;

template <class Float, class Table>
void add_table(std::vector<StateTensor<Float>>& tensors, const std::string& name, Table& table) {
  if (table.items > 0)
    tensors.push_back({{name, {table.items, table.stride}, table.values.data(), table.stride}, table.first_item});
}

template <class Float, class Vector>
void add_vector(std::vector<StateTensor<Float>>& tensors, const std::string& name, Vector& values) {
  const auto size = static_cast<std::int64_t>(values.size());
  if (size > 0) tensors.push_back({{name, {size}, values.data(), size}, std::nullopt});
}

template <class Float, class Layers>
void add_hidden(std::vector<StateTensor<Float>>& tensors, const std::string& name, Layers& layers) {
  add_vector(tensors, name + ".first_bias", layers.first_bias);
  for (std::size_t l = 0; l < layers.inner.size(); ++l) {
    add_vector(tensors, fmt::format("{}.inner.{}.weight", name, l), layers.inner[l].weight);
    add_vector(tensors, fmt::format("{}.inner.{}.bias", name, l), layers.inner[l].bias);
  }
}

template <class Float, class Network>
void add_network(std::vector<StateTensor<Float>>& tensors, const std::string& name, Network& network) {
  add_table(tensors, name + ".first", network.first);
  add_table(tensors, name + ".output", network.output);
  add_hidden(tensors, name, network);
}

template <class Float, class State>
std::vector<StateTensor<Float>> tensors_of(State& state) {
  std::vector<StateTensor<Float>> tensors;
  for (std::size_t w = 0; w < state.workers.size(); ++w) {
    auto& worker = state.workers[w];
    const std::string name = fmt::format("worker.{}", w);
    add_network(tensors, name, worker.network);
    add_table(tensors, name + ".first_mean", worker.moments.first_mean);
    add_table(tensors, name + ".first_square", worker.moments.first_square);
    add_table(tensors, name + ".output_mean", worker.moments.output_mean);
    add_table(tensors, name + ".output_square", worker.moments.output_square);
    add_hidden(tensors, name + ".mean", worker.moments.hidden_mean);
    add_hidden(tensors, name + ".square", worker.moments.hidden_square);
    if (worker.before.items == 0) continue;
    add_table(tensors, name + ".before.first", worker.before.first);
    add_hidden(tensors, name + ".before", worker.before);
  }
  if (state.agreed.items > 0) add_network(tensors, "agreed", state.agreed);
  if (state.best.items > 0) add_network(tensors, "best", state.best);
  return tensors;
}

Json optional_number(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }
std::optional<double> optional_number(const Json& json) {
  return json.is_null() ? std::nullopt : std::optional<double>(json.get<double>());
}

}  // namespace

std::vector<StateTensor<const float>> state_tensors(const TrainingState& state) {
  return tensors_of<const float>(state);
}
std::vector<StateTensor<float>> state_tensors(TrainingState& state) { return tensors_of<float>(state); }

Json state_json(const TrainingState& state) {
  Json workers = Json::array(), history = Json::array();
  for (const WorkerState& w : state.workers) {
    workers.push_back(
        {{"steps", w.steps}, {"batch", w.batch}, {"loss_sum", w.loss.sum}, {"loss_weight", w.loss.weight}});
  }
  for (const EpochRecord& e : state.history) {
    history.push_back({{"epoch", e.epoch},
                       {"train_loss", e.train_loss},
                       {"validation_loss", optional_number(e.validation_loss)},
                       {"validation_ndcg", optional_number(e.validation_ndcg)},
                       {"seconds", e.seconds}});
  }
  return {{"epoch", state.epoch},
          {"steps", state.steps},
          {"running_seconds", state.running_seconds},
          {"untrained_loss", optional_number(state.untrained_loss)},
          {"best_epoch", state.best_epoch},
          {"has_best", state.best.items > 0},
          {"workers", workers},
          {"history", history}};
}

void read_state_json(const Json& json, TrainingState& state) {
  state.epoch = json.at("epoch"), state.steps = json.at("steps"), state.running_seconds = json.at("running_seconds");
  state.best_epoch = json.at("best_epoch");
  state.untrained_loss = optional_number(json.value("untrained_loss", Json()));
  for (std::size_t w = 0; w < state.workers.size(); ++w) {
    const Json& one = json.at("workers").at(w);
    WorkerState& worker = state.workers[w];
    worker.steps = one.at("steps"), worker.batch = one.at("batch");
    worker.loss = {one.at("loss_sum"), one.at("loss_weight")};
  }
  if (json.at("history").size() != static_cast<std::size_t>(state.epoch) || state.best_epoch < 0 ||
      state.best_epoch > state.epoch)
    throw UserError("the checkpoint is damaged (its history is not that of its epochs); train anew without --resume");
  for (const Json& e : json.at("history")) {
    state.history.push_back({e.at("epoch"), e.at("train_loss"), optional_number(e.at("validation_loss")),
                             optional_number(e.at("validation_ndcg")), e.at("seconds")});
  }
}

}  // namespace encore
