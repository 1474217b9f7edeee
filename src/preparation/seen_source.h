// What users did beside rating: films seen without a rating, from a table of the user's (--seen) and from a log of events, and films that
// were shown or dismissed. Becomes events.parquet. Not the ratings of the log (events_source.h), and not the rules (sql/07, sql/53).
#pragma once
#include <filesystem>
#include <optional>
#include "database/database.h"
#include "dataset/dataset_summary.h"
#include "preparation/pipeline.h"
#include "preparation/relations.h"
#include "preparation/source.h"

namespace encore {

/// The table of --seen, its columns found by the names of the ratings' columns, else by common ones; nothing without the option. Throws
/// UserError when it cannot be read, or has no column of users or items.
std::optional<Source> find_seen_table(Database& database, const PrepareSettings& settings, const std::filesystem::path& spool_folder);

/// Makes sightings_typed, which sql/53 reads, when ratings_checked stands: of `table`, and of the log (`has_log`: raw_events and
/// events_typed are there). Returns the lines of the table that are none or name no user or no film.
std::int64_t create_sightings(Database& database, Pipeline& pipeline, const PrepareSettings& settings, const std::optional<Source>& table,
                              bool has_log, const Relations& relations);

/// Writes `folder`/events.parquet when users and items stand; what it holds, and what not. Unless it is to be there in `any` case, nothing
/// is written, and nothing returned, when no row stays.
std::optional<EventCounts> write_events(Database& database, Pipeline& pipeline, const std::filesystem::path& folder, bool any);

}  // namespace encore
