// Views over the source's files.
#include "preparation/relations.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "preparation/canonical_file.h"
#include "preparation/selection.h"
#include "preparation/sql_model.h"

namespace encore {
namespace {

/// Of a Parquet column; text files have none.
std::string type_of(const TableFile& file, const std::string& column) {
  const auto found = std::ranges::find(file.columns, column);
  return file.types.empty() ? "VARCHAR" : file.types[static_cast<std::size_t>(found - file.columns.begin())];
}

bool is_whole(const std::string& type) { return type.ends_with("INT") || type == "INTEGER" || type == "UINTEGER"; }
bool is_time(const std::string& type) { return type.starts_with("TIMESTAMP") || type == "DATE"; }
bool is_number(const std::string& type) {
  return is_whole(type) || type == "DOUBLE" || type == "FLOAT" || type.starts_with("DECIMAL");
}

std::string as_text(const TableFile& file, const std::optional<std::string>& column, const char* otherwise) {
  if (!column) return otherwise;
  std::string name = sql_name(*column);
  if (!file.parquet) return name;
  if (is_time(type_of(file, *column))) return fmt::format("CAST(CAST(floor(epoch({})) AS BIGINT) AS VARCHAR)", name);
  return fmt::format("CAST({} AS VARCHAR)", name);
}

std::string typed_id(const std::string& column) {
  return fmt::format("CASE WHEN {0} >= 0 THEN TRY_CAST({0} AS BIGINT) END", sql_name(column));
}

/// A FLOAT goes through its shortest text, so that 0.9 does not become 0.8999999761581421 and fall out of a scale.
std::string typed_rating(const TableFile& file, const std::optional<std::string>& column) {
  if (!column) return "CAST(1 AS DOUBLE)";
  const std::string type = type_of(file, *column), name = sql_name(*column);
  const std::string number = type == "FLOAT" ? fmt::format("TRY_CAST(CAST({} AS VARCHAR) AS DOUBLE)", name)
                                             : fmt::format("CAST({} AS DOUBLE)", name);
  return fmt::format("CASE WHEN isfinite({0}) THEN {0} END", number);
}

std::string typed_time(const TableFile& file, const std::optional<std::string>& column) {
  if (!column) return "CAST(NULL AS BIGINT)";
  if (is_time(type_of(file, *column))) return fmt::format("CAST(floor(epoch({})) AS BIGINT)", sql_name(*column));
  return fmt::format("CAST({} AS BIGINT)", sql_name(*column));
}

std::string genres_expression(const Source& source) {
  if (source.genre_flags.empty()) return as_text(*source.movies, source.genres_column, "NULL");
  std::string list;
  for (const auto& genre : source.genre_flags)
    list += fmt::format(", CASE WHEN {} = '1' THEN {} END", sql_name(genre), sql_literal(genre));
  return fmt::format("concat_ws('|'{})", list);
}

void create_view(Database& database, const char* name, const std::string& select) {
  database.run(fmt::format("CREATE VIEW {} AS {}", name, select));
}

/// Parquet whose columns have types that leave nothing to check but signs and NaN.
bool is_typed_parquet(const Source& source) {
  const TableFile& file = source.ratings;
  return file.parquet && is_whole(type_of(file, source.user_column)) && is_whole(type_of(file, source.item_column)) &&
         (!source.rating_column || is_number(type_of(file, *source.rating_column))) &&
         (!source.time_column || is_whole(type_of(file, *source.time_column)) ||
          is_time(type_of(file, *source.time_column)));
}

/// The file with the types that scan_canonical has shown to fit: half as wide where they can be (`narrow`), because the
/// rows are kept, and what does not fit into memory is compressed, written and read again.
TableFile with_types(const Source& source, const CanonicalScan& scan, bool narrow) {
  const auto whole = [&](std::int64_t largest) {
    return narrow && largest <= std::numeric_limits<std::int32_t>::max() ? "INTEGER" : "BIGINT";
  };
  const char* stars = narrow && scan.half_stars ? "FLOAT" : "DOUBLE";
  TableFile file = source.ratings;
  for (const auto& column : file.columns) {
    const bool time = column == source.time_column;
    file.types.push_back(column == source.rating_column ? stars : whole(time ? scan.largest_time : scan.largest_id));
  }
  return file;
}

/// Half stars within the scale, or no stars, which are all 1. Others are left to the check of each row.
bool has_no_flaw(const Source& source, const CanonicalScan& scan, const RatingScale& scale) {
  if (!source.rating_column) return scale.minimum <= 1 && 1 <= scale.maximum;
  return scan.half_stars && static_cast<double>(scan.fewest_halves) / 2 >= scale.minimum &&
         static_cast<double>(scan.most_halves) / 2 <= scale.maximum;
}

/// Of a canonical file: every value is there and is what it should be.
void create_canonical_ratings(Database& database, const Source& source, const TableFile& file) {
  const auto name = [](const std::optional<std::string>& column, const char* otherwise) {
    return column ? sql_name(*column) : std::string(otherwise);
  };
  const auto text = [](const std::optional<std::string>& column) {
    return column ? fmt::format("CAST({} AS VARCHAR)", sql_name(*column)) : std::string("CAST(NULL AS VARCHAR)");
  };
  create_view(
      database, "ratings_typed",
      fmt::format("SELECT {} AS userId, {} AS movieId, {} AS rating, {} AS time, FALSE AS has_time, FALSE AS "
                  "malformed, {} AS user_source, {} AS movie_source, {} AS rating_source, {} AS time_source "
                  "FROM {}",
                  sql_name(source.user_column), sql_name(source.item_column),
                  name(source.rating_column, "CAST(1 AS DOUBLE)"), name(source.time_column, "CAST(NULL AS BIGINT)"),
                  text(source.user_column), text(source.item_column), text(source.rating_column),
                  text(source.time_column), table_relation(file)));
}

void create_typed_ratings(Database& database, const Source& source, const TableFile& file) {
  const auto text = [&](const std::optional<std::string>& column) {
    return column ? fmt::format("CAST({} AS VARCHAR)", sql_name(*column)) : std::string("CAST(NULL AS VARCHAR)");
  };
  create_view(
      database, "ratings_typed",
      fmt::format("SELECT {} AS userId, {} AS movieId, {} AS rating, {} AS time, FALSE AS has_time, FALSE AS "
                  "malformed, {} AS user_source, {} AS movie_source, {} AS rating_source, {} AS time_source FROM {}",
                  typed_id(source.user_column), typed_id(source.item_column), typed_rating(file, source.rating_column),
                  typed_time(file, source.time_column), text(source.user_column), text(source.item_column),
                  text(source.rating_column), text(source.time_column), table_relation(file)));
}

/// Bad lines are kept apart in the table line_errors. DuckDB's strict mode finds more of them (too many fields) but
/// cannot read a file that mixes \\n with \\r\\n.
void create_text_ratings(Database& database, const Source& source) {
  const TableFile& file = source.ratings;
  create_view(
      database, "raw_ratings",
      fmt::format("SELECT {} AS userId, {} AS movieId, {} AS rating, {} AS time, FALSE AS malformed FROM {}",
                  as_text(file, source.user_column, ""), as_text(file, source.item_column, ""),
                  as_text(file, source.rating_column, "'1'"),
                  as_text(file, source.time_column, "CAST(NULL AS VARCHAR)"),
                  table_relation(file, fmt::format(", strict_mode={}, store_rejects=true, rejects_table='line_errors', "
                                                   "rejects_scan='line_scans'",
                                                   !file.parquet && !has_mixed_line_ends(file)))));
  create_view(database, "ratings_parsed", std::string(sql_model("ratings_parsed").text));
}

/// As the user says; always numbers in MovieLens' formats; else what most values of the column are.
void find_kinds_of_ids(Database& database, const Source& source, const PrepareSettings& settings,
                       Relations& relations) {
  if (settings.ids != "auto") {
    relations.user_is_number = relations.movie_is_number = settings.ids == "number";
  } else if (source.format == "table") {
    Rows rows = database.stream(
        "SELECT 2 * count(user_number) >= count(user_text), 2 * count(movie_number) >= count(movie_text) FROM "
        "ratings_parsed");
    while (rows.next()) relations.user_is_number = rows.boolean(0, 0), relations.movie_is_number = rows.boolean(1, 0);
  }
  create_view(
      database, "ratings_typed",
      fmt::format("SELECT {} AS userId, {} AS movieId, rating, time, has_time, malformed, user_source, movie_source, "
                  "rating_source, time_source FROM ratings_parsed",
                  relations.user_is_number ? "user_number" : "user_text",
                  relations.movie_is_number ? "movie_number" : "movie_text"));
}

}  // namespace

Relations create_ratings(Database& database, const Source& source, const PrepareSettings& settings, bool allow_typed) {
  Relations relations;
  if (allow_typed && settings.ids != "text") {
    if (const auto scan = scan_canonical(source)) {
      relations.typed = true;
      relations.ascending = scan->ascending;
      relations.flawless = has_no_flaw(source, *scan, checked_scale(settings));
      // A condition of the user's computes with these columns, and must not meet the end of 32 bits.
      create_canonical_ratings(database, source, with_types(source, *scan, settings.where.empty()));
    } else if (is_typed_parquet(source)) {
      relations.typed = true;
      create_typed_ratings(database, source, source.ratings);
    }
  }
  if (!relations.typed) {
    create_text_ratings(database, source);
    find_kinds_of_ids(database, source, settings, relations);
  }
  return relations;
}

void create_movies(Database& database, const Source& source, bool movie_is_number) {
  if (!source.movies) {
    create_view(
        database, "movies_typed",
        "SELECT movieId, CAST(movieId AS VARCHAR) AS title, CAST(NULL AS INT) AS year, '' AS genres FROM movie_counts");
    return;
  }
  const TableFile& file = *source.movies;
  create_view(database, "raw_movies",
              fmt::format("SELECT {} AS movieId, {} AS title, {} AS genres FROM {}",
                          as_text(file, source.movie_id_column, ""), as_text(file, source.title_column, ""),
                          genres_expression(source), table_relation(file, ", strict_mode=false, ignore_errors=true")));
  create_view(database, "movies_parsed", std::string(sql_model("movies_parsed").text));
  create_view(database, "movies_typed",
              fmt::format("SELECT {} AS movieId, title, year, genres FROM movies_parsed",
                          movie_is_number ? "movie_number" : "movie_text"));
}

}  // namespace encore
