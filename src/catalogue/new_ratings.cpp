// The file is recognised and read as `prepare` reads one.
#include "catalogue/new_ratings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <map>
#include <memory>
#include <optional>

#include "database/database.h"
#include "preparation/column_roles.h"
#include "preparation/table_file.h"
#include "preparation/text_rows.h"
#include "process/error.h"
#include "settings/known_columns.h"
#include "settings/value_text.h"

namespace encore {
namespace {

/// The first column whose name is common for this.
std::optional<std::size_t> column_of(const TableFile& table, std::string_view role) {
  for (const auto& [known_role, names] : known_columns()) {
    if (known_role != role) continue;
    for (const std::string_view name : names)
      for (std::size_t column = 0; column < table.columns.size(); ++column)
        if (plain_column_name(table.columns[column]) == name) return column;
  }
  return std::nullopt;
}

struct Row {
  NewRating rating;
  std::string time;
};

/// Numbers by value, other texts by bytes, as dates such as 2005-04-02 ascend; no time is older than any.
bool is_later(const Row& a, const Row& b) {
  const auto left = parse_number(a.time), right = parse_number(b.time);
  if (left && right && *left != *right) return *left > *right;
  if (!(left && right) && a.time != b.time) return a.time > b.time;
  return a.rating.stars > b.rating.stars;
}

class RatingsReader {
 public:
  RatingsReader(const TableFile& table, const Dataset& dataset)
      : table_(table),
        dataset_(dataset),
        scale_(dataset.scale),
        columns_{column_of(table, "user"), column_of(table, "item"), column_of(table, "rating"), column_of(table, "time")} {
    const bool stars_lack = !scale_.implicit && !columns_[2];
    if (!columns_[0] || !columns_[1] || stars_lack)
      throw UserError(fmt::format("{} needs the columns userId, movieId{}, or others that are common for these; it has {}",
                                  table.path.string(), scale_.implicit ? "" : " and rating", fmt::join(table.columns, ", ")));
    if (scale_.implicit) columns_[2].reset();
  }

  std::vector<NewRating> read(Database& database) {
    std::string select;
    std::vector<std::size_t> used;
    for (const auto& column : columns_) {
      select += column ? fmt::format("CAST({} AS VARCHAR), ", sql_column(table_, table_.columns[*column])) : "NULL::VARCHAR, ";
      if (column) used.push_back(*column);
    }
    if (!table_.parquet) database.add_rows("new_ratings", std::make_shared<TextRows>(table_, used));
    Rows rows = database.stream(
        table_.parquet ? fmt::format("SELECT {} row_number() OVER () + 1, NULL::VARCHAR FROM {}", select, parquet_relation(table_))
                       : fmt::format("SELECT {} line, problem FROM new_ratings()", select));
    while (rows.next())
      for (std::size_t row = 0; row < rows.size(); ++row) take(rows, row);
    std::vector<NewRating> ratings;
    for (auto& [of, row] : latest_) ratings.push_back(std::move(row.rating));
    return ratings;
  }

 private:
  [[noreturn]] void refuse(std::int64_t line, const std::string& why) const {
    throw UserError(fmt::format("{}, line {}: {}", table_.path.string(), line, why));
  }

  void take(const Rows& rows, std::size_t at) {
    const std::int64_t line = rows.int64(4)[at];
    if (!rows.is_null(5, at)) refuse(line, std::string(rows.text(5, at)));
    const auto text = [&](std::size_t column) {
      const std::string_view all = rows.is_null(column, at) ? std::string_view() : rows.text(column, at);
      const auto first = all.find_first_not_of(' ');
      return first == std::string_view::npos ? std::string() : std::string(all.substr(first, all.find_last_not_of(' ') - first + 1));
    };
    Row row{{.user = text(0), .film = text(1), .line = line}, text(3)};
    if (row.rating.user.empty()) refuse(line, "there is no user");
    if (row.rating.film.empty()) refuse(line, "there is no film");
    if (!scale_.implicit) row.rating.stars = stars_of(text(2), line);
    if (dataset_.users.numeric_ids) make_plain(row.rating.user);
    if (dataset_.items.numeric_ids) make_plain(row.rating.film);
    const auto [of, is_first] = latest_.try_emplace({row.rating.user, row.rating.film}, row);
    if (!is_first && is_later(row, of->second)) of->second = std::move(row);
  }

  /// "012" is user 12 where ids are numbers.
  static void make_plain(std::string& id) {
    if (const auto number = parse_whole_number(id)) id = std::to_string(*number);
  }

  float stars_of(const std::string& text, std::int64_t line) const {
    const auto stars = parse_number(text);
    if (!stars) refuse(line, fmt::format("the rating \"{}\" is not a number", text));
    if (*stars < scale_.minimum || *stars > scale_.maximum)
      refuse(line, fmt::format("the rating {} is not on the model's scale from {} to {}", text, scale_.minimum, scale_.maximum));
    return static_cast<float>(*stars);
  }

  const TableFile& table_;
  const Dataset& dataset_;
  const RatingScale& scale_;
  std::array<std::optional<std::size_t>, 4> columns_;  ///< user, film, rating, time
  std::map<std::pair<std::string, std::string>, Row> latest_;
};

}  // namespace

std::vector<NewRating> read_new_ratings(const std::filesystem::path& file, const Dataset& dataset) {
  Database database({.threads = 1});
  TableFile table = inspect_table(database, file, {});
  if (!has_only_utf8(table)) table.parts.front().place.encoding = Encoding::cp1252;
  name_columns(table, true);
  return RatingsReader(table, dataset).read(database);
}

}  // namespace encore
