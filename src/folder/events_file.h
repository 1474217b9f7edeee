// events.parquet of a dataset: what users have seen, been shown or dismissed without rating it. Not the log that it was prepared from
// (events/), and not the ratings (dataset_folder.h).
#pragma once
#include <filesystem>
#include <string>
#include <vector>
#include "database/database.h"
#include "dataset/dataset.h"
#include "dataset/dataset_summary.h"

namespace encore {

inline constexpr const char* events_file = "events.parquet";

/// The rows of kinds that answers or trainings look at, of some users (`numbers`, ascending; row r of the result is that of numbers[r]).
struct SeenRows {
  UserItems seen, dismissed;
};

/// Reads the file of `folder`. `condition`: over user and item, of the users that are wanted; empty: all. Throws UserError naming the file
/// and the row when rows do not ascend, are out of range or of no known kind.
SeenRows read_events_file(Database&, const std::filesystem::path& folder, const std::vector<std::int32_t>& numbers, std::int32_t items,
                          const std::string& condition = {});

/// That of all users of `dataset`, into it. Also throws UserError when there are not as many rows as dataset.json tells.
void add_events(Database&, const std::filesystem::path& folder, const EventCounts& counts, Dataset& dataset);

}  // namespace encore
