// Own columns travel as one struct, `own`, through the texts that know nothing of them.
#include "preparation/condition.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "database/expression.h"
#include "process/error.h"

namespace encore {
namespace {

constexpr std::array<std::string_view, 3> of_films = {"title", "year", "genres"};
constexpr std::array<std::string_view, 4> of_ratings = {"userId", "movieId", "rating", "time"};

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

template <class Names>
bool is_one_of(const Names& names, std::string_view name) {
  return std::ranges::any_of(names, [&](std::string_view one) { return same_name(one, name); });
}

std::string type_of(const TableFile& file, const std::string& column) {
  return file.parquet ? file.types[file.number_of(column)] : "VARCHAR";
}

}  // namespace

std::vector<std::string> own_columns_of_condition(Database& database, const std::string& where, const TableFile& ratings) {
  std::vector<std::string> own;
  if (where.empty()) return own;
  for (const std::string& name : columns_in_expression(database, where)) {
    if (is_one_of(of_films, name) || is_one_of(of_ratings, name) || is_one_of(own, name)) continue;
    const auto column = std::ranges::find_if(ratings.columns, [&](const std::string& one) { return same_name(one, name); });
    if (column != ratings.columns.end()) own.push_back(*column);
  }
  return own;
}

void check_condition(Database& database, const PrepareSettings& settings, const Source& source, const Relations& relations) {
  if (settings.where.empty()) return;
  std::vector<ExpressionColumn> columns = {{"movieId", relations.movie_is_number ? "BIGINT" : "VARCHAR"},
                                           {"title", "VARCHAR"},
                                           {"year", "INTEGER"},
                                           {"genres", "VARCHAR"},
                                           {"userId", relations.user_is_number ? "BIGINT" : "VARCHAR"},
                                           {"rating", "DOUBLE"},
                                           {"time", "BIGINT"}};
  std::vector<std::string> names, types;  // kept while the columns point to them
  for (const std::string& column : source.ratings.columns) {
    const bool has_a_role = column == source.user_column || column == source.item_column || column == source.rating_column ||
                            column == source.time_column;
    if (is_one_of(of_films, column) || is_one_of(of_ratings, column)) continue;
    if (has_a_role && !is_one_of(source.own_columns, column)) continue;
    names.push_back(column), types.push_back(type_of(source.ratings, column));
  }
  for (std::size_t i = 0; i < names.size(); ++i) columns.push_back({names[i], types[i]});
  require_expression(database, settings.where, columns, "--where");
  if (source.own_columns.empty()) return;
  for (const std::string& name : columns_in_expression(database, settings.where))
    if (is_one_of(of_films, name))
      throw UserError(fmt::format("--where: '{}' is known of films only and cannot stand in one condition with '{}', which the table of "
                                  "ratings has; --years chooses by the year",
                                  name, source.own_columns.front()));
}

void judge_ratings(Database& database, const PrepareSettings& settings, const Source& source) {
  if (source.own_columns.empty()) {
    database.run("CREATE VIEW ratings_typed AS SELECT * EXCLUDE (own), TRUE AS passes FROM ratings_unjudged");
    return;
  }
  // The condition sees nothing but what it may name; all else has another name meanwhile.
  const std::array<std::string_view, 8> others = {"has_time",      "malformed",   "user_source", "movie_source",
                                                  "rating_source", "time_source", "line",        "problem"};
  std::string aside, back, own;
  for (const std::string_view name : others) {
    aside += fmt::format(", {0} AS encore_{0}", name);
    back += fmt::format(", encore_{0} AS {0}", name);
  }
  for (std::size_t i = 0; i < source.own_columns.size(); ++i)
    own += fmt::format(", own.c{} AS {}", i, sql_name(source.own_columns[i]));
  database.run(
      fmt::format("CREATE VIEW ratings_typed AS SELECT userId, movieId, rating, time{}, coalesce(CAST(({}\n) AS BOOLEAN), FALSE) "
                  "AS passes FROM (SELECT userId, movieId, rating, time{}{} FROM ratings_unjudged) AS r",
                  back, settings.where, aside, own));
}

}  // namespace encore
