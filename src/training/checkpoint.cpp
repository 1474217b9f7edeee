// Training state ↔ one safetensors file; what is not a tensor stands in its metadata as JSON.
#include "training/checkpoint.h"

#include <fmt/format.h>

#include "dataset/checked_json.h"
#include "model/safetensors.h"
#include "process/error.h"
#include "process/staged_file.h"
#include "training/epoch_loop.h"
#include "training/epoch_runner.h"
#include "training/possible_plan.h"
#include "training/state_tensors.h"

namespace encore {
namespace {

using Json = CheckedJson;
constexpr const char* format = "encore-checkpoint";
constexpr int format_version = 1;

std::vector<TensorView> tensors_to_write(const TrainingState& state) {
  std::vector<TensorView> tensors;
  for (const StateTensor<const float>& one : state_tensors(state)) tensors.push_back(one.tensor);
  return tensors;
}

}  // namespace

void refuse_checkpoint(const std::filesystem::path& file, const std::string& why) {
  throw UserError(fmt::format("{} is damaged ({}); delete it and train anew without --resume", file.string(), why));
}

std::filesystem::path checkpoint_file(const std::filesystem::path& model_folder) {
  return model_folder / "checkpoints" / "last.safetensors";
}

void write_checkpoint(const std::filesystem::path& model_folder, const TrainingPlan& plan, const TrainingState& state,
                      const std::string& dataset_fingerprint) {
  Json progress = state_json(state);
  progress["finished"] = is_finished(plan, state);
  write_checkpoint(model_folder, plan, tensors_to_write(state), progress, dataset_fingerprint);
}

void write_checkpoint(const std::filesystem::path& model_folder, const TrainingPlan& plan, const std::vector<TensorView>& tensors,
                      const Json& progress, const std::string& dataset_fingerprint) {
  const std::filesystem::path file = checkpoint_file(model_folder);
  std::error_code failed;
  std::filesystem::create_directories(file.parent_path(), failed);
  if (failed) throw UserError(fmt::format("cannot create {} ({})", file.parent_path().string(), failed.message()));
  StagedFile staged(file);
  write_safetensors(staged.path(), tensors,
                    {{"format", format},
                     {"version", std::to_string(format_version)},
                     {"plan", to_json(plan)},
                     {"state", progress.dump()},
                     {"dataset", dataset_fingerprint},
                     {"kernel_path", kernel_path_of(plan)}});
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
    if (found == metadata.end()) refuse_checkpoint(file, fmt::format("it has no {}", key));
    return found->second;
  };
  if (value("format") != format) throw UserError(fmt::format("{} is not a checkpoint of encore", file.string()));
  if (value("version") != std::to_string(format_version)) {
    throw UserError(fmt::format("{} has format version {}, this program reads {}", file.string(), value("version"),
                                format_version));
  }
  try {
    CheckpointHead head{plan_from_json(value("plan")), value("dataset"), value("kernel_path")};
    if (!is_possible(head.plan)) refuse_checkpoint(file, "its plan is none that a training can have");
    return head;
  } catch (const nlohmann::json::exception& error) {
    refuse_checkpoint(file, error.what());
  }
}

std::optional<UnfinishedTraining> unfinished_training(const std::filesystem::path& model_folder) {
  if (!std::filesystem::exists(checkpoint_file(model_folder))) return std::nullopt;
  try {
    const TrainingPlan plan = read_checkpoint_head(model_folder).plan;
    TrainingState state;
    const Json progress = read_progress(SafetensorsReader(checkpoint_file(model_folder)), checkpoint_file(model_folder));
    read_state_json(progress, state);
    if (progress.contains("finished") ? progress.at("finished").get<bool>() : is_finished(plan, state)) return std::nullopt;
    return UnfinishedTraining{state.epoch, plan.learning.epochs};
  } catch (const std::exception&) {  // who goes on from it is told what is wrong
    return std::nullopt;
  }
}

Json read_progress(const SafetensorsReader& reader, const std::filesystem::path& file) {
  const auto said = reader.metadata().find("state");
  if (said == reader.metadata().end()) refuse_checkpoint(file, "it has no state");
  try {
    return Json::parse(said->second);
  } catch (const nlohmann::json::exception& error) {
    refuse_checkpoint(file, error.what());
  }
}

TrainingState read_checkpoint(const std::filesystem::path& model_folder, const TrainingPlan& plan, std::int64_t items) {
  const std::filesystem::path file = checkpoint_file(model_folder);
  SafetensorsReader reader(file);
  const Json json = read_progress(reader, file);
  if (plan.architecture.hidden.empty()) refuse_checkpoint(file, "its plan is none that a network can have");
  // Nothing is allocated before the file is known to be long enough for it: weights and two moments of each worker.
  std::int64_t parameters = 0;
  for (const auto& layer : layer_shapes(plan.architecture, items)) parameters += layer.parameters();
  const auto numbers = static_cast<double>(parameters) * 3 * replicas(plan);
  if (numbers * sizeof(float) > static_cast<double>(std::filesystem::file_size(file)))
    refuse_checkpoint(file, "it is too short for its plan");
  TrainingState state;
  try {
    state.workers.resize(static_cast<std::size_t>(replicas(plan)));
    for (WorkerState& worker : state.workers) {
      worker.network = Autoencoder::shaped(plan.architecture, items);
      worker.moments = Moments::zero(worker.network);
      if (plan.architecture.middle == MiddleKind::residual) worker.before = encoder_of(worker.network);
    }
    if (state.workers.size() > 1) state.agreed = state.workers[0].network;
    if (json.at("has_best").get<bool>()) state.best = state.workers[0].network;
    read_state_json(json, state);
  } catch (const nlohmann::json::exception& error) {
    refuse_checkpoint(file, error.what());
  }
  for (const StateTensor<float>& one : state_tensors(state)) reader.read(one.tensor);
  reader.expect_all_read();
  return state;
}

}  // namespace encore
