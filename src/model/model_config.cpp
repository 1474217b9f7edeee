// Writes and checks config.json; the keys are described in docs/formats.md.
#include "model/model_config.h"
#include <fmt/format.h>
#include <limits>
#include "dataset/checked_json.h"
#include "digest/sha256.h"
#include "model/config_reader.h"
#include "process/error.h"

namespace encore {
namespace {

using Json = CheckedJson;

}  // namespace

std::string config_text(const TrainedModel& model) {
  Json config;
  config["format"] = model_format;
  config["format_version"] = model_format_version;
  config["program_version"] = model.program_version;
  config["architecture"] = model.model->architecture();
  config["items"] = model.model->items();
  config["parameters"] = model.model->parameters();
  config["catalogue_sha256"] = catalogue_sha256(model.items);
  config["dataset"] = {{"fingerprint", model.dataset_fingerprint},
                       {"seed", model.dataset_seed},
                       {"scale",
                        {{"minimum", model.scale.minimum},
                         {"maximum", model.scale.maximum},
                         {"liked", model.scale.liked},
                         {"implicit", model.scale.implicit}}}};
  if (model.scale.log_counts) config["dataset"]["scale"]["count"] = "log";
  config["training"] = {{"seed", model.seed},
                        {"epochs_trained", model.epochs_trained},
                        {"best_epoch", model.best_epoch},
                        {"kept", model.kept},
                        {"learning_rate", model.training.learning_rate},
                        {"epsilon", model.training.epsilon},
                        {"weight_decay", model.training.weight_decay},
                        {"batch_size", model.training.batch_size},
                        {"epochs", model.training.epochs},
                        {"block_items", model.block_items},
                        {"kernel_path", model.kernel_path}};
  if (model.last_item_id > 0) config["last_item_id"] = model.last_item_id;
  config["settings"] = model.settings_json.empty() ? Json::object() : Json::parse(model.settings_json);
  return config.dump(2) + "\n";
}

ModelConfig parse_config(const std::string& text, const std::filesystem::path& file) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object())
    throw UserError(
        fmt::format("{} is damaged: it is not JSON; copy the model again or train it again", file.string()));
  const ConfigReader reader(json, file);
  if (!reader.has("format") || json["format"] != model_format)
    reader.complain("format", fmt::format("is not \"{}\"", model_format));
  const auto version = reader.count("format_version", 1);
  if (version > model_format_version) {
    throw UserError(
        fmt::format("{} has format version {}, newer than version {} that this program reads; update encore",
                    file.string(), version, model_format_version));
  }
  ModelConfig config;
  TrainedModel& model = config.model;
  config.architecture = reader.child("architecture").object();
  config.kind = reader.child("architecture").get<std::string>("model");
  model.program_version = reader.get<std::string>("program_version");
  config.items = reader.count("items", 1);
  if (config.items > std::numeric_limits<std::int32_t>::max())
    reader.complain("items", "is greater than any catalogue");
  config.catalogue_sha256 = reader.get<std::string>("catalogue_sha256");
  const ConfigReader dataset = reader.child("dataset");
  model.dataset_fingerprint = dataset.get<std::string>("fingerprint");
  model.dataset_seed = dataset.get<std::uint64_t>("seed");
  const ConfigReader scale = dataset.child("scale");
  model.scale = {scale.number("minimum"), scale.number("maximum"), scale.number("liked"), scale.get<bool>("implicit"),
                 scale.object().value("count", std::string()) == "log"};
  if (!(model.scale.maximum > 0)) scale.complain("maximum", "is not above 0");
  const ConfigReader training = reader.child("training");
  model.seed = training.get<std::uint64_t>("seed");
  model.epochs_trained = training.count("epochs_trained", 0);
  model.best_epoch = training.count("best_epoch", 0);
  if (training.has("kept")) model.kept = training.get<std::string>("kept");
  model.training = {training.number("learning_rate"), training.number("epsilon"), training.number("weight_decay"),
                    training.count("batch_size", 1), training.count("epochs", 0)};
  model.block_items = training.count("block_items", 1);
  model.kernel_path = training.get<std::string>("kernel_path");
  if (reader.has("last_item_id")) model.last_item_id = reader.count("last_item_id", 0);
  model.settings_json = reader.has("settings") ? reader.object().at("settings").dump() : "{}";
  return config;
}

std::string catalogue_sha256(const Catalogue& items) {
  Sha256 sha256;
  for (const auto& id : items.id) sha256.add(id + "\n");
  return sha256.hex();
}

}  // namespace encore
