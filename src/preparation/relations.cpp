// Views over the source's files.
#include "preparation/relations.h"

#include <fmt/format.h>

namespace encore {
namespace {

std::string as_text(const TableFile& file, const std::optional<std::string>& column, const char* otherwise) {
  if (!column) return otherwise;
  return file.parquet ? fmt::format("CAST({} AS VARCHAR)", sql_name(*column)) : sql_name(*column);
}

/// ML-100K marks genres by 0/1 columns; elsewhere they are one column.
std::string genres_expression(const Source& source) {
  if (source.format != "movielens-100k") return as_text(*source.movies, source.genres_column, "NULL");
  std::string list;
  for (std::size_t column = 5; column < source.movies->columns.size(); ++column) {
    const std::string& genre = source.movies->columns[column];
    list += fmt::format("{}CASE WHEN {} = '1' THEN {} END", list.empty() ? "" : ", ", sql_name(genre), sql_literal(genre));
  }
  return fmt::format("concat_ws('|', {})", list);
}

}  // namespace

void create_raw_ratings(Database& database, const Source& source) {
  const TableFile& file = source.ratings;
  database.run(fmt::format(
      "CREATE VIEW raw_ratings AS SELECT {} AS userId, {} AS movieId, {} AS rating, {} AS time FROM {}",
      as_text(file, source.user_column, ""), as_text(file, source.item_column, ""), as_text(file, source.rating_column, "'1'"),
      as_text(file, source.time_column, "CAST(NULL AS VARCHAR)"),
      table_relation(file, ", strict_mode=false, store_rejects=true, rejects_table='line_errors', rejects_scan='line_scans'")));
}

void create_raw_movies(Database& database, const Source& source) {
  if (!source.movies) {
    database.run("CREATE VIEW raw_movies AS SELECT DISTINCT movieId, movieId AS title, CAST(NULL AS VARCHAR) AS genres FROM raw_ratings");
    return;
  }
  const TableFile& file = *source.movies;
  database.run(fmt::format("CREATE VIEW raw_movies AS SELECT {} AS movieId, {} AS title, {} AS genres FROM {}",
                           as_text(file, source.movie_id_column, ""), as_text(file, source.title_column, ""),
                           genres_expression(source), table_relation(file, ", strict_mode=false, ignore_errors=true")));
}

IdKinds kinds_of_ids(Database& database, const Source& source, const PrepareSettings& settings) {
  if (settings.ids != "auto") return {settings.ids == "number", settings.ids == "number"};
  if (source.format.starts_with("movielens")) return {};
  Rows rows = database.stream(
      "SELECT 2 * count(user_number) >= count(user_text), 2 * count(movie_number) >= count(movie_text) FROM ratings_parsed");
  IdKinds kinds;
  while (rows.next()) kinds = {rows.boolean(0, 0), rows.boolean(1, 0)};
  return kinds;
}

void create_typed(Database& database, IdKinds kinds) {
  const char* user = kinds.user_is_number ? "user_number" : "user_text";
  const char* movie = kinds.movie_is_number ? "movie_number" : "movie_text";
  database.run(fmt::format("CREATE VIEW ratings_typed AS SELECT {} AS userId, {} AS movieId, rating, time, has_time, user_source, movie_source, "
                           "rating_source, time_source FROM ratings_parsed",
                           user, movie));
  database.run(fmt::format("CREATE VIEW movies_typed AS SELECT {} AS movieId, title, year, genres FROM movies_parsed", movie));
}

}  // namespace encore
