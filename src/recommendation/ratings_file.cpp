// The CSV is DuckDB's to read (quotes, separators, encodings); which columns count is decided here.
#include "recommendation/ratings_file.h"
#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include "database/database.h"
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

Columns columns_of(const Rows& rows, const std::filesystem::path& file) {
  Columns columns;
  std::vector<std::string> names;
  for (std::size_t column = 0; column < rows.columns(); ++column) {
    names.push_back(rows.column_name(column));
    const std::string name = lower(names.back());
    if (name == "movieid") columns.id = column;
    if (name == "title" || name == "name") columns.title = column;
    if (name == "year") columns.year = column;
    if (name == "rating") columns.rating = column;
  }
  if (!columns.rating || (!columns.id && !columns.title)) {
    throw UserError(fmt::format("{} needs a column movieId or title, and a column rating; it has {}", file.string(),
                                fmt::join(names, ", ")));
  }
  return columns;
}

std::string text_of(const Rows& rows, std::optional<std::size_t> column, std::size_t row) {
  return column && !rows.is_null(*column, row) ? std::string(rows.text(*column, row)) : std::string();
}

}  // namespace

std::vector<FileRating> read_ratings_file(const std::filesystem::path& file) {
  if (!std::filesystem::is_regular_file(file))
    throw UserError(fmt::format("{} cannot be read: there is no such file", file.string()));
  std::vector<FileRating> ratings;
  try {
    Database database({.threads = 1});
    Rows rows = database.stream("SELECT * FROM read_csv(?, all_varchar = true, header = true)", {file.string()});
    const Columns columns = columns_of(rows, file);
    std::int64_t line = 1;
    while (rows.next()) {
      for (std::size_t row = 0; row < rows.size(); ++row) {
        ++line;
        const std::string stars = text_of(rows, columns.rating, row);
        if (stars.empty()) continue;
        const auto number = parse_number(stars);
        if (!number)
          throw UserError(fmt::format("{}, line {}: the rating \"{}\" is not a number", file.string(), line, stars));
        FileRating rating{text_of(rows, columns.id, row), true, *number, line};
        if (rating.film.empty()) {
          rating = {text_of(rows, columns.title, row), false, *number, line};
          const std::string year = text_of(rows, columns.year, row);
          if (!year.empty() && !rating.film.ends_with(')')) rating.film += fmt::format(" ({})", year);
        }
        if (rating.film.empty())
          throw UserError(fmt::format("{}, line {}: there is a rating but no film", file.string(), line));
        ratings.push_back(std::move(rating));
      }
    }
  } catch (const SqlError& error) {
    const std::string_view text = error.what();
    throw UserError(fmt::format("{} cannot be read as CSV: {}", file.string(), text.substr(0, text.find('\n'))));
  }
  return ratings;
}

}  // namespace encore
