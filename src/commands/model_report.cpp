// The report of a model folder. Numbers come from the network itself, words from config.json's text.
#include "commands/model_report.h"
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <vector>
#include "console/table.h"
#include "model/model_config.h"
#include "settings/value_text.h"

namespace encore {
namespace {

using Json = nlohmann::ordered_json;
std::string layers_text(const TrainedModel& model) {
  Table table({{"layer"}, {"inputs", true}, {"outputs", true}, {"parameters", true}});
  for (const auto& layer : model.model->layers()) {
    table.add(
        {layer.name, with_thousands(layer.inputs), with_thousands(layer.outputs), with_thousands(layer.parameters())});
  }
  table.add({"all", "", "", with_thousands(model.model->parameters())});
  return table.text();
}

void add_learning(Table& table, const TrainedModel& model) {
  table.add(
      {"learning", fmt::format("rate {:g}, epsilon {:g}, weight decay {:g}, batch {}", model.training.learning_rate,
                               model.training.epsilon, model.training.weight_decay, model.training.batch_size)});
  table.add({"epochs", model.best_epoch > 0 ? fmt::format("{}, kept: number {} ({})", model.epochs_trained,
                                                          model.best_epoch, model.kept)
                                            : fmt::format("{}", model.epochs_trained)});
}

std::string facts_text(const TrainedModel& model) {
  Table table({{"what"}, {"value"}});
  table.add({"model", model.model->architecture().at("model").get<std::string>()});
  const auto settings = Json::parse(model.settings_json.empty() ? "{}" : model.settings_json);
  if (const std::string chosen = settings.value("chosen", ""); !chosen.empty()) table.add({"chosen by auto", chosen});
  for (const Fact& fact : model.model->facts()) table.add({fact.name, fact.value});
  if (model.epochs_trained > 0) add_learning(table, model);
  if (const auto negatives = settings.value("negatives", std::int64_t{0}); negatives > 0)
    table.add({"sampled softmax", fmt::format("about {} films in a step", with_thousands(negatives))});
  table.add({"seed", fmt::format("{}", model.seed)});
  table.add({"films", with_thousands(model.items.size())});
  if (const auto gone = std::ranges::count(model.items.retired, 1); gone > 0)
    table.add({"retired films", fmt::format("{} (`encore items list` names them)", with_thousands(gone))});
  table.add({"stars", model.scale.implicit ? "none (implicit)"
                                           : fmt::format("{:g} to {:g}, liked from {:g}{}", model.scale.minimum,
                                                         model.scale.maximum, model.scale.liked,
                                                         model.scale.log_counts ? ", counts weigh log(1 + count)" : "")});
  table.add({"dataset", model.dataset_fingerprint});
  table.add({"written by", fmt::format("encore {} ({})", model.program_version, model.kernel_path)});
  return table.text();
}

std::string history_text(const HistoryTable& history) {
  constexpr std::size_t most = 10;
  if (history.epochs.empty()) return {};
  std::vector<TableColumn> columns;
  for (const auto& name : history.names) columns.push_back({name, true});
  Table table(columns);
  for (std::size_t i = history.epochs.size() - std::min(history.epochs.size(), most); i < history.epochs.size(); ++i) {
    std::vector<std::string> row = history.epochs[i];
    for (auto& cell : row) {
      if (const auto number = parse_number(cell)) cell = fmt::format("{:.6g}", *number);
    }
    table.add(std::move(row));
  }
  return "\n" + table.text();
}

Json history_json(const HistoryTable& history) {
  Json epochs = Json::array();
  for (const auto& epoch : history.epochs) {
    Json line = Json::object();
    for (std::size_t column = 0; column < history.names.size(); ++column) {
      const auto whole = parse_whole_number(epoch[column]);
      const auto number = parse_number(epoch[column]);
      line[history.names[column]] = whole ? Json(*whole) : number ? Json(*number) : Json(nullptr);
    }
    epochs.push_back(std::move(line));
  }
  return epochs;
}

}  // namespace

std::string model_report(const TrainedModel& model, const HistoryTable& history) {
  return layers_text(model) + "\n" + facts_text(model) + history_text(history);
}

std::string model_object(const TrainedModel& model, const HistoryTable& history) {
  Json json = Json::parse(config_text(model));
  json["layers"] = Json::array();
  for (const auto& layer : model.model->layers()) {
    json["layers"].push_back({{"name", layer.name},
                              {"inputs", layer.inputs},
                              {"outputs", layer.outputs},
                              {"parameters", layer.parameters()}});
  }
  json["history"] = history_json(history);
  return json.dump();
}

}  // namespace encore
