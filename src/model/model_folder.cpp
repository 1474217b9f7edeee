// Reads and writes model folders. The tensors follow layer_shapes (architecture.h); padding exists in memory only.
#include "model/model_folder.h"
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <future>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>
#include "dataset/dataset_folder.h"
#include "model/catalogue_file.h"
#include "model/model_config.h"
#include "model/safetensors.h"
#include "process/error.h"
#include "process/staged_folder.h"

namespace encore {
namespace {

constexpr const char* config_file = "config.json";
constexpr const char* weights_file = "weights.safetensors";
constexpr const char* items_file = "items.parquet";
constexpr const char* history_file = "history.csv";

std::string read_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (in) text << in.rdbuf();
  if (!in || text.fail()) {
    throw UserError(fmt::format("{} cannot be read: {}; name a folder that `encore train` wrote", file.string(),
                                std::strerror(errno)));
  }
  return text.str();
}

void write_text(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text << std::flush;
  if (!out) throw UserError(fmt::format("{} cannot be written: {}", file.string(), std::strerror(errno)));
}

/// The tensors of `network` but the output's biases, which stand in no run of their own: Float is `float` or `const
/// float`.
template <class Float, class Network>
std::vector<TensorOf<Float>> tensors_of(Network& network) {
  const auto shapes = layer_shapes(network.architecture, network.items);
  std::vector<TensorOf<Float>> tensors;
  if (network.first.items > 0) {
    const auto& name = shapes.front().name;
    const std::int64_t width = network.first.width;
    tensors.push_back({name + ".weight", {network.items, width}, network.first.values.data(), network.first.stride});
    tensors.push_back({name + ".bias", {width}, network.first_bias.data(), width});
  }
  for (std::size_t i = 0; i < network.inner.size(); ++i) {
    auto& layer = network.inner[i];
    const auto& name = shapes[i + 1].name;
    tensors.push_back({name + ".weight", {layer.outputs, layer.inputs}, layer.weight.data(), layer.stride()});
    tensors.push_back({name + ".bias", {layer.outputs}, layer.bias.data(), layer.outputs});
  }
  if (network.output.width > 0) {
    tensors.push_back(
        {"output.weight", {network.items, network.output.width}, network.output.values.data(), network.output.stride});
  }
  return tensors;
}

/// The output table's biases stand in the column behind its weights; the file keeps them apart.
std::vector<float> output_bias(const Autoencoder& network) {
  std::vector<float> bias(static_cast<std::size_t>(network.items));
  for (std::int64_t item = 0; item < network.items; ++item) {
    bias[static_cast<std::size_t>(item)] = network.output.row(item)[network.output.width];
  }
  return bias;
}

/// The network in its tables, filled from the file. Nothing is allocated before the file is known to be long enough for
/// it.
Autoencoder read_network(const std::filesystem::path& file, const Architecture& architecture, std::int64_t items,
                         const std::string& fingerprint) {
  SafetensorsReader reader(file);
  if (const auto said = reader.metadata().find("dataset_fingerprint");
      said == reader.metadata().end() || said->second != fingerprint) {
    throw UserError(
        fmt::format("{} belongs to another model than {} beside it: they name different datasets; copy the model again",
                    file.string(), config_file));
  }
  std::int64_t parameters = 0;
  for (const auto& layer : layer_shapes(architecture, items)) parameters += layer.parameters();
  if (static_cast<std::uint64_t>(parameters) * sizeof(float) > std::filesystem::file_size(file)) {
    throw UserError(
        fmt::format("{} is too short for the {} parameters that {} speaks of; copy the model again or train it again",
                    file.string(), parameters, config_file));
  }
  Autoencoder network = Autoencoder::shaped(architecture, items);
  for (const auto& tensor : tensors_of<float>(network)) reader.read(tensor);
  std::vector<float> bias(static_cast<std::size_t>(items));
  reader.read({"output.bias", {items}, bias.data(), items});
  for (std::int64_t item = 0; item < items; ++item) {
    network.output.row(item)[network.output.width] = bias[static_cast<std::size_t>(item)];
  }
  reader.expect_all_read();
  return network;
}

}  // namespace

bool is_model_folder(const std::filesystem::path& folder) {
  std::ifstream in(folder / config_file, std::ios::binary);
  if (!in) return false;
  const auto config = nlohmann::json::parse(in, nullptr, false);
  return config.is_object() && config.contains("format") && config["format"] == model_format;
}

TrainedModel read_model(const std::filesystem::path& folder) {
  if (!std::filesystem::is_directory(folder)) {
    throw UserError(
        fmt::format("{} is not a model folder: there is no such folder; `encore train DATASET -o {}` would write it",
                    folder.string(), folder.string()));
  }
  if (!std::filesystem::exists(folder / config_file)) {
    throw UserError(fmt::format("{} is not a model folder: it has no {}; name a folder that `encore train` wrote",
                                folder.string(), config_file));
  }
  ModelConfig config = parse_config(read_text(folder / config_file), folder / config_file);
  TrainedModel model = std::move(config.model);
  if (!std::filesystem::exists(folder / items_file)) {
    throw UserError(
        fmt::format("{} is missing; copy the model again or train it again", (folder / items_file).string()));
  }
  // The weights are read while DuckDB starts: a cold answer to one person takes little more than the longer of the two.
  auto network = std::async(std::launch::async, read_network, folder / weights_file, model.network.architecture,
                            config.items, model.dataset_fingerprint);
  model.items = read_catalogue(folder / items_file);
  if (model.items.size() != config.items || catalogue_sha256(model.items) != config.catalogue_sha256) {
    throw UserError(fmt::format(
        "{} belongs to another model than {} beside it: it has {} films, not the {} of the weights; copy the "
        "model again",
        (folder / items_file).string(), config_file, model.items.size(), config.items));
  }
  model.network = network.get();
  return model;
}

void write_model_files(const std::filesystem::path& folder, const TrainedModel& model, const std::string& history_csv) {
  write_text(folder / config_file, config_text(model));
  auto tensors = tensors_of<const float>(model.network);
  const std::vector<float> bias = output_bias(model.network);
  tensors.push_back({"output.bias", {model.network.items}, bias.data(), model.network.items});
  write_safetensors(folder / weights_file, tensors,
                    {{"format", "encore"}, {"dataset_fingerprint", model.dataset_fingerprint}});
  write_catalogue(folder / items_file, model.items);
  write_text(folder / history_file, history_csv);
}

void write_model(const std::filesystem::path& folder, const TrainedModel& model, const std::string& history_csv) {
  StagedFolder staged(folder, is_model_folder(folder));
  write_model_files(staged.path(), model, history_csv);
  staged.commit();
}

std::string read_history(const std::filesystem::path& folder) {
  return std::filesystem::exists(folder / history_file) ? read_text(folder / history_file) : std::string();
}

}  // namespace encore
