// Two kinds of rejects: lines that DuckDB's reader could not take apart (the table line_errors), and rows whose values
// will not do (the view rejected_rows).
#include "preparation/rejects.h"

#include <fmt/format.h>

#include "preparation/sql_model.h"
#include "process/error.h"
#include "process/staged_file.h"

namespace encore {
namespace {

/// The reader keeps the errors of every scan; the last one made ratings_read. One line may hold several errors: the
/// first counts.
constexpr const char* malformed_rows =
    "SELECT line, csv_line, min_by(error_message, byte_position) AS error FROM line_errors "
    "WHERE scan_id = (SELECT max(scan_id) FROM line_scans) GROUP BY line, csv_line";

std::int64_t bad_rows(const DatasetSummary& summary) {
  std::int64_t count = 0;
  for (const auto& [reason, rows] : summary.rejected)
    if (reason != superseded_reason) count += rows;
  return count;
}

std::string first_example(Database& database, const DatasetSummary& summary) {
  if (summary.rejected.contains(malformed_reason)) {
    Rows rows = database.stream(fmt::format(
        "SELECT CAST(line AS BIGINT), split_part(error, chr(10), 1) FROM ({}) ORDER BY line LIMIT 1", malformed_rows));
    if (rows.next()) return fmt::format("line {}: {}", rows.int64(0)[0], rows.text(1, 0));
  }
  Rows rows = database.stream(
      "SELECT concat_ws(', ', coalesce(userId, ''), coalesce(movieId, ''), coalesce(rating, '')), reason FROM "
      "rejected_rows "
      "ORDER BY userId, movieId, rating, time LIMIT 1");
  if (rows.next()) return fmt::format("'{}': {}", rows.text(0, 0), rows.text(1, 0));
  return {};
}

}  // namespace

std::int64_t malformed_lines(Database& database) {
  const bool text =
      database.number("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'line_errors'").value_or(0) > 0;
  return text ? database.number(fmt::format("SELECT count(DISTINCT line) FROM ({})", malformed_rows)).value_or(0) : 0;
}

void write_rejects(Database& database, const DatasetSummary& summary, const std::string& file) {
  std::string select = "SELECT CAST(NULL AS BIGINT) AS line, userId, movieId, rating, time, reason FROM rejected_rows";
  if (summary.rejected.contains(malformed_reason))
    select += fmt::format(
        " UNION ALL SELECT CAST(line AS BIGINT), NULL, NULL, NULL, NULL, concat('{}: ', "
        "split_part(error, chr(10), 1), ': ', csv_line) FROM ({})",
        malformed_reason, malformed_rows);
  if (summary.rejected.contains(superseded_reason))
    select += " UNION ALL SELECT NULL, userId, movieId, rating, time, reason FROM superseded_rows";
  StagedFile staged(file);
  database.run(fmt::format("COPY (SELECT * FROM ({}) ORDER BY ALL) TO {} (FORMAT csv, HEADER, USE_TMP_FILE false)",
                           select, sql_literal(staged.path().string())));
  staged.commit();
}

void require_no_rejects(Database& database, const DatasetSummary& summary, const std::string& source) {
  const std::int64_t count = bad_rows(summary);
  if (count == 0) return;
  std::string reasons;
  for (const auto& [reason, rows] : summary.rejected)
    if (reason != superseded_reason) reasons += fmt::format("{}{} {}", reasons.empty() ? "" : ", ", rows, reason);
  throw UserError(fmt::format(
      "{}: {} of {} rows cannot be used ({}), the first: {}; mend them, or leave out --strict to go on without them",
      source, count, summary.rows, reasons, first_example(database, summary)));
}

}  // namespace encore
