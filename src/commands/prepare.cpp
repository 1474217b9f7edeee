// `encore prepare`: from ratings to a dataset folder, and what came out, for people and for machines.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "commands/command.h"
#include "commands/dataset_report.h"
#include "console/shell_word.h"
#include "process/resources.h"
#include "preparation/preparation.h"

namespace encore {
namespace {

int run(const PrepareSettings& settings, const Output& output) {
  const int threads = threads_to_use(settings.threads);
  const Preparation done = prepare_dataset(settings, threads, output);
  output.result(dataset_report(done.summary) + phases_report(done.phases) +
                fmt::format("\nWrote {}. Next: encore train {} -o {}\n", settings.output, folder_word(settings.output),
                            folder_word(settings.output, ".model")));
  output.object(dataset_object(done.summary, done.phases));
  return 0;
}

}  // namespace

Command prepare_command() {
  return make_command<PrepareSettings>(
      "prepare", "Turn a file of ratings into a dataset folder.",
      {"encore prepare data/ml-latest-small -o small", "encore prepare ml-25m -o fifties --years 1950-1959",
       "encore prepare clicks.parquet -o clicks --implicit --user-column visitor --item-column article"},
      prepare_options(), run);
}

}  // namespace encore
