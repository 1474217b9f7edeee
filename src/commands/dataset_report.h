// What people and machines are told about a dataset: by `prepare` when it is made, by `inspect` later.
#pragma once
#include <string>
#include <vector>
#include "dataset/dataset_summary.h"
#include "monitor/phases.h"

namespace encore {

/// Counts, ratings per star and decade, most rated films, rejected and filtered rows, as tables.
std::string dataset_report(const DatasetSummary& summary);
/// Seconds, rows and peak memory of each phase, as a table.
std::string phases_report(const std::vector<Phase>& phases);
/// All of it as one JSON object; without `phases` when there are none.
std::string dataset_object(const DatasetSummary& summary, const std::vector<Phase>& phases);

}  // namespace encore
