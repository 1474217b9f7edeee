// Requests and answers as JSON.
#include "tuning/trial.h"

#include <fmt/format.h>

#include <fstream>

#include "process/error.h"

namespace encore {
namespace {

using Json = nlohmann::ordered_json;

Json number(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }
std::optional<double> number_of(const Json& value) {
  return value.is_null() ? std::nullopt : std::optional(value.get<double>());
}

template <class Read>
auto read_json(const std::filesystem::path& file, const char* what, Read read) {
  std::ifstream in(file);
  try {
    return read(Json::parse(in));
  } catch (const nlohmann::json::exception&) {
    throw UserError(fmt::format("{} is no {} of a trial; remove it, and --resume runs the trial again", file.string(), what));
  }
}

}  // namespace

Json to_json(const TrialRequest& r) {
  return {{"trial", r.trial}, {"rung", r.rung}, {"model", r.model}, {"options", r.options}, {"metric", r.metric}};
}

Json to_json(const TrialAnswer& a) {
  Json users = Json::array();
  for (const auto& value : a.users) users.push_back(number(value));
  return {{"failure", a.failure}, {"finished", a.finished}, {"epochs", a.epochs},
          {"value", number(a.value)}, {"seconds", a.seconds}, {"users", users}};
}

TrialRequest read_trial_request(const std::filesystem::path& file) {
  return read_json(file, "request", [](const Json& json) {
    TrialRequest r;
    json.at("trial").get_to(r.trial), json.at("rung").get_to(r.rung), json.at("model").get_to(r.model);
    r.options = json.at("options");
    json.at("metric").get_to(r.metric);
    return r;
  });
}

TrialAnswer read_trial_answer(const std::filesystem::path& file) {
  return read_json(file, "answer", [](const Json& json) {
    TrialAnswer a;
    json.at("failure").get_to(a.failure), json.at("finished").get_to(a.finished), json.at("epochs").get_to(a.epochs);
    a.value = number_of(json.at("value"));
    json.at("seconds").get_to(a.seconds);
    for (const Json& value : json.at("users")) a.users.push_back(number_of(value));
    return a;
  });
}

}  // namespace encore
