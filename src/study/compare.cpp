// Figures of configurations with the same id, side by side.
#include "study/compare.h"

#include <fmt/format.h>

#include <fstream>

#include "console/table.h"
#include "dataset/checked_json.h"
#include "process/error.h"

namespace encore {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct Figure {
  const char* key;
  const char* name;
  Json (*of)(const Json& configuration);
  std::string (*text)(const Json& value);
};

Json last_of_history(const Json& configuration, const char* key) {
  const Json& history = configuration.at("history");
  return history.empty() ? Json() : history.back().value(key, Json());
}

std::string seconds_text(const Json& value) { return readable_seconds(value.get<double>()); }
std::string bytes_text(const Json& value) { return readable_bytes(CheckedJson(value).get<std::int64_t>()); }
std::string loss_text(const Json& value) { return fmt::format("{:.6g}", value.get<double>()); }
std::string share_text(const Json& value) { return fmt::format("{:.4f}", value.get<double>()); }

constexpr Figure figures[] = {
    {"seconds", "time", [](const Json& c) { return c.at("seconds"); }, seconds_text},
    {"training_seconds", "training",
     [](const Json& c) { return c.at("training").is_object() ? c.at("training").at("epoch_seconds") : Json(); },
     seconds_text},
    {"peak_bytes", "memory", [](const Json& c) { return c.at("peak_bytes"); }, bytes_text},
    {"train_loss", "train loss", [](const Json& c) { return last_of_history(c, "train_loss"); }, loss_text},
    {"test_loss", "test loss", [](const Json& c) { return last_of_history(c, "test_loss"); }, loss_text},
    {"ndcg@100", "NDCG@100", [](const Json& c) { return last_of_history(c, "ndcg@100"); }, share_text},
};

Json ids_missing(const Json& from, const Json& of) {
  Json ids = Json::array();
  for (const Json& one : of.at("configurations"))
    if (configuration(from, one.at("id")) == nullptr) ids.push_back(one.at("id"));
  return ids;
}

Json compared(const Json& a, const Json& b) {
  Json change = nullptr;
  if (a.is_number() && b.is_number() && a.get<double>() != 0)
    change = (b.get<double>() - a.get<double>()) / a.get<double>() * 100;
  return {{"a", a}, {"b", b}, {"change_percent", change}};
}

std::string cell(const Figure& figure, const Json& both) {
  const auto text = [&](const char* side) { return both.at(side).is_number() ? figure.text(both.at(side)) : "-"; };
  if (both.at("a") == both.at("b")) return text("a");
  std::string line = fmt::format("{} → {}", text("a"), text("b"));
  if (both.at("change_percent").is_number())
    line += fmt::format(" ({:+.1f} %)", both.at("change_percent").get<double>());
  return line;
}

}  // namespace

const Json* configuration(const Json& results, const Json& id) {
  for (const Json& one : results.at("configurations"))
    if (one.at("id") == id) return &one;
  return nullptr;
}

Json read_results(const fs::path& report) {
  const fs::path file = fs::is_directory(report) ? report / "results.json" : report;
  std::ifstream in(file);
  if (!in) throw UserError(fmt::format("{} cannot be read; name a report that encore study wrote", file.string()));
  Json results = Json::parse(in, nullptr, false);
  if (!results.is_object() || results.value("format", Json()) != "encore-study")
    throw UserError(fmt::format("{} holds no results of a study", file.string()));
  const Json version = results.value("version", Json());
  if (version != 1) throw UserError(fmt::format("{} was written by a newer version of encore", file.string()));
  try {
    comparison_text(compare_results(results, results));  // whatever is looked at is there, and of the right kind
  } catch (const Json::exception& error) {
    throw UserError(fmt::format("{} is damaged ({}); write the report again", file.string(), error.what()));
  }
  return results;
}

Json compare_results(const Json& a, const Json& b) {
  Json rows = Json::array();
  for (const Json& one : a.at("configurations")) {
    const Json* other = configuration(b, one.at("id"));
    if (other == nullptr) continue;
    Json row = {{"id", one.at("id")}, {"label", one.at("label")}};
    for (const Figure& figure : figures) row[figure.key] = compared(figure.of(one), figure.of(*other));
    rows.push_back(row);
  }
  return {{"configurations", rows}, {"only_in_a", ids_missing(b, a)}, {"only_in_b", ids_missing(a, b)}};
}

std::string comparison_text(const Json& comparison) {
  std::vector<TableColumn> columns = {{"configuration"}};
  for (const Figure& figure : figures) columns.push_back({figure.name, true});
  Table table(std::move(columns));
  for (const Json& row : comparison.at("configurations")) {
    std::vector<std::string> cells = {row.at("label").get<std::string>()};
    for (const Figure& figure : figures) cells.push_back(cell(figure, row.at(figure.key)));
    table.add(std::move(cells));
  }
  std::string text = table.text();
  for (const auto& [key, words] : {std::pair{"only_in_a", "first"}, std::pair{"only_in_b", "second"}})
    for (const Json& id : comparison.at(key))
      text += fmt::format("  only in the {}: {}\n", words, id.get<std::string>());
  return text;
}

}  // namespace encore
