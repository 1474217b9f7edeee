// Reads and writes model folders.
#include "folder/model_folder.h"
#include <fmt/format.h>
#include <fstream>
#include <future>
#include <nlohmann/json.hpp>
#include <vector>
#include "digest/checksums.h"
#include "folder/catalogue_file.h"
#include "folder/dataset_folder.h"
#include "folder/item_features_file.h"
#include "folder/ready_catalogue.h"
#include "process/error.h"
#include "process/staged_file.h"
#include "process/staged_folder.h"

namespace encore {
namespace {

constexpr const char* history_file = "history.csv";

}  // namespace

bool is_model_folder(const std::filesystem::path& folder) {
  std::ifstream in(folder / config_file, std::ios::binary);
  if (!in) return false;
  const auto config = nlohmann::json::parse(in, nullptr, false);
  return config.is_object() && config.contains("format") && config["format"] == model_format;
}

TrainedModel read_model(const std::filesystem::path& folder, Weights where) {
  ModelConfig config = parse_config(read_config_text(folder), folder / config_file);
  TrainedModel& model = config.model;
  if (!std::filesystem::exists(folder / items_file)) {
    throw UserError(
        fmt::format("{} is missing; copy the model again or train it again", (folder / items_file).string()));
  }
  // Weights and catalogue at once: a cold answer to one person takes little more than the longer of the two.
  auto weights = std::async(std::launch::async, [&] { return open_weights(folder, config, where); });
  const std::string items_sum = file_checksum(folder / items_file);
  auto ready = read_ready_catalogue(folder, items_sum);
  model.items = ready ? *std::move(ready) : read_catalogue(folder / items_file);
  if (model.items.size() != config.items || catalogue_sha256(model.items) != config.catalogue_sha256) {
    throw UserError(fmt::format(
        "{} belongs to another model than {} beside it: it has {} films, not the {} of the weights; copy the "
        "model again",
        (folder / items_file).string(), config_file, model.items.size(), config.items));
  }
  model.model = weights.get();
  require_checksums(folder, {config_file});  // the weights carry their own
  require_checksum(folder, items_file, items_sum);
  return std::move(model);
}

void write_model_files(const std::filesystem::path& folder, const TrainedModel& model, const std::string& history_csv,
                       const ItemFeatures& features) {
  write_staged(folder / config_file, config_text(model));
  auto weights = std::async(std::launch::async, [&] {  // and their sum, which takes as long as all the rest
    write_weights(folder, *model.model, model.dataset_fingerprint);
    return file_checksum(folder / weights_file);
  });
  write_catalogue(folder / items_file, model.items);
  write_ready_catalogue(folder, model.items);
  write_staged(folder / history_file, history_csv);
  write_item_features(folder, features);
  write_checksums(folder, {{weights_file, weights.get()}});
}

void write_model(const std::filesystem::path& folder, const TrainedModel& model, const std::string& history_csv,
                 const ItemFeatures& features) {
  StagedFolder staged(folder, is_model_folder(folder));
  write_model_files(staged.path(), model, history_csv, features);
  staged.commit();
}

std::string read_history(const std::filesystem::path& folder) {
  return std::filesystem::exists(folder / history_file) ? read_text(folder / history_file) : std::string();
}

}  // namespace encore
