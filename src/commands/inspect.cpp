// `encore inspect`: what a dataset or a model folder holds, told again. The tables are made elsewhere (dataset_report,
// model_report).
#include <filesystem>
#include <fmt/format.h>
#include "commands/command.h"
#include "commands/dataset_report.h"
#include "commands/model_report.h"
#include "digest/checksums.h"
#include "folder/dataset_folder.h"
#include "folder/model_folder.h"
#include "models/model_files.h"
#include "process/error.h"
#include "settings/inspect_settings.h"
#include "training/checkpoint.h"

namespace encore {
namespace {

int run(const InspectSettings& settings, const Output& output) {
  const std::filesystem::path path = settings.path;
  if (!std::filesystem::is_directory(path)) throw UserError(fmt::format("{}: there is no such folder", path.string()));
  if (std::filesystem::exists(path / "dataset.json")) {
    const DatasetSummary summary = read_dataset_summary(path);
    dataset_checksums(path, summary.events.has_value()).get();
    output.result(dataset_report(summary));
    output.object(dataset_object(summary, {}));
    return 0;
  }
  if (std::filesystem::exists(path / "config.json")) {
    const TrainedModel model = read_model(path);
    const HistoryTable history = history_table(read_history(path), path / "history.csv");
    if (std::filesystem::exists(path / "history.csv")) require_checksums(path, {"history.csv"});
    output.result(model_report(model, history));
    output.object(model_object(model, history));
    return 0;
  }
  if (unfinished_training(path)) read_config_text(path);  // says what it is, and how to go on
  throw UserError(fmt::format(
      "{} is neither a dataset folder (it has no dataset.json) nor a model folder (no config.json)", path.string()));
}

}  // namespace

Command inspect_command() {
  return make_command<InspectSettings>(
      "inspect", "Show what a dataset or a model folder holds.",
      {"encore inspect fifties", "encore inspect fifties.model", "encore inspect fifties --json"}, inspect_options(),
      run);
}

}  // namespace encore
