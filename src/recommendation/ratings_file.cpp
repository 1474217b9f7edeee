// Recognised as a file of ratings for `prepare` is, and read by DuckDB; which columns count is decided here.
#include "recommendation/ratings_file.h"
#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <span>
#include <string_view>
#include "database/database.h"
#include "preparation/byte_stream.h"
#include "preparation/table_file.h"
#include "process/error.h"
#include "settings/value_text.h"

namespace encore {
namespace {

struct Columns {
  std::optional<std::size_t> id, title, year, rating;
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
  }
  if (!columns.rating || (!columns.id && !columns.title)) {
    throw UserError(fmt::format("{} needs a column movieId or title, and a column rating; it has {}",
                                table.path.string(), fmt::join(table.columns, ", ")));
  }
  return columns;
}

/// The lines on which the rows of a text file begin, the header's being the first; blank lines are no rows, and quoted
/// fields may go over several.
std::vector<std::int64_t> lines_of_rows(const std::filesystem::path& file) {
  ByteStream stream(file);
  std::vector<std::int64_t> lines;
  std::vector<char> buffer(1 << 16);
  std::int64_t line = 1, begin = 1;
  bool quoted = false, blank = true;
  while (const std::size_t size = stream.read(buffer.data(), buffer.size())) {
    for (const char c : std::span(buffer).first(size)) {
      if (c == '"') quoted = !quoted;
      if (c != '\n') {
        blank = blank && c == '\r';
        continue;
      }
      ++line;
      if (quoted) continue;
      if (!blank) lines.push_back(begin);
      begin = line, blank = true;
    }
  }
  if (!blank) lines.push_back(begin);
  return lines;
}

struct Row {
  std::string id, title, year, stars;
};

std::vector<Row> rows_of(Database& database, const TableFile& table, const Columns& columns) {
  const auto text = [](const Rows& rows, std::optional<std::size_t> column, std::size_t row) {
    return column && !rows.is_null(*column, row) ? std::string(rows.text(*column, row)) : std::string();
  };
  std::vector<Row> all;
  Rows rows = database.stream("SELECT CAST(COLUMNS(*) AS VARCHAR) FROM " + table_relation(table));
  while (rows.next()) {
    for (std::size_t row = 0; row < rows.size(); ++row)
      all.push_back({text(rows, columns.id, row), text(rows, columns.title, row), text(rows, columns.year, row),
                     text(rows, columns.rating, row)});
  }
  return all;
}

/// DuckDB says "CSV Error on Line: 7", then lines with the row, a blank one and advice about its own options.
[[noreturn]] void unreadable(const TableFile& table, std::string_view text) {
  constexpr std::string_view place = "CSV Error on Line: ";
  const std::size_t at = text.find(place);
  const std::string path = table.path.string();
  if (at == std::string_view::npos)
    throw UserError(fmt::format("{} cannot be read: {}", path, text.substr(0, text.find('\n'))));
  const std::string_view rest = text.substr(at + place.size());
  const std::string_view line = rest.substr(0, rest.find_first_not_of("0123456789"));
  const auto says = [&](std::string_view part) { return text.find(part) != std::string_view::npos; };
  const char* why = "there are not as many fields as in the header; put fields that hold a separator in quotes";
  if (says("unterminated quote")) why = "a quote is opened and not closed; a quote inside of a field stands twice";
  if (says("line size")) why = "the line is longer than 2 MB; is this a file of ratings?";
  throw UserError(fmt::format("{}, line {}: {}", path, line, why));
}

/// Text that is not UTF-8 is Latin-1, as in older spreadsheets.
std::vector<Row> rows_of(Database& database, TableFile table) {
  const Columns columns = columns_of(table);
  for (;; table.latin1 = true) {
    try {
      return rows_of(database, table, columns);
    } catch (const SqlError& error) {
      const std::string_view text = error.what();
      if (table.latin1 || text.find("utf-8") == std::string_view::npos) unreadable(table, text);
    }
  }
}

}  // namespace

std::vector<FileRating> read_ratings_file(const std::filesystem::path& file) {
  Database database({.threads = 1});
  const TableFile table = inspect_table(database, file);
  const std::vector<std::int64_t> lines = table.parquet ? std::vector<std::int64_t>() : lines_of_rows(file);
  const std::vector<Row> rows = rows_of(database, table);
  std::vector<FileRating> ratings;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto& [id, title, year, stars] = rows[r];
    const std::int64_t line = r + 1 < lines.size() ? lines[r + 1] : static_cast<std::int64_t>(r) + 2;
    if (stars.empty()) continue;
    const auto number = parse_number(stars);
    if (!number)
      throw UserError(fmt::format("{}, line {}: the rating \"{}\" is not a number", file.string(), line, stars));
    FileRating rating{id.empty() ? title : id, !id.empty(), *number, line};
    if (rating.film.empty())
      throw UserError(fmt::format("{}, line {}: there is a rating but no film", file.string(), line));
    if (!rating.is_id && !year.empty() && !title.ends_with(')')) rating.film += fmt::format(" ({})", year);
    ratings.push_back(std::move(rating));
  }
  return ratings;
}

}  // namespace encore
