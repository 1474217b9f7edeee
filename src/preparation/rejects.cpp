// Lists and sentences from the relations rejected_rows, superseded_rows and rejected_films (sql/7*).
#include "preparation/rejects.h"

#include <fmt/format.h>

#include "console/one_line.h"
#include "process/error.h"

namespace encore {
namespace {

std::int64_t bad_rows(const DatasetSummary& summary) {
  std::int64_t count = 0;
  for (const auto& [reason, rows] : summary.rejected)
    if (!is_repeat(reason)) count += rows;
  return count;
}

std::int64_t bad_films(const DatasetSummary& summary) {
  std::int64_t count = 0;
  for (const auto& [reason, rows] : summary.rejected_films) count += rows;
  return count;
}

std::string listed(const std::map<std::string, std::int64_t>& reasons) {
  std::string list;
  for (const auto& [reason, rows] : reasons)
    if (!is_repeat(reason)) list += fmt::format("{}{} {}", list.empty() ? "" : ", ", rows, reason);
  return list;
}

/// A row or a line for a sentence.
std::string shortened(std::string_view text) {
  constexpr std::size_t most = 200;
  return one_line(text.size() > most ? std::string(text.substr(0, most)) + "…" : std::string(text));
}

std::string first_film_example(Database& database, const TableFile& films) {
  Rows rows = database.stream(
      "SELECT line, coalesce(concat(reason, ': ', problem), concat('''', movieId, ''': ', reason)) FROM rejected_films "
      "ORDER BY line NULLS LAST, movieId LIMIT 1");
  if (!rows.next()) return {};
  return (rows.is_null(0, 0) ? "" : place_of_line(films, rows.int64(0)[0]) + ": ") + shortened(rows.text(1, 0));
}

/// With that of the file where there are several.
std::string columns_of_list(const TableFile& ratings) {
  if (ratings.parts.size() < 2) return "line, userId, movieId, rating, time, reason";
  std::string names;
  for (std::size_t part = 0; part < ratings.parts.size(); ++part)
    names += (part == 0 ? "" : ", ") + sql_literal(name_of_part(ratings, part));
  return fmt::format("CASE WHEN of_ratings THEN [{}][(line >> {}) + 1] END AS file, line & {} AS line, userId, movieId, rating, "
                     "time, reason",
                     names, part_shift, (std::int64_t{1} << part_shift) - 1);
}

}  // namespace

std::string first_example(Database& database, const Source& source, const std::string& reason) {
  const std::string only = reason.empty() ? "" : fmt::format("WHERE reason = {}", sql_literal(reason));
  Rows rows = database.stream(fmt::format(
      "SELECT line, reason, problem, concat_ws(', ', coalesce(userId, ''), coalesce(movieId, ''), coalesce(rating, ''), "
      "CASE WHEN reason = 'no valid time' THEN coalesce(time, '') END) FROM rejected_rows {} "
      "ORDER BY line NULLS LAST, userId, movieId, rating, time LIMIT 1",
      only));
  if (!rows.next()) return {};
  const std::string place = rows.is_null(0, 0) ? "" : place_of_line(source.ratings, rows.int64(0)[0]) + ": ";
  const std::string why(rows.text(1, 0));
  if (!rows.is_null(2, 0)) return place + (reason.empty() ? why + ": " : "") + shortened(rows.text(2, 0));
  return fmt::format("{}'{}'{}", place, shortened(rows.text(3, 0)), reason.empty() ? ": " + why : "");
}

bool is_repeat(const std::string& reason) {
  return reason == superseded_reason || reason == lower_reason || reason == added_reason;
}

void write_rejects(Database& database, const DatasetSummary& summary, const Source& source,
                   const std::filesystem::path& file) {
  std::string select =
      "SELECT true AS of_ratings, line, userId, movieId, rating, time, concat_ws(': ', reason, problem) AS reason FROM rejected_rows";
  if (summary.rejected.contains(superseded_reason) || summary.rejected.contains(lower_reason))
    select += " UNION ALL SELECT true, line, userId, movieId, rating, time, reason FROM superseded_rows";
  if (!summary.rejected_films.empty())
    select += fmt::format(
        " UNION ALL SELECT false, line, NULL, movieId, NULL, NULL, concat({}, ': ', concat_ws(': ', reason, problem)) FROM "
        "rejected_films",
        sql_literal(source.movies->path.filename().string()));
  database.run(
      fmt::format("COPY (SELECT {} FROM ({}) AS r ORDER BY r.line NULLS LAST, r.userId, r.movieId, r.rating, r.time, r.reason) TO {} "
                  "(FORMAT csv, HEADER, USE_TMP_FILE false)",
                  columns_of_list(source.ratings), select, sql_literal(file.string())));
}

void require_no_rejects(Database& database, const DatasetSummary& summary, const Source& source) {
  constexpr const char* advice = "mend them, or leave out --strict to go on without them";
  if (const std::int64_t count = bad_rows(summary); count > 0)
    throw UserError(fmt::format("{}: {} of {} rows cannot be used ({}), the first: {}; {}", source.ratings.path.string(),
                                count, summary.rows, listed(summary.rejected), first_example(database, source, {}), advice));
  if (const std::int64_t count = bad_films(summary); count > 0)
    throw UserError(fmt::format("{}: {} lines are no films ({}), the first: {}; {}", source.movies->path.string(), count,
                                listed(summary.rejected_films), first_film_example(database, *source.movies), advice));
}

}  // namespace encore
