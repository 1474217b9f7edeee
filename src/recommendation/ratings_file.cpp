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
#include "settings/known_columns.h"
#include "settings/value_text.h"

namespace encore {
namespace {

struct Columns {
  std::optional<std::size_t> id, title, year, rating, time;
  bool guessed = false;
};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// A column by the name or number that an option says.
std::size_t asked_column(const TableFile& table, const std::string& name, const char* option) {
  if (table.has(name)) return table.number_of(name);
  const auto number = parse_whole_number(name);
  if (number && *number >= 1 && *number <= static_cast<std::int64_t>(table.columns.size())) return static_cast<std::size_t>(*number - 1);
  throw UserError(fmt::format("{} has no column '{}'; it has {}; name the right one with {}", table.path.string(), name,
                              fmt::join(table.columns, ", "), option));
}

/// A column whose name is common for this.
std::optional<std::size_t> common_column(const TableFile& table, std::string_view role) {
  for (const auto& [known_role, names] : known_columns())
    if (known_role == role)
      for (const std::string_view name : names)
        for (std::size_t column = 0; column < table.columns.size(); ++column)
          if (plain_column_name(table.columns[column]) == name) return column;
  return std::nullopt;
}

Columns columns_of(const TableFile& table, const RatingsFileFormat& format) {
  Columns columns;
  if (format.item_column) columns.id = asked_column(table, *format.item_column, "--item-column");
  if (format.title_column) columns.title = asked_column(table, *format.title_column, "--title-column");
  if (format.year_column) columns.year = asked_column(table, *format.year_column, "--year-column");
  if (format.rating_column) columns.rating = asked_column(table, *format.rating_column, "--rating-column");
  const bool film_is_asked = columns.id || columns.title;
  const auto take = [&](std::optional<std::size_t>& role, bool asked, std::size_t column) {
    if (asked) return;
    if (role) {
      throw UserError(fmt::format("{} has the columns '{}' and '{}', which say the same; leave one of them out",
                                  table.path.string(), table.columns[*role], table.columns[column]));
    }
    role = column;
  };
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    const std::string name = lower(table.columns[column]);
    if (name == "movieid") take(columns.id, film_is_asked, column);
    if (name == "title" || name == "name") take(columns.title, film_is_asked, column);
    if (name == "year") take(columns.year, format.year_column.has_value(), column);
    if (name == "rating") take(columns.rating, format.rating_column.has_value(), column);
    if (!columns.time && (name == "timestamp" || name == "time" || name == "date")) columns.time = column;
  }
  columns.guessed = (!columns.id && !columns.title) || !columns.rating;
  if (!columns.id && !columns.title) columns.title = common_column(table, "title");
  if (!columns.id && !columns.title) columns.id = common_column(table, "item");
  if (!columns.rating) columns.rating = common_column(table, "rating");
  if (!columns.rating || (!columns.id && !columns.title)) {
    throw UserError(fmt::format("{} needs a column movieId or title, and a column rating; it has {}; --item-column, --title-column and "
                                "--rating-column name them",
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
std::vector<Row> rows_of(Database& database, const TableFile& table, const Columns& columns) {
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

/// Whether a text begins with a date such as 2005-04-02: only such dates ascend as texts do.
bool is_date(std::string_view text) {
  constexpr std::string_view shape = "0000-00-00";
  if (text.size() < shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (shape[i] == '-' ? text[i] != '-' : text[i] < '0' || text[i] > '9') return false;
  return true;
}

/// Times as numbers that ascend with them: seconds, or the place of a date among all dates. A row without a time is older than any
/// other; where a time is neither, no row has one.
std::vector<double> times_of(const std::vector<Row>& rows) {
  std::vector<double> times;
  for (const Row& row : rows) {
    const auto number = parse_number(row.time);
    if (!number && !row.time.empty()) break;
    times.push_back(number.value_or(-std::numeric_limits<double>::infinity()));
  }
  if (times.size() == rows.size()) return times;
  if (!std::ranges::all_of(rows, [](const Row& row) { return row.time.empty() || is_date(row.time); }))
    return std::vector<double>(rows.size(), -std::numeric_limits<double>::infinity());
  std::vector<std::string_view> dates;
  for (const Row& row : rows) dates.push_back(row.time);
  std::ranges::sort(dates);
  times.clear();
  for (const Row& row : rows)
    times.push_back(static_cast<double>(std::ranges::lower_bound(dates, std::string_view(row.time)) - dates.begin()));
  return times;
}

}  // namespace

std::vector<FileRating> read_ratings_file(const std::filesystem::path& file, const RatingsFileFormat& format, std::string* guessed) {
  Database database({.threads = 1});
  TableFile table = inspect_table(database, file, {.quoted = format.quoted, .encoding = format.encoding});
  if (!format.encoding && !has_only_utf8(table)) table.parts.front().place.encoding = Encoding::cp1252;
  const Columns columns = columns_of(table, format);
  if (guessed && columns.guessed)
    *guessed = fmt::format("{}: {} are in the column '{}', ratings in '{}' (guessed by their names; --item-column, --title-column and "
                           "--rating-column say otherwise)",
                           file.string(), columns.title ? "titles" : "ids", table.columns[columns.title ? *columns.title : *columns.id],
                           table.columns[*columns.rating]);
  std::vector<FileRating> ratings;
  const std::vector<Row> rows = rows_of(database, table, columns);
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
