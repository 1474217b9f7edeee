// "The model's own" spelled out: the defaults of each kind of model as a table of Markdown, from the table of kinds.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "commands/help.h"
#include "models/table.h"

namespace encore {
namespace {

/// An option of several kinds, and the text of a kind's default.
struct Column {
  std::string_view option;
  std::string (*text)(const ModelKind&);
};

std::string epochs_of(const ModelKind& kind) {
  const std::string epochs = std::to_string(kind.training.epochs);
  return kind.least_steps == 0 ? epochs : fmt::format("{}, and {} steps", epochs, kind.least_steps);
}

const std::vector<Column>& columns() {
  static const std::vector<Column> all = {
      {"--hidden", [](const ModelKind& kind) { return fmt::format("{}", fmt::join(kind.architecture.hidden, ",")); }},
      {"--input", [](const ModelKind& kind) { return std::string(name_of(kind.architecture.input)); }},
      {"--normalise", [](const ModelKind& kind) { return std::string(kind.architecture.normalise_input ? "yes" : "no"); }},
      {"--dropout", [](const ModelKind& kind) { return fmt::format("{}", kind.architecture.input_dropout); }},
      {"--activation", [](const ModelKind& kind) { return std::string(name_of(kind.architecture.activation)); }},
      {"--output-activation", [](const ModelKind& kind) { return std::string(name_of(kind.architecture.output)); }},
      {"--loss", [](const ModelKind& kind) { return std::string(name_of(kind.architecture.loss)); }},
      {"--epochs", epochs_of},
      {"--batch-size", [](const ModelKind& kind) { return std::to_string(kind.training.batch_size); }},
      {"--learning-rate", [](const ModelKind& kind) { return fmt::format("{}", kind.training.learning_rate); }},
      {"--epsilon", [](const ModelKind& kind) { return fmt::format("{}", kind.training.epsilon); }},
      {"--weight-decay", [](const ModelKind& kind) { return fmt::format("{}", kind.training.weight_decay); }},
  };
  return all;
}

bool listens(const ModelKind& kind, std::string_view option) {
  return !kind.listens_to || std::ranges::find(*kind.listens_to, option) != kind.listens_to->end();
}

}  // namespace

std::string model_defaults_markdown() {
  std::string text =
      "\n### The models' own defaults\n\nAn option without a value here is one that the kind does not know, and refuses. Epochs: without "
      "validation users; on small data as many more as make\nthe steps that are named. With validation users: until `--patience` ends the "
      "training. Options of single kinds stand above.\n\n| kind |";
  std::string rule = "\n|---|";
  for (const Column& column : columns()) text += fmt::format(" `{}` |", column.option), rule += "---|";
  text += rule + "\n";
  for (const ModelKind& kind : model_kinds()) {
    if (std::ranges::none_of(columns(), [&](const Column& column) { return listens(kind, column.option); })) continue;
    text += fmt::format("| `{}` |", kind.name);
    for (const Column& column : columns()) text += fmt::format(" {} |", listens(kind, column.option) ? column.text(kind) : "");
    text += "\n";
  }
  return text;
}

}  // namespace encore
