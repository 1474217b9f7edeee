// Two kinds of rejects: lines that DuckDB's reader could not take apart (the table line_errors), and rows whose values
// will not do (the view rejected_rows).
#include "preparation/rejects.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "console/one_line.h"
#include "preparation/line_finder.h"
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
    if (!is_repeat(reason)) count += rows;
  return count;
}

constexpr std::int64_t most_with_lines = 200'000;  ///< more than anybody reads; they are held in memory

struct Reject {
  std::int64_t line = 0;  ///< 0: not known
  RowTexts row;
  std::string reason;
};

bool stands_before(const Reject& a, const Reject& b) {
  if ((a.line == 0) != (b.line == 0)) return b.line == 0;
  return std::tie(a.line, a.row, a.reason) < std::tie(b.line, b.row, b.reason);
}

void add_rows(Database& database, const char* relation, std::vector<Reject>& rejects) {
  Rows rows = database.stream(fmt::format("SELECT userId, movieId, rating, time, reason FROM {}", relation));
  while (rows.next())
    for (std::size_t row = 0; row < rows.size(); ++row) {
      Reject reject;
      for (std::size_t column = 0; column < reject.row.size(); ++column)
        if (!rows.is_null(column, row)) reject.row[column] = rows.text(column, row);
      reject.reason = rows.text(4, row);
      rejects.push_back(std::move(reject));
    }
}

void add_malformed(Database& database, std::vector<Reject>& rejects) {
  Rows rows = database.stream(fmt::format(
      "SELECT CAST(line AS BIGINT), concat(split_part(error, chr(10), 1), ': ', csv_line) FROM ({})", malformed_rows));
  while (rows.next())
    for (std::size_t row = 0; row < rows.size(); ++row)
      rejects.push_back({rows.int64(0)[row], {}, fmt::format("{}: {}", malformed_reason, rows.text(1, row))});
}

/// Gives rejects their lines. Of a row that stands several times, the last ones: the first of equal ratings is the one
/// that counts.
void find_lines(const Source& source, std::vector<Reject>& rejects) {
  std::unordered_map<std::string, std::vector<std::int64_t>> lines;
  for (const Reject& reject : rejects)
    if (reject.line == 0) lines.try_emplace(row_key(reject.row));
  if (lines.empty()) return;
  for_each_line(source, [&](std::int64_t line, const std::string& key) {
    if (const auto found = lines.find(key); found != lines.end()) found->second.push_back(line);
  });
  for (Reject& reject : rejects) {
    if (reject.line != 0) continue;
    std::vector<std::int64_t>& known = lines.at(row_key(reject.row));
    if (known.empty()) continue;
    reject.line = known.back();
    known.pop_back();
  }
}

std::vector<Reject> with_lines(Database& database, const DatasetSummary& summary, const Source& source,
                               bool superseded) {
  std::vector<Reject> rejects;
  add_rows(database, "rejected_rows", rejects);
  if (superseded && (summary.rejected.contains(superseded_reason) || summary.rejected.contains(lower_reason)))
    add_rows(database, "superseded_rows", rejects);
  if (summary.rejected.contains(malformed_reason)) add_malformed(database, rejects);
  find_lines(source, rejects);
  std::ranges::sort(rejects, stands_before);
  return rejects;
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

std::string csv_text(const std::vector<Reject>& rejects) {
  std::string text = "line,userId,movieId,rating,time,reason\n";
  for (const Reject& reject : rejects) {
    text += reject.line == 0 ? "" : std::to_string(reject.line);
    for (const std::string& cell : reject.row) text += ',' + csv_cell(cell);
    text += ',' + csv_cell(reject.reason) + '\n';
  }
  return text;
}

/// A row or a line for a sentence.
std::string shortened(std::string_view text) {
  constexpr std::size_t most = 200;
  return one_line(text.size() > most ? std::string(text.substr(0, most)) + "…" : std::string(text));
}

}  // namespace

std::string first_example(Database& database, const DatasetSummary& summary, const Source& source,
                          const std::string& reason) {
  const auto fits = [&](const std::string& found) { return reason.empty() || found.starts_with(reason); };
  if (bad_rows(summary) > most_with_lines) {
    Rows rows = database.stream(fmt::format(
        "SELECT concat_ws(', ', coalesce(userId, ''), coalesce(movieId, ''), coalesce(rating, '')), reason FROM "
        "rejected_rows {} LIMIT 1",
        reason.empty() ? "" : fmt::format("WHERE reason = {}", sql_literal(reason))));
    return rows.next() ? fmt::format("'{}'{}", shortened(rows.text(0, 0)),
                                     reason.empty() ? ": " + std::string(rows.text(1, 0)) : "")
                       : std::string("a malformed line");
  }
  const std::vector<Reject> rejects = with_lines(database, summary, source, false);
  const auto first = std::ranges::find_if(rejects, fits, &Reject::reason);
  if (first == rejects.end()) return {};
  const std::string place = first->line == 0 ? "" : fmt::format("line {}: ", first->line);
  if (first->reason.starts_with(malformed_reason))
    return place + shortened(reason.empty() ? first->reason : first->reason.substr(first->reason.find(':') + 2));
  std::string values;
  for (std::size_t column = 0; column < first->row.size(); ++column)
    if (column < 3 || first->reason == "no valid time") values += (column == 0 ? "" : ", ") + first->row[column];
  return fmt::format("{}'{}'{}", place, shortened(values), reason.empty() ? ": " + first->reason : "");
}

bool is_repeat(const std::string& reason) {
  return reason == superseded_reason || reason == lower_reason || reason == added_reason;
}

std::int64_t malformed_lines(Database& database) {
  const bool text =
      database.number("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'line_errors'").value_or(0) > 0;
  return text ? database.number(fmt::format("SELECT count(DISTINCT line) FROM ({})", malformed_rows)).value_or(0) : 0;
}

void write_rejects(Database& database, const DatasetSummary& summary, const Source& source,
                   const std::filesystem::path& file) {
  std::int64_t count = 0;
  for (const auto& [reason, rows] : summary.rejected) count += rows;
  if (count <= most_with_lines) return write_staged(file, csv_text(with_lines(database, summary, source, true)));
  std::string select = "SELECT CAST(NULL AS BIGINT) AS line, userId, movieId, rating, time, reason FROM rejected_rows";
  if (summary.rejected.contains(malformed_reason))
    select += fmt::format(
        " UNION ALL SELECT CAST(line AS BIGINT), NULL, NULL, NULL, NULL, concat('{}: ', "
        "split_part(error, chr(10), 1), ': ', csv_line) FROM ({})",
        malformed_reason, malformed_rows);
  if (summary.rejected.contains(superseded_reason) || summary.rejected.contains(lower_reason))
    select += " UNION ALL SELECT NULL, userId, movieId, rating, time, reason FROM superseded_rows";
  database.run(fmt::format("COPY (SELECT * FROM ({}) ORDER BY ALL) TO {} (FORMAT csv, HEADER, USE_TMP_FILE false)",
                           select, sql_literal(file.string())));
}

void require_no_rejects(Database& database, const DatasetSummary& summary, const Source& source) {
  const std::int64_t count = bad_rows(summary);
  if (count == 0) return;
  std::string reasons;
  for (const auto& [reason, rows] : summary.rejected)
    if (!is_repeat(reason)) reasons += fmt::format("{}{} {}", reasons.empty() ? "" : ", ", rows, reason);
  throw UserError(fmt::format(
      "{}: {} of {} rows cannot be used ({}), the first: {}; mend them, or leave out --strict to go on without them",
      source.ratings.path.string(), count, summary.rows, reasons, first_example(database, summary, source, {})));
}

}  // namespace encore
