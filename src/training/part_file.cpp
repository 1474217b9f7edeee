// Parts: the tensors of state_tensors.h, and metadata that says whose rows they are.
#include "training/part_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "dataset/checked_json.h"
#include "process/error.h"
#include "process/staged_file.h"
#include "training/possible_plan.h"
#include "training/state_tensors.h"
#include "training/trainer.h"

namespace encore {
namespace {

using Json = CheckedJson;
constexpr const char *state_format = "encore-state-part", *model_format = "encore-model-part";
constexpr int format_version = 1;

[[noreturn]] void damaged(const std::filesystem::path& file, const std::string& why) {
  throw UserError(fmt::format("{} is damaged ({}); train anew without it", file.string(), why));
}

/// A part that has been opened: its metadata as JSON, and the items of its rows.
struct OpenPart {
  explicit OpenPart(const std::filesystem::path& path, const char* format) : file(path), reader(path) {
    try {
      const auto& metadata = reader.metadata();
      if (metadata.at("format") != format || metadata.at("version") != std::to_string(format_version))
        throw UserError(fmt::format("{} is no part of a training that this program can read", path.string()));
      head = Json::parse(metadata.at("head"));
      range = {head.at("first_item"), head.at("last_item")};
      process = head.at("process");
      if (range.first < 0 || range.last < range.first || range.last > std::numeric_limits<std::int32_t>::max())
        damaged(path, "its items are none that a model can have");
    } catch (const std::out_of_range&) {
      throw UserError(fmt::format("{} is no part of a training", path.string()));
    } catch (const nlohmann::json::exception& error) {
      damaged(path, error.what());
    }
  }
  std::filesystem::path file;
  SafetensorsReader reader;
  Json head;
  ItemRange range;
  int process = 0;
};

std::vector<OpenPart> open_parts(const std::vector<std::filesystem::path>& files, const char* format) {
  std::vector<OpenPart> parts;
  parts.reserve(files.size());
  for (const auto& file : files) parts.emplace_back(file, format);
  if (parts.empty()) throw UserError("a training cannot be put together from no parts at all");
  std::sort(parts.begin(), parts.end(), [](const OpenPart& a, const OpenPart& b) { return a.process < b.process; });
  return parts;
}

void write_part(const std::filesystem::path& path, const char* format, const Json& head,
                const std::vector<StateTensor<const float>>& tensors) {
  std::vector<TensorView> views;
  views.reserve(tensors.size());
  for (const auto& one : tensors) views.push_back(one.tensor);
  StagedFile staged(path);
  write_safetensors(staged.path(), views,
                    {{"format", format}, {"version", std::to_string(format_version)}, {"head", head.dump()}});
  staged.commit();
}

/// Fills a tensor from the parts: rows of items from those that own them, all else from the first.
void read_tensor(std::vector<OpenPart>& parts, const StateTensor<float>& wanted) {
  if (!wanted.first_item) return parts.front().reader.read(wanted.tensor);
  const ItemRange here{*wanted.first_item, *wanted.first_item + wanted.tensor.shape[0]};
  std::int64_t next = here.first;
  for (OpenPart& part : parts) {
    const std::int64_t last = std::min(here.last, part.range.last);
    if (part.range.first > next || last <= next) continue;
    TensorTarget rows = wanted.tensor;
    rows.shape[0] = last - next;
    rows.values += (next - here.first) * rows.stride;
    part.reader.read_rows(rows, next - part.range.first);
    next = last;
  }
  if (next < here.last)
    throw UserError(fmt::format("the parts of this training lack items {} to {}; train anew", next, here.last - 1));
}

/// Nothing is allocated before the parts are known to be long enough for it.
Autoencoder network_in(const std::vector<OpenPart>& parts, const Architecture& architecture, std::int64_t items) {
  if (items < 1 || items > std::numeric_limits<std::int32_t>::max())
    damaged(parts.front().file, "its items are none that a model can have");
  double parameters = 0, bytes = 0;
  for (const LayerShape& layer : layer_shapes(architecture, items))
    parameters += static_cast<double>(layer.inputs) * static_cast<double>(layer.outputs);
  for (const OpenPart& part : parts) bytes += static_cast<double>(std::filesystem::file_size(part.file));
  if (parameters * sizeof(float) > bytes) damaged(parts.front().file, "the parts are too short for its plan");
  return Autoencoder::shaped(architecture, items);
}

RatingScale scale_from(const Json& json) {
  return {json.at("minimum"), json.at("maximum"), json.at("liked"), json.at("implicit")};
}

}  // namespace

void write_state_part(const std::filesystem::path& file, const TrainingPlan& plan, const TrainingState& state,
                      const std::string& dataset_fingerprint, int process) {
  const ItemRange range = state.workers.at(0).network.range();
  write_part(file, state_format,
             {{"plan", Json::parse(to_json(plan))},
              {"state", state_json(state)},
              {"dataset", dataset_fingerprint},
              {"process", process},
              {"first_item", range.first},
              {"last_item", range.last}},
             state_tensors(state));
}

void read_state_parts(const std::vector<std::filesystem::path>& files, const TrainingPlan& plan,
                      const std::string& dataset_fingerprint, int process, TrainingState& state) {
  std::vector<OpenPart> parts = open_parts(files, state_format);
  if (plan.parallel != Parallel::items && plan.parallel != Parallel::users_step) {
    const auto own =
        std::find_if(parts.begin(), parts.end(), [&](const OpenPart& part) { return part.process == process; });
    if (own == parts.end())
      throw UserError(fmt::format("the training to go on from had fewer workers than {}", process + 1));
    std::rotate(parts.begin(), own, own + 1);
    parts.erase(parts.begin() + 1, parts.end());
  }
  try {
    for (const OpenPart& part : parts) {
      if (part.head.at("dataset") != dataset_fingerprint)
        throw UserError(fmt::format("{} belongs to a training on another dataset", part.file.string()));
      if (part.head.at("state").at("epoch") != parts.front().head.at("state").at("epoch"))
        throw UserError(fmt::format("{} is from another epoch than the parts beside it", part.file.string()));
    }
    const Json& head = parts.front().head.at("state");
    if (head.at("has_best").get<bool>()) state.best = state.model();
    read_state_json(head, state);
  } catch (const nlohmann::json::exception& error) {
    damaged(parts.front().file, error.what());
  }
  for (const StateTensor<float>& tensor : state_tensors(state)) read_tensor(parts, tensor);
}

void write_model_part(const std::filesystem::path& file, const Dataset& dataset, const TrainingPlan& plan,
                      const TrainingState& state, int process, bool owns_all) {
  const Autoencoder& network = state.best.items > 0 ? state.best : state.model();
  const bool writes = !owns_all || process == 0;
  const ItemRange range = writes ? network.range() : ItemRange{};
  const RatingScale& scale = dataset.scale;
  const Json scale_json = {
      {"minimum", scale.minimum}, {"maximum", scale.maximum}, {"liked", scale.liked}, {"implicit", scale.implicit}};
  write_part(file, model_format,
             {{"plan", Json::parse(to_json(plan))},
              {"state", state_json(state)},
              {"dataset", dataset.fingerprint},
              {"dataset_seed", dataset.seed},
              {"scale", scale_json},
              {"items", network.items},
              {"process", process},
              {"first_item", range.first},
              {"last_item", range.last}},
             writes ? network_tensors("model", network) : std::vector<StateTensor<const float>>());
}

AssembledModel read_model_parts(const std::vector<std::filesystem::path>& files) {
  std::vector<OpenPart> parts = open_parts(files, model_format);
  Dataset dataset;
  TrainingPlan plan;
  TrainingState state;
  try {
    const Json& head = parts.front().head;
    plan = plan_from_json(head.at("plan").dump());
    dataset.scale = scale_from(head.at("scale"));
    dataset.seed = head.at("dataset_seed"), dataset.fingerprint = head.at("dataset");
    state.workers.resize(head.at("state").at("workers").size());
    read_state_json(head.at("state"), state);
    if (!is_possible(plan)) damaged(parts.front().file, "its plan is none that a training can have");
    state.best = network_in(parts, plan.architecture, head.at("items"));
  } catch (const nlohmann::json::exception& error) {
    damaged(parts.front().file, error.what());
  }
  for (const StateTensor<float>& tensor : network_tensors("model", state.best)) read_tensor(parts, tensor);
  return {finished_model(dataset, plan, state), to_csv(state.history)};
}

}  // namespace encore
