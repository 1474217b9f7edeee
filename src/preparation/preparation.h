// From a source of ratings to a dataset folder: the study's phases load, ratings, movies, integrate, statistics,
// arrays.
#pragma once
#include <functional>
#include <string>
#include <vector>
#include "console/output.h"
#include "dataset/dataset_summary.h"
#include "monitor/phases.h"
#include "preparation/pipeline.h"
#include "settings/prepare_settings.h"

namespace encore {

struct Preparation {
  DatasetSummary summary;
  std::vector<Phase> phases;
  std::vector<StatementPlan> plans;  ///< empty unless they were asked for
};

struct PreparationObserver {
  bool with_plans = false;  ///< keep what DuckDB did for each statement
  std::function<void(const std::string& phase)> on_start;
  std::function<void(const Phase&)> on_phase;  ///< one that has ended
};

/// Writes the dataset folder `settings.output`, whole or not at all. The result depends on the source's rows and the
/// settings only: not on their order, nor on `threads`. Throws UserError for whatever the user can mend, Interrupted on
/// Ctrl-C.
Preparation prepare_dataset(const PrepareSettings& settings, int threads, const Output& output,
                            const PreparationObserver& observer = {});

}  // namespace encore
