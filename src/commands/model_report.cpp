// The report of a model folder. Numbers come from the network itself, words from config.json's text.
#include "commands/model_report.h"
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>
#include "console/table.h"
#include "model/model_config.h"
#include "settings/value_text.h"

namespace encore {
namespace {

using Json = nlohmann::ordered_json;
using CsvRow = std::vector<std::string>;

/// history.csv holds numbers and plain names only: no quotes to mind.
std::vector<CsvRow> csv_rows(const std::string& text) {
  std::vector<CsvRow> rows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    CsvRow row(1);
    for (const char c : line) {
      if (c == ',')
        row.emplace_back();
      else if (c != '\r')
        row.back() += c;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string layers_text(const TrainedModel& model) {
  Table table({{"layer"}, {"inputs", true}, {"outputs", true}, {"parameters", true}});
  for (const auto& layer : layer_shapes(model.network.architecture, model.network.items)) {
    table.add(
        {layer.name, with_thousands(layer.inputs), with_thousands(layer.outputs), with_thousands(layer.parameters())});
  }
  table.add({"all", "", "", with_thousands(model.network.parameters())});
  return table.text();
}

std::string facts_text(const TrainedModel& model) {
  const Architecture& a = model.network.architecture;
  Table table({{"what"}, {"value"}});
  table.add({"model", a.model});
  table.add({"input", fmt::format("{}{}{}", name_of(a.input), a.normalise_input ? ", normalised" : "",
                                  a.input_dropout > 0 ? fmt::format(", dropout {:g}", a.input_dropout) : "")});
  table.add(
      {"hidden", a.hidden.empty() ? "none" : fmt::format("{}, {}", fmt::join(a.hidden, "-"), name_of(a.activation))});
  table.add({"output and loss", fmt::format("{}, {}", name_of(a.output), name_of(a.loss))});
  table.add(
      {"learning", fmt::format("rate {:g}, epsilon {:g}, weight decay {:g}, batch {}", model.training.learning_rate,
                               model.training.epsilon, model.training.weight_decay, model.training.batch_size)});
  table.add({"epochs", model.best_epoch > 0
                           ? fmt::format("{}, the best of them number {}", model.epochs_trained, model.best_epoch)
                           : fmt::format("{}", model.epochs_trained)});
  table.add({"seed", fmt::format("{}", model.seed)});
  table.add({"films", with_thousands(model.items.size())});
  table.add({"stars", model.scale.implicit ? "none (implicit)"
                                           : fmt::format("{:g} to {:g}, liked from {:g}", model.scale.minimum,
                                                         model.scale.maximum, model.scale.liked)});
  table.add({"dataset", model.dataset_fingerprint});
  table.add({"written by", fmt::format("encore {} ({})", model.program_version, model.kernel_path)});
  return table.text();
}

std::string history_text(const std::string& history_csv) {
  constexpr std::size_t most = 10;
  const auto rows = csv_rows(history_csv);
  if (rows.size() < 2) return {};
  std::vector<TableColumn> columns;
  for (const auto& name : rows.front()) columns.push_back({name, true});
  Table table(columns);
  for (std::size_t i = std::max<std::size_t>(1, rows.size() - std::min(rows.size() - 1, most)); i < rows.size(); ++i) {
    CsvRow row = rows[i];
    row.resize(columns.size());
    for (auto& cell : row) {
      if (const auto number = parse_number(cell)) cell = fmt::format("{:.6g}", *number);
    }
    table.add(std::move(row));
  }
  return "\n" + table.text();
}

Json history_json(const std::string& history_csv) {
  const auto rows = csv_rows(history_csv);
  Json history = Json::array();
  for (std::size_t i = 1; i < rows.size(); ++i) {
    Json line = Json::object();
    for (std::size_t column = 0; column < rows.front().size(); ++column) {
      const std::string text = column < rows[i].size() ? rows[i][column] : "";
      const auto whole = parse_whole_number(text);
      const auto number = parse_number(text);
      line[rows.front()[column]] = whole          ? Json(*whole)
                                   : number       ? Json(*number)
                                   : text.empty() ? Json(nullptr)
                                                  : Json(text);
    }
    history.push_back(std::move(line));
  }
  return history;
}

}  // namespace

std::string model_report(const TrainedModel& model, const std::string& history_csv) {
  return layers_text(model) + "\n" + facts_text(model) + history_text(history_csv);
}

std::string model_object(const TrainedModel& model, const std::string& history_csv) {
  Json json = Json::parse(config_text(model));
  json["layers"] = Json::array();
  for (const auto& layer : layer_shapes(model.network.architecture, model.network.items)) {
    json["layers"].push_back({{"name", layer.name},
                              {"inputs", layer.inputs},
                              {"outputs", layer.outputs},
                              {"parameters", layer.parameters()}});
  }
  json["history"] = history_json(history_csv);
  return json.dump();
}

}  // namespace encore
