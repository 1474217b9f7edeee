// What the pipeline's result relations say, put into the summary that becomes dataset.json; and the fingerprint of what
// was written.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include "database/database.h"
#include "dataset/dataset_summary.h"

namespace encore {

/// Counts of users by fold, histogram, years, most rated: from users, star_histogram, years and most_rated.
void collect_statistics(Database& database, DatasetSummary& summary);

/// Users with held-out ratings, where ratings are split and users are not: from ratings_split.
void collect_held_out(Database& database, DatasetSummary& summary);

/// Rows that did not stay, by reason: from refused.
void collect_refused(Database& database, DatasetSummary& summary);

/// Streams the sorted ratings.parquet of `folder` once, then what was seen in events.parquet if it is there, and hashes them
/// with the ids of the tables items and users. `on_rows` is told the rows so far. Throws std::logic_error when the rows are not
/// strictly ascending: then the pipeline is wrong, not the user.
std::string fingerprint_of(Database& database, const RatingScale& scale, const std::filesystem::path& folder,
                           const std::function<void(std::int64_t)>& on_rows);

}  // namespace encore
