// The parts of results.json.
#include "study/results.h"

#include <algorithm>

#include "study/answers.h"
#include "study/phase_names.h"
#include "study/published.h"
#include "study/representations.h"

namespace encore {
namespace {

using Json = nlohmann::ordered_json;
using Answers = std::vector<AnsweredConfiguration>;

Json number_or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json machine_json(const StudyFacts& facts) {
  const Machine& m = facts.machine;
  return {{"processor", m.processor},
          {"physical_cores", m.physical_cores},
          {"logical_cores", m.logical_cores},
          {"cpu_quota", number_or_null(m.processor_limit)},
          {"memory_bytes", m.memory_bytes},
          {"memory_limit_bytes", m.memory_limit_bytes ? Json(*m.memory_limit_bytes) : Json(nullptr)},
          {"system", m.system},
          {"kernels", facts.kernels}};
}

std::vector<std::string> subsets_of(const Answers& all) {
  std::vector<std::string> names;
  for (const auto& [request, answer] : all)
    if (std::ranges::find(names, request.subset) == names.end()) names.push_back(request.subset);
  return names;
}

/// What the first configuration of the subset that came so far says of it; null when none did.
Json dataset_of(const Answers& all, const std::string& subset) {
  for (const auto& [request, answer] : all)
    if (request.subset == subset && answer.at("dataset").is_object()) return answer.at("dataset");
  return nullptr;
}

Json published_json(const PublishedSubset* row) {
  if (row == nullptr) return nullptr;
  return {{"name", row->name},
          {"movies", row->movies},
          {"users", row->users},
          {"ratings", row->ratings},
          {"cells", row->movies * row->users}};
}

Json subsets_json(const Answers& all) {
  Json rows = Json::array();
  for (const std::string& subset : subsets_of(all)) {
    const Json found = dataset_of(all, subset);
    Json row = {{"name", subset}};
    for (const char* key : {"movies", "users", "ratings", "training_users", "test_users"})
      row[key] = found.is_object() ? found.at(key) : Json(nullptr);
    row["cells"] = nullptr;
    row["density"] = nullptr;
    if (found.is_object()) {
      const auto cells = found.at("movies").get<std::int64_t>() * found.at("users").get<std::int64_t>();
      row["cells"] = cells;
      row["density"] = cells > 0 ? found.at("ratings").get<double>() / static_cast<double>(cells) : 0;
    }
    row["study"] = published_json(published_subset(subset));
    rows.push_back(row);
  }
  return rows;
}

bool is_done(const Json& answer) { return answer.at("status") == "done"; }

/// The most workers that a network of the subset was trained with on this engine: what the study's 8W stands beside.
std::int64_t most_workers(const Answers& all, const ConfigurationRequest& like) {
  std::int64_t most = 0;
  for (const auto& [request, answer] : all)
    if (request.engine == like.engine && request.subset == like.subset && request.purpose == "phases")
      most = std::max(most, request.workers);
  return most;
}

Json published_beside(const Answers& all, const ConfigurationRequest& r) {
  const bool comparable = r.variant == "reference" && r.parallel == "items" && r.purpose == "phases";
  if (!comparable || (r.workers != 1 && r.workers != most_workers(all, r))) return nullptr;
  const PublishedLoss* row = published_loss(r.subset, r.workers == 1);
  if (row == nullptr) return nullptr;
  return {{"name", row->name},
          {"train_loss", row->train_loss},
          {"test_loss", row->test_loss},
          {"divergence_percent", row->divergence_percent}};
}

/// {train, test} of one figure of the evaluation; null when it has none.
Json both_folds(const Json& evaluation, const char* key) {
  const auto figure = [&](const char* fold) {
    const Json& errors = evaluation.at(fold);
    return errors.is_object() ? errors.value(key, Json()) : Json();
  };
  if (figure("train").is_null()) return nullptr;
  return {{"train", figure("train")}, {"test", figure("test")}};
}

Json losses_json(const Answers& all) {
  Json rows = Json::array();
  for (const auto& [request, answer] : all) {
    if (request.purpose != "phases" || answer.at("history").empty() || !answer.at("evaluation").is_object()) continue;
    const Json& last = answer.at("history").back();
    const double train = last.at("train_loss").get<double>();
    const bool tested = last.at("test_loss").is_number();
    rows.push_back({{"configuration", request.id},
                    {"train_loss", train},
                    {"test_loss", last.at("test_loss")},
                    {"divergence_percent",
                     tested ? Json(divergence_percent(train, last.at("test_loss").get<double>())) : Json(nullptr)},
                    {"zeros", both_folds(answer.at("evaluation"), "mse_zero")},
                    {"item_means", both_folds(answer.at("evaluation"), "mse_item_mean")},
                    {"floor", both_folds(answer.at("evaluation"), "mse_floor")},
                    {"study", published_beside(all, request)}});
  }
  return rows;
}

const AnsweredConfiguration* baseline_of(const Answers& all, const ConfigurationRequest& like) {
  for (const AnsweredConfiguration& one : all) {
    const ConfigurationRequest& r = one.request;
    if (r.workers == 1 && r.purpose == like.purpose && r.engine == like.engine && r.subset == like.subset &&
        r.variant == like.variant && r.parallel == like.parallel && is_done(one.answer))
      return &one;
  }
  return nullptr;
}

const Json* phase_named(const Json& answer, const Json& name) {
  for (const Json& phase : answer.at("phases"))
    if (phase.at("name") == name) return &phase;
  return nullptr;
}

Json speed_ups_json(const Answers& all) {
  Json rows = Json::array();
  for (const auto& [request, answer] : all) {
    if (request.workers == 1 || request.purpose != "phases" || !is_done(answer)) continue;
    const AnsweredConfiguration* baseline = baseline_of(all, request);
    if (baseline == nullptr) continue;
    Json row = {{"configuration", request.id}, {"baseline", baseline->request.id}, {"workers", request.workers}};
    row.update(speed_up(answer.at("seconds"), baseline->answer.at("seconds"), request.workers));
    row["phases"] = Json::array();
    for (const Json& phase : answer.at("phases")) {
      const Json* before = phase_named(baseline->answer, phase.at("name"));
      if (before == nullptr) continue;
      Json one = {{"name", phase.at("name")}};
      one.update(speed_up(phase.at("seconds"), before->at("seconds"), request.workers));
      row["phases"].push_back(one);
    }
    rows.push_back(row);
  }
  return rows;
}

bool shares_users(const std::string& mode) { return mode == "users-epoch" || mode == "elephas" || mode == "async"; }

/// The state after `epochs` epochs, as a row of `modes`.
Json mode_row(const AnsweredConfiguration& one, std::int64_t epochs) {
  const Json& history = one.answer.at("history");
  const Json& training = one.answer.at("training");
  const Json& then = history.at(static_cast<std::size_t>(epochs - 1));
  double seconds = 0;
  for (std::int64_t e = 0; e < epochs; ++e) seconds += history[static_cast<std::size_t>(e)].at("seconds").get<double>();
  Json steps = nullptr;
  if (training.at("steps").is_number()) {
    const std::int64_t ranks = shares_users(one.request.parallel) ? one.request.workers : 1;
    steps = training.at("steps").get<std::int64_t>() * epochs / (std::ssize(history) * ranks);
  }
  return {{"configuration", one.request.id},
          {"engine", one.request.engine},
          {"parallel", one.request.parallel},
          {"workers", one.request.workers},
          {"epochs", epochs},
          {"steps", steps},
          {"train_loss", then.at("train_loss")},
          {"test_loss", then.at("test_loss")},
          {"ndcg@100", then.at("ndcg@100")},
          {"seconds", seconds}};
}

Json modes_json(const Answers& all) {
  Json equal_epochs = Json::array(), equal_steps = Json::array();
  Json subset = nullptr;
  for (const AnsweredConfiguration& one : all) {
    if (one.request.purpose != "modes" || !is_done(one.answer)) continue;
    const std::int64_t trained = std::ssize(one.answer.at("history"));
    subset = one.request.subset;
    if (trained >= one.request.compared_epochs) equal_epochs.push_back(mode_row(one, one.request.compared_epochs));
    if (trained > 0) equal_steps.push_back(mode_row(one, trained));
  }
  return {{"subset", subset}, {"equal_epochs", equal_epochs}, {"equal_steps", equal_steps}};
}

/// What this program's first finished configuration of the subset measured of its ratings; null when there is none.
Json memory_of(const Answers& all, const std::string& subset) {
  for (const auto& [request, answer] : all)
    if (request.subset == subset && request.engine == "encore" && answer.at("memory").is_object())
      return answer.at("memory");
  return nullptr;
}

Json representations_json(const Answers& all) {
  Json rows = Json::array();
  for (const std::string& subset : subsets_of(all)) {
    const Json found = dataset_of(all, subset), measured = memory_of(all, subset);
    if (!found.is_object()) continue;
    const auto users = found.at("users").get<std::int64_t>(), ratings = found.at("ratings").get<std::int64_t>();
    const std::int64_t cells = users * found.at("movies").get<std::int64_t>();
    Json kinds = Json::array();
    for (const Representation& kind : representations()) {
      const bool dense = kind.bytes_per_cell > 0;
      Json bytes = nullptr;
      if (measured.is_object()) {
        const Json found_bytes = dense ? measured.value("bytes_per_cell", Json::object()).value(kind.name, Json())
                                       : measured.value("sparse_rows_bytes", Json());
        if (found_bytes.is_number())
          bytes = dense ? Json(std::llround(found_bytes.get<double>() * static_cast<double>(cells))) : found_bytes;
      }
      kinds.push_back({{"name", kind.name},
                       {"computed_bytes", dense ? cells * kind.bytes_per_cell : sparse_rows_bytes(users, ratings)},
                       {"measured_bytes", bytes},
                       {"formula", kind.formula}});
    }
    rows.push_back({{"subset", subset}, {"cells", cells}, {"ratings", ratings}, {"kinds", kinds}});
  }
  return rows;
}

/// Beside this program's own settings, what the study set for the same purpose. Spark's side names its own.
void name_published_settings(AnsweredConfiguration& one) {
  if (one.request.engine != "encore") return;
  const PublishedSubset* subset = published_subset(one.request.subset);
  for (Json& setting : one.answer.at("settings")) {
    if (setting.at("name") == "threads") setting["study"] = one.request.workers == 1 ? "local[1]" : "local[*]";
    if (setting.at("name") == "memory for preparing" && subset != nullptr)
      setting["study"] = std::string(subset->driver_memory) + " (spark.driver.memory)";
  }
}

Json study_json() {
  const PublishedMachine machine;
  return {{"machine",
           {{"processor", machine.processor},
            {"physical_cores", machine.physical_cores},
            {"logical_cores", machine.logical_cores},
            {"memory_bytes", machine.memory_bytes}}}};
}

}  // namespace

double divergence_percent(double train_loss, double test_loss) { return (test_loss - train_loss) / train_loss * 100; }

Json speed_up(double seconds, double baseline_seconds, std::int64_t workers) {
  const bool known = seconds > 0;
  const double factor = known ? baseline_seconds / seconds : 0;
  return {{"seconds", seconds},
          {"baseline_seconds", baseline_seconds},
          {"speed_up", known ? Json(factor) : Json(nullptr)},
          {"efficiency", known ? Json(factor / static_cast<double>(workers)) : Json(nullptr)}};
}

Json results_of(const StudyFacts& facts, std::vector<AnsweredConfiguration> all) {
  for (AnsweredConfiguration& one : all) name_published_settings(one);
  Json results = {{"format", "encore-study"},
                  {"version", 1},
                  {"program", facts.program},
                  {"created", facts.created},
                  {"source", facts.source},
                  {"made_up", facts.made_up},
                  {"machine", machine_json(facts)},
                  {"settings",
                   {{"epochs", facts.epochs},
                    {"batch_size", facts.batch_size},
                    {"seed", facts.seed},
                    {"hold_out", facts.hold_out},
                    {"sample_seconds", facts.sample_seconds},
                    {"time_limit_seconds", number_or_null(facts.time_limit)}}},
                  {"phases", study_phases},
                  {"subsets", subsets_json(all)},
                  {"configurations", Json::array()},
                  {"losses", losses_json(all)},
                  {"speed_ups", speed_ups_json(all)},
                  {"modes", modes_json(all)},
                  {"representations", representations_json(all)},
                  {"answers", nullptr},
                  {"study", study_json()}};
  for (AnsweredConfiguration& one : all) results["configurations"].push_back(std::move(one.answer));
  results["answers"] = answers_of(results);
  return results;
}

}  // namespace encore
