// What happens to rows that cannot be used: counted always, written to a file on request, refused under --strict.
#pragma once
#include <filesystem>
#include "database/database.h"
#include "dataset/dataset_summary.h"
#include "preparation/source.h"

namespace encore {

/// Writes --rejects: a CSV of line, userId, movieId, rating, time, reason, sorted by them; Parquet has no lines. Lines of
/// the table of films name that file in their reason. `file` is one that is written aside.
void write_rejects(Database& database, const DatasetSummary& summary, const Source& source,
                   const std::filesystem::path& file);

/// With --strict: throws UserError when rows were rejected for another reason than a later rating, or lines of the table
/// of films are none, naming the first of them.
void require_no_rejects(Database& database, const DatasetSummary& summary, const Source& source);

/// The first rejected row of that reason (empty: of any but repeats) with its line and values; empty when there is none. rejected_rows
/// must stand.
std::string first_example(Database& database, const Source& source, const std::string& reason);

/// Whether a row was left out because its user and film have another one.
bool is_repeat(const std::string& reason);

inline constexpr const char* superseded_reason = "superseded by a later rating";
inline constexpr const char* lower_reason = "superseded by a higher rating";
inline constexpr const char* added_reason = "added to another row";
inline constexpr const char* malformed_reason = "malformed line";

}  // namespace encore
