// Writes and checks config.json; the keys are described in docs/formats.md.
#include "model/model_config.h"
#include <fmt/format.h>
#include <limits>
#include "dataset/checked_json.h"
#include "digest/sha256.h"
#include "process/error.h"

namespace encore {
namespace {

using Json = CheckedJson;

/// Reads keys and says which one is wrong, so that every message names file and key.
class Reader {
 public:
  Reader(const Json& object, const std::filesystem::path& file, std::string prefix = "")
      : object_(object), file_(file), prefix_(std::move(prefix)) {}

  template <class T>
  T get(const char* key) const {
    if (!object_.contains(key)) complain(key, "is missing");
    try {
      return object_.at(key).get<T>();
    } catch (const nlohmann::json::exception&) {
      complain(key, "has the wrong type");
    }
  }
  std::int64_t count(const char* key, std::int64_t low) const {
    if (!object_.contains(key) || !object_.at(key).is_number_integer()) complain(key, "is not a whole number");
    const auto number = get<std::int64_t>(key);
    if (number < low) complain(key, fmt::format("is {}, below {}", number, low));
    return number;
  }
  double number(const char* key) const {
    if (!object_.contains(key) || !object_.at(key).is_number()) complain(key, "is not a number");
    return object_.at(key).get<double>();
  }
  Reader child(const char* key) const {
    if (!object_.contains(key) || !object_.at(key).is_object()) complain(key, "is not an object");
    return Reader(object_.at(key), file_, prefix_ + key + ".");
  }
  const Json& json(const char* key) const { return object_.at(key); }
  bool has(const char* key) const { return object_.contains(key); }
  [[noreturn]] void complain(const char* key, const std::string& what) const {
    throw UserError(fmt::format("{}: the key \"{}{}\" {}; copy the model again or train it again", file_.string(),
                                prefix_, key, what));
  }

 private:
  const Json& object_;
  const std::filesystem::path& file_;
  std::string prefix_;
};

/// A name of one of the tables; the table's own complaint is prefixed with the file.
template <class Find>
auto named(const Reader& reader, const char* key, Find find) {
  try {
    return find(reader.get<std::string>(key));
  } catch (const UserError& error) {
    reader.complain(key, fmt::format("is not known to this version ({})", error.what()));
  }
}

Json architecture_json(const Architecture& a) {
  return {{"model", a.model},
          {"input", name_of(a.input)},
          {"normalise_input", a.normalise_input},
          {"input_dropout", a.input_dropout},
          {"hidden", a.hidden},
          {"activation", name_of(a.activation)},
          {"output", name_of(a.output)},
          {"loss", name_of(a.loss)}};
}

Architecture parse_architecture(const Reader& reader) {
  Architecture a;
  a.model = reader.get<std::string>("model");
  a.input = named(reader, "input", [](const std::string& name) { return input_named(name); });
  a.normalise_input = reader.get<bool>("normalise_input");
  a.input_dropout = reader.number("input_dropout");
  a.hidden = reader.get<std::vector<std::int64_t>>("hidden");
  for (const auto width : a.hidden) {
    if (width < 1 || width > 1'000'000) reader.complain("hidden", fmt::format("holds a layer of {} units", width));
  }
  a.activation = named(reader, "activation", [](const std::string& name) { return activation_named(name); });
  a.output = named(reader, "output", [](const std::string& name) { return output_named(name); });
  a.loss = named(reader, "loss", [](const std::string& name) { return loss_named(name); });
  if (!is_allowed(a.output, a.loss))
    reader.complain("loss", fmt::format("does not go with the output {}", name_of(a.output)));
  return a;
}

}  // namespace

std::string config_text(const TrainedModel& model) {
  Json config;
  config["format"] = model_format;
  config["format_version"] = model_format_version;
  config["program_version"] = model.program_version;
  config["architecture"] = architecture_json(model.network.architecture);
  config["items"] = model.network.items;
  config["parameters"] = model.network.parameters();
  config["catalogue_sha256"] = catalogue_sha256(model.items);
  config["dataset"] = {{"fingerprint", model.dataset_fingerprint},
                       {"seed", model.dataset_seed},
                       {"scale",
                        {{"minimum", model.scale.minimum},
                         {"maximum", model.scale.maximum},
                         {"liked", model.scale.liked},
                         {"implicit", model.scale.implicit}}}};
  config["training"] = {{"seed", model.seed},
                        {"epochs_trained", model.epochs_trained},
                        {"best_epoch", model.best_epoch},
                        {"learning_rate", model.training.learning_rate},
                        {"epsilon", model.training.epsilon},
                        {"weight_decay", model.training.weight_decay},
                        {"batch_size", model.training.batch_size},
                        {"epochs", model.training.epochs},
                        {"block_items", model.block_items},
                        {"kernel_path", model.kernel_path}};
  config["settings"] = model.settings_json.empty() ? Json::object() : Json::parse(model.settings_json);
  return config.dump(2) + "\n";
}

ModelConfig parse_config(const std::string& text, const std::filesystem::path& file) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object())
    throw UserError(
        fmt::format("{} is damaged: it is not JSON; copy the model again or train it again", file.string()));
  const Reader reader(json, file);
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
  model.network.architecture = parse_architecture(reader.child("architecture"));
  model.program_version = reader.get<std::string>("program_version");
  config.items = reader.count("items", 1);
  if (config.items > std::numeric_limits<std::int32_t>::max())
    reader.complain("items", "is greater than any catalogue");
  config.catalogue_sha256 = reader.get<std::string>("catalogue_sha256");
  const Reader dataset = reader.child("dataset");
  model.dataset_fingerprint = dataset.get<std::string>("fingerprint");
  model.dataset_seed = dataset.get<std::uint64_t>("seed");
  const Reader scale = dataset.child("scale");
  model.scale = {scale.number("minimum"), scale.number("maximum"), scale.number("liked"), scale.get<bool>("implicit")};
  if (!(model.scale.maximum > 0)) scale.complain("maximum", "is not above 0");
  const Reader training = reader.child("training");
  model.seed = training.get<std::uint64_t>("seed");
  model.epochs_trained = training.count("epochs_trained", 0);
  model.best_epoch = training.count("best_epoch", 0);
  model.training = {training.number("learning_rate"), training.number("epsilon"), training.number("weight_decay"),
                    training.count("batch_size", 1), training.count("epochs", 0)};
  model.block_items = training.count("block_items", 1);
  model.kernel_path = training.get<std::string>("kernel_path");
  model.settings_json = reader.has("settings") ? reader.json("settings").dump() : "{}";
  return config;
}

std::string catalogue_sha256(const Catalogue& items) {
  Sha256 sha256;
  for (const auto& id : items.id) sha256.add(id + "\n");
  return sha256.hex();
}

}  // namespace encore
