// Views over the source's files.
#include "preparation/relations.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "console/one_line.h"
#include "preparation/canonical_file.h"
#include "preparation/selection.h"
#include "preparation/sql_model.h"
#include "preparation/text_rows.h"
#include "process/error.h"

namespace encore {
namespace {

/// Of a Parquet column; text files have none.
std::string type_of(const TableFile& file, const std::string& column) {
  return file.types.empty() ? "VARCHAR" : file.types[file.number_of(column)];
}

/// Whole numbers of at most 64 bits with a sign.
bool is_whole(const std::string& type) {
  static const std::array<std::string_view, 7> names = {"TINYINT",   "SMALLINT",  "INTEGER", "BIGINT",
                                                        "UTINYINT", "USMALLINT", "UINTEGER"};
  return std::ranges::find(names, type) != names.end();
}
bool is_float(const std::string& type) { return type == "DOUBLE" || type == "FLOAT"; }
bool is_time(const std::string& type) { return type.starts_with("TIMESTAMP") || type == "DATE"; }
bool is_number(const std::string& type) {
  return is_whole(type) || is_float(type) || type.starts_with("DECIMAL") || type == "UBIGINT" || type == "HUGEINT";
}

/// Seconds of a number in the unit that the user named, or in the one that its size tells (as sql/10 does it).
std::string seconds_of(const std::string& number, std::int64_t divisor) {
  if (divisor == 1) return number;
  std::string unit = std::to_string(divisor);
  if (divisor == 0)
    unit = fmt::format(
        "(CASE WHEN abs({0}) < 100000000000 THEN 1 WHEN abs({0}) < 100000000000000 THEN 1000 "
        "WHEN abs({0}) < 100000000000000000 THEN 1000000 ELSE 1000000000 END)",
        number);
  return fmt::format("CAST(floor(({0} - (({0} % {1}) + {1}) % {1}) / {1} + 0.5) AS BIGINT)", number, unit);
}

/// Without the earliest times of 64 bits (as sql/10 has it).
std::string subtractable(const std::string& number) {
  return fmt::format("(CASE WHEN {0} > -9223372035000000000 THEN {0} END)", number);
}

/// Whole seconds since 1970 of a timestamp or date. The double that epoch() gives would round the last nanoseconds of a second up.
std::string seconds_of_time(const std::string& name, const std::string& type) {
  if (type == "TIMESTAMP_NS") return seconds_of(subtractable(fmt::format("epoch_ns({})", name)), 1'000'000'000);
  return fmt::format("CAST(floor(epoch({})) AS BIGINT)", name);
}

std::string as_text(const TableFile& file, const std::optional<std::string>& column, const char* otherwise) {
  if (!column) return otherwise;
  std::string name = sql_column(file, *column);
  if (!file.parquet) return name;
  const std::string type = type_of(file, *column);
  return fmt::format("CAST({} AS VARCHAR)", is_time(type) ? seconds_of_time(name, type) : name);
}

/// Whole numbers are ids; of floats (as pandas makes them of a column in which a value is missing) those that are whole.
std::string typed_id(const TableFile& file, const std::string& column) {
  const std::string name = sql_name(column);
  if (is_whole(type_of(file, column))) return fmt::format("CAST({} AS BIGINT)", name);
  return fmt::format("CASE WHEN {0} = floor({0}) AND abs({0}) < 9e18 THEN CAST({0} AS BIGINT) END", name);
}

/// An id as text: numbers as they are written without a point.
std::string id_as_text(const TableFile& file, const std::string& column) {
  const std::string name = sql_name(column), type = type_of(file, column);
  if (!file.parquet || !is_number(type)) return as_text(file, column, "");
  if (is_float(type)) return fmt::format("CAST({} AS VARCHAR)", typed_id(file, column));
  if (type.starts_with("DECIMAL"))
    return fmt::format("CASE WHEN {0} = floor({0}) THEN CAST(CAST({0} AS HUGEINT) AS VARCHAR) END", name);
  return fmt::format("CAST({} AS VARCHAR)", name);
}

/// A FLOAT goes through its shortest text, so that 0.9 does not become 0.8999999761581421 and fall out of a scale.
std::string typed_rating(const TableFile& file, const std::optional<std::string>& column) {
  if (!column) return "CAST(1 AS DOUBLE)";
  const std::string type = type_of(file, *column), name = sql_name(*column);
  const std::string number = type == "FLOAT" ? fmt::format("TRY_CAST(CAST({} AS VARCHAR) AS DOUBLE)", name)
                                             : fmt::format("CAST({} AS DOUBLE)", name);
  return fmt::format("CASE WHEN isfinite({0}) THEN {0} END", number);
}

/// A column of times as a whole number in its own unit; nothing for times that are timestamps.
std::optional<std::string> time_number(const TableFile& file, const std::string& column) {
  const std::string type = type_of(file, column), name = sql_name(column);
  if (is_time(type)) return std::nullopt;
  if (type == "BIGINT") return subtractable(name);
  if (!is_float(type)) return fmt::format("CAST({} AS BIGINT)", name);
  return fmt::format("CASE WHEN abs({0}) < 9e18 THEN CAST(floor({0}) AS BIGINT) END", name);
}

std::string typed_time(const TableFile& file, const std::optional<std::string>& column, std::int64_t divisor) {
  if (!column) return "CAST(NULL AS BIGINT)";
  if (const auto number = time_number(file, *column)) return seconds_of(*number, divisor);
  return seconds_of_time(sql_name(*column), type_of(file, *column));
}

std::string genres_expression(const Source& source) {
  if (source.genre_flags.empty()) return as_text(*source.movies, source.genres_column, "NULL");
  std::string list;
  for (const auto& genre : source.genre_flags)
    list += fmt::format(", CASE WHEN {} = '1' THEN {} END", sql_column(*source.movies, genre), sql_literal(genre));
  return fmt::format("concat_ws('|'{})", list);
}

/// What the user's condition asks for, as one value that passes through the texts.
std::string own_struct(const Source& source) {
  if (source.own_columns.empty()) return "NULL";
  std::string fields;
  for (std::size_t i = 0; i < source.own_columns.size(); ++i)
    fields += fmt::format("{}c{} := {}", i == 0 ? "" : ", ", i, sql_column(source.ratings, source.own_columns[i]));
  return fmt::format("struct_pack({})", fields);
}

void create_view(Database& database, const char* name, const std::string& select) {
  database.run(fmt::format("CREATE VIEW {} AS {}", name, select));
}

/// Parquet whose columns have types that leave nothing to check but NaN and what is no whole number.
bool is_typed_parquet(const Source& source) {
  const TableFile& file = source.ratings;
  const auto counts = [&](const std::string& column) {
    return is_whole(type_of(file, column)) || is_float(type_of(file, column));
  };
  return file.parquet && counts(source.user_column) && counts(source.item_column) &&
         (!source.rating_column || is_number(type_of(file, *source.rating_column))) &&
         (!source.time_column || counts(*source.time_column) || is_time(type_of(file, *source.time_column)));
}

/// Half stars within the scale, or no stars, which are all 1. Others are left to the check of each row.
bool has_no_flaw(const Source& source, const CanonicalScan& scan, const RatingScale& scale) {
  if (!source.rating_column) return scale.minimum <= 1 && 1 <= scale.maximum;
  return scan.half_stars && static_cast<double>(scan.fewest_halves) / 2 >= scale.minimum &&
         static_cast<double>(scan.most_halves) / 2 <= scale.maximum;
}

/// Of a canonical file: every value is there and is what it should be.
void create_canonical_ratings(Database& database, const Source& source, const CanonicalScan& scan, bool narrow,
                              std::int64_t divisor) {
  const TableFile& file = source.ratings;
  database.add_rows("ratings_file", std::make_shared<CanonicalRows>(source, scan, narrow));
  const auto name = [&](const std::optional<std::string>& column, const char* otherwise) {
    return column ? sql_column(file, *column) : std::string(otherwise);
  };
  const auto text = [&](const std::optional<std::string>& column) {
    return fmt::format("CAST({} AS VARCHAR)", name(column, "NULL"));
  };
  create_view(
      database, "ratings_unjudged",
      fmt::format("SELECT {} AS userId, {} AS movieId, {} AS rating, {} AS time, FALSE AS has_time, FALSE AS "
                  "malformed, {} AS user_source, {} AS movie_source, {} AS rating_source, {} AS time_source, line, "
                  "CAST(NULL AS VARCHAR) AS problem, NULL AS own FROM ratings_file()",
                  sql_column(file, source.user_column), sql_column(file, source.item_column),
                  name(source.rating_column, "CAST(1 AS DOUBLE)"),
                  source.time_column ? seconds_of(sql_column(file, *source.time_column), divisor) : "CAST(NULL AS BIGINT)",
                  text(source.user_column), text(source.item_column), text(source.rating_column),
                  text(source.time_column)));
}

void create_typed_ratings(Database& database, const Source& source, const TableFile& file, std::int64_t divisor) {
  const auto text = [&](const std::optional<std::string>& column) {
    return column ? fmt::format("CAST({} AS VARCHAR)", sql_name(*column)) : std::string("CAST(NULL AS VARCHAR)");
  };
  std::string has_time = "FALSE";  // what may be out of range
  if (source.time_column && is_float(type_of(file, *source.time_column)))
    has_time = fmt::format("coalesce(NOT isnan({}), false)", sql_name(*source.time_column));
  if (source.time_column && type_of(file, *source.time_column) == "BIGINT")
    has_time = fmt::format("{} IS NOT NULL", sql_name(*source.time_column));
  create_view(
      database, "ratings_unjudged",
      fmt::format("SELECT {} AS userId, {} AS movieId, {} AS rating, {} AS time, {} AS has_time, FALSE AS "
                  "malformed, {} AS user_source, {} AS movie_source, {} AS rating_source, {} AS time_source, "
                  "CAST(NULL AS BIGINT) AS line, CAST(NULL AS VARCHAR) AS problem, {} AS own FROM {}",
                  typed_id(file, source.user_column), typed_id(file, source.item_column),
                  typed_rating(file, source.rating_column), typed_time(file, source.time_column, divisor),
                  has_time,
                  text(source.user_column), text(source.item_column),
                  text(source.rating_column), text(source.time_column), own_struct(source), parquet_relation(file)));
}

constexpr const char* no_lines =  // of Parquet
    "FALSE AS malformed, CAST(NULL AS BIGINT) AS line, CAST(NULL AS VARCHAR) AS problem";

/// "malformed, line, problem FROM …": the file's rows, of which these columns are used.
std::string rows_with_lines(Database& database, const TableFile& file, const char* name,
                            const std::vector<std::string>& used) {
  if (file.parquet) return fmt::format("{} FROM {}", no_lines, parquet_relation(file));
  std::vector<std::size_t> numbers;
  for (const std::string& column : used) numbers.push_back(file.number_of(column));
  database.add_rows(name, std::make_shared<TextRows>(file, std::move(numbers)));
  return fmt::format("malformed, line, problem FROM {}()", name);
}

void create_text_ratings(Database& database, const Source& source) {
  create_view(database, "raw_ratings", select_raw_ratings(database, source, "ratings_file"));
  create_view(database, "ratings_parsed", std::string(sql_model("ratings_parsed").text));
}

/// Whether the ids of a column are numbers: as the user says; always in MovieLens' formats without a header; else when
/// every one of them is a whole number as it was written, so that none changes and no two become one.
struct KindOfIds {
  const char* name;
  std::string column;
  bool is_number;

  std::string expression(const PrepareSettings& settings) const {
    if (!is_number) return fmt::format("{}_text", name);
    return settings.ids == "number" ? fmt::format("COALESCE({0}_number, {0}_digits)", name)
                                    : fmt::format("{}_number", name);
  }
};

/// When nearly all ids are numbers, a few others may be damage, and the order of text is not that of numbers.
void remark_on_text(Database& database, const KindOfIds& ids, std::int64_t all, std::int64_t numbers,
                    Relations& relations) {
  if (ids.is_number || numbers == all || numbers * 10 < all * 9) return;  // numbers == all: text came with events or held-out files
  Rows rows = database.stream(fmt::format(
      "SELECT min({0}_text) FROM ratings_parsed WHERE {0}_number IS NULL AND {0}_text IS NOT NULL AND NOT malformed",
      ids.name));
  while (rows.next())
    relations.remarks.push_back(
        fmt::format("{} of {} values of the column '{}' are no whole numbers ('{}' is one of them), so its ids are "
                    "text; --ids number would reject these rows",
                    all - numbers, all, ids.column, one_line(std::string(rows.text(0, 0)))));
}

void find_kinds_of_ids(Database& database, const Source& source, const PrepareSettings& settings, const OtherIds& others,
                       Relations& relations) {
  KindOfIds user{"user", source.user_column, settings.ids != "text"}, movie{"movie", source.item_column, user.is_number};
  const bool of_movielens = source.format == "movielens-1m" || source.format == "movielens-100k";
  if (settings.ids == "auto" && !of_movielens) {
    std::array<std::int64_t, 4> counts{};
    {
      Rows rows = database.stream(
          "SELECT count(user_text), count(user_number), count(movie_text), count(movie_number) FROM ratings_parsed "
          "WHERE NOT malformed");
      while (rows.next())
        for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = rows.int64(i)[0];
    }
    user.is_number = counts[0] == counts[1] && !others.text_users;
    movie.is_number = counts[2] == counts[3] && !others.text_movies;
    remark_on_text(database, user, counts[0], counts[1], relations);
    remark_on_text(database, movie, counts[2], counts[3], relations);
  }
  relations.user_is_number = user.is_number, relations.movie_is_number = movie.is_number;
  create_view(database, "ratings_unjudged",
              fmt::format("SELECT {} AS userId, {} AS movieId, rating, time, has_time, malformed, user_source, "
                          "movie_source, rating_source, time_source, line, problem, own FROM ratings_parsed",
                          user.expression(settings), movie.expression(settings)));
}

/// Says it when times are no seconds.
void remark_on_times(Database& database, const Source& source, const PrepareSettings& settings,
                     const std::optional<CanonicalScan>& scan, Relations& relations) {
  if (!source.time_column || settings.time_unit != "auto") return;
  std::int64_t largest = 0;
  if (scan) {
    largest = scan->largest_time;
  } else if (!relations.typed) {
    largest = database.number("SELECT max(time_number) FROM ratings_parsed").value_or(0);
  } else if (const auto number = time_number(source.ratings, *source.time_column)) {
    largest = database.number(fmt::format("SELECT max({}) FROM {}", *number, parquet_relation(source.ratings))).value_or(0);
  }
  if (largest < 100'000'000'000) return;
  const char* unit = largest < 100'000'000'000'000       ? "milliseconds"
                     : largest < 100'000'000'000'000'000 ? "microseconds"
                                                         : "nanoseconds";
  relations.remarks.push_back(fmt::format("times of the column '{}' such as {} are taken as {}; --time-unit decides otherwise",
                                          *source.time_column, largest, unit));
}

/// raw_movies: the films under the ids that the ratings have. A film that the map lacks is in no rating; lines that name none stay, to be
/// counted. Throws UserError for a line of the map that is none.
void map_movies(Database& database, const TableFile& map) {
  const std::string rows = rows_with_lines(database, map, "item_map_file", {map.columns[0], map.columns[1]});
  database.run(fmt::format("CREATE TABLE item_map AS SELECT TRIM(BOTH ' ' FROM {}) AS ratings_id, TRIM(BOTH ' ' FROM {}) AS films_id, {}",
                           id_as_text(map, map.columns[0]), id_as_text(map, map.columns[1]), rows));
  {
    Rows bad = database.stream("SELECT line, problem FROM item_map WHERE malformed ORDER BY line LIMIT 1");
    while (bad.next())
      if (bad.size() > 0)
        throw UserError(fmt::format("--item-map {}: {}: {}", map.path.string(), place_of_line(map, bad.int64(0)[0]), bad.text(1, 0)));
  }
  {
    Rows twice = database.stream("SELECT ratings_id, min(films_id), max(films_id) FROM item_map WHERE NOT malformed AND ratings_id <> '' "
                                 "GROUP BY ratings_id HAVING count(DISTINCT films_id) > 1 ORDER BY ratings_id LIMIT 1");
    while (twice.next())
      if (twice.size() > 0)
        throw UserError(fmt::format("--item-map {}: {} leads to several films ({}, {}); leave one of them", map.path.string(),
                                    twice.text(0, 0), twice.text(1, 0), twice.text(2, 0)));
  }
  create_view(database, "raw_movies",
              "SELECT m.ratings_id AS movieId, t.title, t.genres, t.year, t.malformed, t.line, t.problem FROM raw_movies_of_table AS t "
              "JOIN (SELECT DISTINCT ratings_id, films_id FROM item_map) AS m ON TRIM(BOTH ' ' FROM t.movieId) = m.films_id "
              "UNION ALL SELECT movieId, title, genres, year, malformed, line, problem FROM raw_movies_of_table "
              "WHERE malformed OR movieId IS NULL OR TRIM(BOTH ' ' FROM movieId) = ''");
}

}  // namespace

std::string select_raw_ratings(Database& database, const Source& source, const char* rows_name) {
  const TableFile& file = source.ratings;
  std::vector<std::string> used = {source.user_column, source.item_column};
  for (const auto& column : {source.rating_column, source.time_column})
    if (column) used.push_back(*column);
  used.insert(used.end(), source.own_columns.begin(), source.own_columns.end());
  return fmt::format("SELECT {} AS userId, {} AS movieId, {} AS rating, {} AS time, {} AS own, {}", id_as_text(file, source.user_column),
                     id_as_text(file, source.item_column), as_text(file, source.rating_column, "'1'"),
                     as_text(file, source.time_column, "CAST(NULL AS VARCHAR)"), own_struct(source),
                     rows_with_lines(database, file, rows_name, used));
}

std::string user_id_expression(const Relations& relations, const PrepareSettings& settings) {
  return KindOfIds{"user", {}, relations.user_is_number}.expression(settings);
}

std::string movie_id_expression(const Relations& relations, const PrepareSettings& settings) {
  return KindOfIds{"movie", {}, relations.movie_is_number}.expression(settings);
}

Relations create_ratings(Database& database, const Source& source, const PrepareSettings& settings, bool allow_typed,
                         const OtherIds& others) {
  Relations relations;
  const std::int64_t divisor = time_divisor(settings);
  std::optional<CanonicalScan> scan;
  const bool others_fit = settings.ids == "number" || !(others.text_users || others.text_movies);
  if (allow_typed && settings.ids != "text" && others_fit) {
    if (source.own_columns.empty()) scan = scan_canonical(source);
    if (scan) {
      relations.typed = true;
      relations.ascending = scan->ascending;
      relations.flawless = has_no_flaw(source, *scan, source.counts ? open_scale() : checked_scale(settings));
      // A condition of the user's computes with these columns, and must not meet the end of 32 bits.
      const bool seconds = divisor == 0 && scan->largest_time < 100'000'000'000;
      create_canonical_ratings(database, source, *scan, settings.where.empty(), seconds ? 1 : divisor);
    } else if (is_typed_parquet(source)) {
      relations.typed = true;
      create_typed_ratings(database, source, source.ratings, divisor);
    }
  }
  if (!relations.typed) {
    create_text_ratings(database, source);
    find_kinds_of_ids(database, source, settings, others, relations);
  }
  remark_on_times(database, source, settings, scan, relations);
  return relations;
}

void create_movies(Database& database, const Source& source, const PrepareSettings& settings, bool movie_is_number) {
  if (!source.movies) {
    create_view(
        database, "movies_typed",
        "SELECT movieId, CAST(movieId AS VARCHAR) AS title, CAST(NULL AS INT) AS year, '' AS genres, "
        "'' AS movie_source, FALSE AS malformed, CAST(NULL AS BIGINT) AS line, CAST(NULL AS VARCHAR) AS problem FROM "
        "movie_counts");
    return;
  }
  const TableFile& file = *source.movies;
  std::vector<std::string> used = source.genre_flags;
  used.insert(used.end(), {source.movie_id_column, source.title_column});
  for (const auto& column : {source.genres_column, source.year_column})
    if (column) used.push_back(*column);
  const bool mapped = source.item_map.has_value();
  create_view(database, mapped ? "raw_movies_of_table" : "raw_movies",
              fmt::format("SELECT {} AS movieId, {} AS title, {} AS genres, {} AS year, {}",
                          id_as_text(file, source.movie_id_column), as_text(file, source.title_column, ""),
                          genres_expression(source), as_text(file, source.year_column, "CAST(NULL AS VARCHAR)"),
                          rows_with_lines(database, file, "movies_file", used)));
  if (mapped) map_movies(database, *source.item_map);
  create_view(database, "movies_parsed", std::string(sql_model("movies_parsed").text));
  create_view(database, "movies_typed",
              fmt::format("SELECT {} AS movieId, title, year, genres, movie_source, malformed, line, problem FROM "
                          "movies_parsed",
                          KindOfIds{"movie", source.movie_id_column, movie_is_number}.expression(settings)));
}

std::string id_text(const TableFile& file, const std::string& column) { return id_as_text(file, column); }

std::string file_rows(Database& database, const TableFile& file, const char* name, const std::vector<std::string>& used) {
  return rows_with_lines(database, file, name, used);
}

}  // namespace encore
