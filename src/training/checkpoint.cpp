// Training state ↔ one safetensors file; what is not a tensor stands in its metadata as JSON.
#include "training/checkpoint.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "kernel/kernels.h"
#include "model/safetensors.h"
#include "process/error.h"
#include "process/staged_file.h"
#include "training/epoch_runner.h"

namespace encore {
namespace {

using Json = nlohmann::ordered_json;
constexpr const char* format = "encore-checkpoint";
constexpr int format_version = 1;

template <class Float, class Table>
void add_table(std::vector<TensorOf<Float>>& tensors, const std::string& name, Table& table) {
  if (table.items > 0) tensors.push_back({name, {table.items, table.stride}, table.values.data(), table.stride});
}

template <class Float, class Vector>
void add_vector(std::vector<TensorOf<Float>>& tensors, const std::string& name, Vector& values) {
  const auto size = static_cast<std::int64_t>(values.size());
  if (size > 0) tensors.push_back({name, {size}, values.data(), size});
}

/// Padded as in memory: what is read back has every bit, padding included.
template <class Float, class Layers>
void add_hidden(std::vector<TensorOf<Float>>& tensors, const std::string& name, Layers& layers) {
  add_vector(tensors, name + ".first_bias", layers.first_bias);
  for (std::size_t l = 0; l < layers.inner.size(); ++l) {
    add_vector(tensors, fmt::format("{}.inner.{}.weight", name, l), layers.inner[l].weight);
    add_vector(tensors, fmt::format("{}.inner.{}.bias", name, l), layers.inner[l].bias);
  }
}

template <class Float, class Network>
void add_network(std::vector<TensorOf<Float>>& tensors, const std::string& name, Network& network) {
  add_table(tensors, name + ".first", network.first);
  add_table(tensors, name + ".output", network.output);
  add_hidden(tensors, name, network);
}

/// Every number of the state, by name; the same list serves writing and reading.
template <class Float, class State>
std::vector<TensorOf<Float>> tensors_of(State& state) {
  std::vector<TensorOf<Float>> tensors;
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
  }
  if (state.workers.size() > 1) add_network(tensors, "agreed", state.agreed);
  if (state.best.items > 0) add_network(tensors, "best", state.best);
  return tensors;
}

Json optional_number(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }
std::optional<double> optional_number(const Json& json) {
  return json.is_null() ? std::nullopt : std::optional<double>(json.get<double>());
}

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
          {"best_value", optional_number(state.best_value)},
          {"best_epoch", state.best_epoch},
          {"has_best", state.best.items > 0},
          {"workers", workers},
          {"history", history}};
}

void read_state_json(const Json& json, TrainingState& state) {
  state.epoch = json.at("epoch"), state.steps = json.at("steps"), state.running_seconds = json.at("running_seconds");
  state.best_value = optional_number(json.at("best_value")), state.best_epoch = json.at("best_epoch");
  for (std::size_t w = 0; w < state.workers.size(); ++w) {
    const Json& one = json.at("workers").at(w);
    WorkerState& worker = state.workers[w];
    worker.steps = one.at("steps"), worker.batch = one.at("batch");
    worker.loss = {one.at("loss_sum"), one.at("loss_weight")};
  }
  for (const Json& e : json.at("history")) {
    state.history.push_back({e.at("epoch"), e.at("train_loss"), optional_number(e.at("validation_loss")),
                             optional_number(e.at("validation_ndcg")), e.at("seconds")});
  }
}

std::string damaged(const std::filesystem::path& file, const std::string& why) {
  return fmt::format("{} is damaged ({}); delete it and train anew without --resume", file.string(), why);
}

}  // namespace

std::filesystem::path checkpoint_file(const std::filesystem::path& model_folder) {
  return model_folder / "checkpoints" / "last.safetensors";
}

void write_checkpoint(const std::filesystem::path& model_folder, const TrainingPlan& plan, const TrainingState& state,
                      const std::string& dataset_fingerprint) {
  const std::filesystem::path file = checkpoint_file(model_folder);
  std::error_code failed;
  std::filesystem::create_directories(file.parent_path(), failed);
  if (failed) throw UserError(fmt::format("cannot create {} ({})", file.parent_path().string(), failed.message()));
  StagedFile staged(file);
  write_safetensors(staged.path(), tensors_of<const float>(state),
                    {{"format", format},
                     {"version", std::to_string(format_version)},
                     {"plan", to_json(plan)},
                     {"state", state_json(state).dump()},
                     {"dataset", dataset_fingerprint},
                     {"kernel_path", kernel::kernel_path()}});
  staged.commit();
}

CheckpointHead read_checkpoint_head(const std::filesystem::path& model_folder) {
  const std::filesystem::path file = checkpoint_file(model_folder);
  if (!std::filesystem::exists(file)) {
    throw UserError(
        fmt::format("there is no checkpoint in {} to go on from; train without --resume", model_folder.string()));
  }
  const SafetensorsReader reader(file);
  const auto& metadata = reader.metadata();
  const auto value = [&](const char* key) {
    const auto found = metadata.find(key);
    if (found == metadata.end()) throw UserError(damaged(file, fmt::format("it has no {}", key)));
    return found->second;
  };
  if (value("format") != format) throw UserError(fmt::format("{} is not a checkpoint of encore", file.string()));
  if (value("version") != std::to_string(format_version)) {
    throw UserError(fmt::format("{} has format version {}, this program reads {}", file.string(), value("version"),
                                format_version));
  }
  try {
    return {plan_from_json(value("plan")), value("dataset")};
  } catch (const nlohmann::json::exception& error) {
    throw UserError(damaged(file, error.what()));
  }
}

TrainingState read_checkpoint(const std::filesystem::path& model_folder, const TrainingPlan& plan, std::int64_t items) {
  const std::filesystem::path file = checkpoint_file(model_folder);
  SafetensorsReader reader(file);
  TrainingState state;
  try {
    const Json json = Json::parse(reader.metadata().at("state"));
    state.workers.resize(static_cast<std::size_t>(replicas(plan)));
    for (WorkerState& worker : state.workers) {
      worker.network = Autoencoder::shaped(plan.architecture, items);
      worker.moments = Moments::zero(worker.network);
    }
    if (state.workers.size() > 1) state.agreed = state.workers[0].network;
    if (json.at("has_best").get<bool>()) state.best = state.workers[0].network;
    read_state_json(json, state);
  } catch (const nlohmann::json::exception& error) {
    throw UserError(damaged(file, error.what()));
  }
  for (const TensorTarget& tensor : tensors_of<float>(state)) reader.read(tensor);
  reader.expect_all_read();
  return state;
}

}  // namespace encore
