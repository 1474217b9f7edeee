// Recognised and read as a file of ratings for `prepare` is; which columns count is decided here.
#include "recommendation/ratings_file.h"
#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <limits>
#include <optional>
#include <string_view>
#include "database/database.h"
#include "preparation/table_file.h"
#include "preparation/text_rows.h"
#include "process/error.h"
#include "settings/value_text.h"

namespace encore {
namespace {

struct Columns {
  std::optional<std::size_t> id, title, year, rating, time;
};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

Columns columns_of(const TableFile& table) {
  Columns columns;
  const auto take = [&](std::optional<std::size_t>& role, std::size_t column) {
    if (role) {
      throw UserError(fmt::format("{} has the columns '{}' and '{}', which say the same; leave one of them out",
                                  table.path.string(), table.columns[*role], table.columns[column]));
    }
    role = column;
  };
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    const std::string name = lower(table.columns[column]);
    if (name == "movieid") take(columns.id, column);
    if (name == "title" || name == "name") take(columns.title, column);
    if (name == "year") take(columns.year, column);
    if (name == "rating") take(columns.rating, column);
    if (name == "timestamp" || name == "time" || name == "date") take(columns.time, column);
  }
  if (!columns.rating || (!columns.id && !columns.title)) {
    throw UserError(fmt::format("{} needs a column movieId or title, and a column rating; it has {}",
                                table.path.string(), fmt::join(table.columns, ", ")));
  }
  return columns;
}

struct Row {
  std::string id, title, year, stars, time;
  std::int64_t line = 0;
};

[[noreturn]] void unreadable(const TableFile& table, std::int64_t line, std::string_view problem) {
  const auto is = [&](LineProblem one) { return problem.starts_with(describe(one)); };
  std::string why(problem);
  if (is(LineProblem::too_few_fields) || is(LineProblem::too_many_fields))
    why = "there are not as many fields as in the header; put fields that hold a separator in quotes";
  if (is(LineProblem::open_quote)) why = "a quote is opened and not closed; a quote inside of a field stands twice";
  if (is(LineProblem::text_behind_quote))
    why = "text stands behind a closing quote; a quote inside of a field stands twice";
  if (is(LineProblem::too_long)) why = "the line is longer than 2 MB; is this a file of ratings?";
  throw UserError(fmt::format("{}, line {}: {}", table.path.string(), line, why));
}

/// In the order of the file.
std::vector<Row> rows_of(Database& database, const TableFile& table) {
  const Columns columns = columns_of(table);
  std::string select;
  std::vector<std::size_t> used;
  for (const auto& column : {columns.id, columns.title, columns.year, columns.rating, columns.time}) {
    select += column ? fmt::format("CAST({} AS VARCHAR), ", sql_column(table, table.columns[*column])) : "'', ";
    if (column) used.push_back(*column);
  }
  if (!table.parquet) database.add_rows("ratings_file", std::make_shared<TextRows>(table, used));
  std::vector<Row> all;
  Rows rows = database.stream(table.parquet ? fmt::format("SELECT {} row_number() OVER () + 1, NULL::VARCHAR FROM {}", select,
                                                          parquet_relation(table))
                                            : fmt::format("SELECT {} line, problem FROM ratings_file()", select));
  while (rows.next()) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const std::int64_t line = rows.int64(5)[row];
      if (!rows.is_null(6, row)) unreadable(table, line, rows.text(6, row));
      const auto text = [&](std::size_t column) {
        return rows.is_null(column, row) ? std::string() : std::string(rows.text(column, row));
      };
      all.push_back({text(0), text(1), text(2), text(3), text(4), line});
    }
  }
  return all;
}

/// Times as numbers that ascend with them: seconds, or the place of a date among all dates, which ascend as texts. A row without
/// a time is older than any other.
std::vector<double> times_of(const std::vector<Row>& rows) {
  std::vector<double> times;
  for (const Row& row : rows) {
    const auto number = parse_number(row.time);
    if (!number && !row.time.empty()) break;
    times.push_back(number.value_or(-std::numeric_limits<double>::infinity()));
  }
  if (times.size() == rows.size()) return times;
  std::vector<std::string_view> dates;
  for (const Row& row : rows) dates.push_back(row.time);
  std::ranges::sort(dates);
  times.clear();
  for (const Row& row : rows)
    times.push_back(static_cast<double>(std::ranges::lower_bound(dates, std::string_view(row.time)) - dates.begin()));
  return times;
}

}  // namespace

std::vector<FileRating> read_ratings_file(const std::filesystem::path& file) {
  Database database({.threads = 1});
  TableFile table = inspect_table(database, file);
  table.latin1 = !has_only_utf8(table);
  std::vector<FileRating> ratings;
  const std::vector<Row> rows = rows_of(database, table);
  const std::vector<double> times = times_of(rows);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto& [id, title, year, stars, time, line] = rows[row];
    if (stars.empty()) continue;
    const auto number = parse_number(stars);
    if (!number)
      throw UserError(fmt::format("{}, line {}: the rating \"{}\" is not a number", file.string(), line, stars));
    FileRating rating{id.empty() ? title : id, !id.empty(), *number, times[row], line};
    if (rating.film.empty())
      throw UserError(fmt::format("{}, line {}: there is a rating but no film", file.string(), line));
    if (!rating.is_id && !year.empty() && !title.ends_with(')')) rating.film += fmt::format(" ({})", year);
    ratings.push_back(std::move(rating));
  }
  return ratings;
}

}  // namespace encore
