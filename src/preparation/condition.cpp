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

std::string type_in_conditions(const TableFile& file, const std::string& column) {
  return file.parquet ? file.types[file.number_of(column)] : "VARCHAR";
}

}  // namespace

void find_own_columns(Database& database, const std::string& where, Source& source) {
  if (where.empty()) return;
  std::vector<std::string>& own = source.own_columns;
  bool films = false;
  for (const std::string& name : columns_in_expression(database, where)) {
    if (is_one_of(of_ratings, name) || is_one_of(own, name)) continue;
    const auto column = std::ranges::find_if(source.ratings.columns, [&](const std::string& one) { return same_name(one, name); });
    const bool has = column != source.ratings.columns.end();
    if (is_one_of(of_films, name) && (source.movies || !has))
      films = true;
    else if (has)
      own.push_back(*column);
  }
  source.own_with_films = films && !own.empty();
}

void check_condition(Database& database, const PrepareSettings& settings, const Source& source, const Relations& relations) {
  if (settings.where.empty()) return;
  std::vector<ExpressionColumn> columns = {{"movieId", relations.movie_is_number ? "BIGINT" : "VARCHAR"},
                                           {"userId", relations.user_is_number ? "BIGINT" : "VARCHAR"},
                                           {"rating", "DOUBLE"},
                                           {"time", "BIGINT"}};
  for (const auto& [name, type] : {std::pair{"title", "VARCHAR"}, {"year", "INTEGER"}, {"genres", "VARCHAR"}})
    if (!is_one_of(source.own_columns, name)) columns.push_back({name, type});
  std::vector<std::string> names, types;  // kept while the columns point to them
  for (const std::string& column : source.ratings.columns) {
    const bool has_a_role = column == source.user_column || column == source.item_column || column == source.rating_column ||
                            column == source.time_column;
    const bool is_own = is_one_of(source.own_columns, column);
    if ((is_one_of(of_films, column) && !is_own) || is_one_of(of_ratings, column)) continue;
    if (has_a_role && !is_own) continue;
    names.push_back(column), types.push_back(type_in_conditions(source.ratings, column));
  }
  for (std::size_t i = 0; i < names.size(); ++i) columns.push_back({names[i], types[i]});
  require_expression(database, settings.where, columns, "--where");
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
    aside += fmt::format(", r.{0} AS encore_{0}", name);
    back += fmt::format(", encore_{0} AS {0}", name);
  }
  for (std::size_t i = 0; i < source.own_columns.size(); ++i)
    own += fmt::format(", r.own.c{} AS {}", i, sql_name(source.own_columns[i]));
  std::string films, join, otherwise;
  if (source.own_with_films && source.movies) {
    for (const std::string_view name : of_films)
      if (!is_one_of(source.own_columns, name)) films += fmt::format(", m.{}", name);
    films += ", m.movieId IS NULL AS encore_unknown";
    join = " LEFT JOIN movies AS m ON r.movieId = m.movieId";
    otherwise = "encore_unknown OR ";
  } else if (source.own_with_films) {  // as create_movies has it without a table
    for (const auto& [name, value] :
         {std::pair{"title", "CAST(r.movieId AS VARCHAR)"}, {"year", "CAST(NULL AS INT)"}, {"genres", "''"}})
      if (!is_one_of(source.own_columns, name)) films += fmt::format(", {} AS {}", value, name);
  }
  database.run(
      fmt::format("CREATE VIEW ratings_typed AS SELECT userId, movieId, rating, time{}, {}coalesce(CAST(({}\n) AS BOOLEAN), FALSE) "
                  "AS passes FROM (SELECT r.userId, r.movieId, r.rating, r.time{}{}{} FROM ratings_unjudged AS r{}) AS r",
                  back, otherwise, settings.where, aside, own, films, join));
}

}  // namespace encore
