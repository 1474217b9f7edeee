// A request as JSON.
#include "study/request.h"

#include <fmt/format.h>

#include <fstream>

#include "dataset/checked_json.h"
#include "process/error.h"

namespace encore {
namespace {

using Json = nlohmann::ordered_json;

template <class Value>
Json value_or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

template <class Value>
std::optional<Value> optional_of(const CheckedJson& value) {
  return value.is_null() ? std::nullopt : std::optional<Value>(value.get<Value>());
}

Json settings_object(const std::vector<std::string>& settings) {
  Json object = Json::object();
  for (const std::string& setting : settings) {
    const std::size_t equals = setting.find('=');
    object[setting.substr(0, equals)] = equals == std::string::npos ? "" : setting.substr(equals + 1);
  }
  return object;
}

}  // namespace

Json identity_of(const ConfigurationRequest& r) {
  return {{"id", r.id},         {"label", r.label},     {"purpose", r.purpose},   {"engine", r.engine},
          {"subset", r.subset}, {"workers", r.workers}, {"parallel", r.parallel}, {"variant", r.variant}};
}

std::string to_json(const ConfigurationRequest& r) {
  Json json = identity_of(r);
  json.update({{"source", r.source},
               {"first_year", r.first_year},
               {"last_year", r.last_year},
               {"model", r.model},
               {"output_activation", value_or_null(r.output_activation)},
               {"epochs", r.epochs},
               {"compared_epochs", r.compared_epochs},
               {"batch_size", value_or_null(r.batch_size)},
               {"seed", r.seed},
               {"hold_out", r.hold_out},
               {"test_users", r.test_users},
               {"sample_seconds", r.sample_seconds},
               {"memory", r.memory},
               {"work", r.work},
               {"master", value_or_null(r.master)},
               {"spark", settings_object(r.spark)}});
  return json.dump(1) + "\n";
}

ConfigurationRequest read_request(const std::filesystem::path& file) {
  ConfigurationRequest r;
  try {
    std::ifstream in(file);
    const CheckedJson json = CheckedJson::parse(in);
    const auto take = [&json](const char* key, auto& value) { json.at(key).get_to(value); };
    take("id", r.id), take("label", r.label), take("purpose", r.purpose), take("engine", r.engine);
    take("subset", r.subset), take("workers", r.workers), take("parallel", r.parallel), take("variant", r.variant);
    take("source", r.source), take("first_year", r.first_year), take("last_year", r.last_year), take("model", r.model);
    r.output_activation = optional_of<std::string>(json.at("output_activation"));
    take("epochs", r.epochs), take("compared_epochs", r.compared_epochs);
    r.batch_size = optional_of<std::int64_t>(json.at("batch_size"));
    take("seed", r.seed), take("hold_out", r.hold_out), take("test_users", r.test_users);
    take("sample_seconds", r.sample_seconds), take("memory", r.memory), take("work", r.work);
    r.master = optional_of<std::string>(json.at("master"));
    for (const auto& [name, value] : json.at("spark").items()) r.spark.push_back(name + "=" + value.get<std::string>());
  } catch (const Json::exception&) {
    throw UserError(fmt::format("{} is no request of a study", file.string()));
  }
  return r;
}

}  // namespace encore
