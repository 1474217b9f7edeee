// Files of held-out ratings are read as SOURCE is, and every row must be one that can be used: a split is somebody's claim.
#include "preparation/split.h"

#include <fmt/format.h>

#include <algorithm>

#include "preparation/column_roles.h"
#include "preparation/sql_model.h"
#include "process/error.h"

namespace encore {
namespace {

struct HeldOutFile {
  const char* option;
  std::string path;
  int held_out;  ///< 3 validation, 4 test
};

std::vector<HeldOutFile> files_of(const PrepareSettings& settings) {
  std::vector<HeldOutFile> files;
  if (settings.test_ratings) files.push_back({"--test-ratings", *settings.test_ratings, 4});
  if (settings.validation_ratings) files.push_back({"--validation-ratings", *settings.validation_ratings, 3});
  return files;
}

/// The file as a table with the columns of the training ratings. A time need not be there.
Source source_of(Database& database, const HeldOutFile& file, const PrepareSettings& settings, const Source& training, bool implicit,
                 const std::filesystem::path& spool_folder) {
  Source source = training;
  source.own_columns.clear();
  try {
    source.ratings = inspect_table(database, file.path, reading_of(settings, spool_folder));
  } catch (const UserError& error) {
    throw UserError(fmt::format("{}: {}", file.option, error.what()));
  }
  if (training.format == "table" || training.format == "movielens-csv")
    name_columns(source.ratings, !settings.no_header);
  else
    source.ratings.columns = training.ratings.columns, source.ratings.header = false;
  const auto require = [&](const std::string& name) {
    if (!source.ratings.has(name))
      throw UserError(fmt::format("{} {} has no column '{}'; it must have the columns of the training ratings", file.option,
                                  file.path, name));
  };
  require(source.user_column);
  require(source.item_column);
  if (implicit) source.rating_column.reset();
  if (source.rating_column) require(*source.rating_column);
  if (source.time_column && !source.ratings.has(*source.time_column)) source.time_column.reset();
  return source;
}

/// The ratings of a file, read and understood as those of SOURCE, as a table of its own: held_out_of_3, held_out_of_4.
std::string parse_file(Database& database, const HeldOutFile& file, const Source& source) {
  const std::string raw = fmt::format("raw_held_out_{}", file.held_out), parsed = fmt::format("held_out_{}", file.held_out);
  database.run(fmt::format("CREATE VIEW {} AS {}", raw, select_raw_ratings(database, source, fmt::format("file_{}", raw).c_str())));
  database.run(fmt::format("CREATE TABLE {} AS {}", parsed, sql_text_over("ratings_parsed", "raw_ratings", raw)));
  return parsed;
}

std::int64_t count(Database& database, const std::string& from) {
  return database.number("SELECT count(*) FROM " + from).value_or(0);
}

void require_usable(Database& database, const HeldOutFile& file, const TableFile& table) {
  Rows rows = database.stream(
      fmt::format("SELECT line, problem, concat_ws(', ', coalesce(u, ''), coalesce(m, ''), coalesce(r, '')) FROM held_out_typed "
                  "WHERE held_out = {} AND (malformed OR userId IS NULL OR movieId IS NULL OR rating IS NULL) "
                  "ORDER BY line NULLS LAST, u, m, r LIMIT 1",
                  file.held_out));
  if (!rows.next() || rows.size() == 0) return;
  const std::string place = rows.is_null(0, 0) ? "" : place_of_line(table, rows.int64(0)[0]) + ": ";
  if (!rows.is_null(1, 0)) throw UserError(fmt::format("{} {}: {}{}", file.option, file.path, place, rows.text(1, 0)));
  throw UserError(fmt::format("{} {}: {}the row '{}' (user, item, rating) cannot be used", file.option, file.path, place, rows.text(2, 0)));
}

void read_files(Database& database, const PrepareSettings& settings, const Source& source,
                const Relations& relations, DatasetSummary& summary, const Output& output, const std::filesystem::path& spool_folder) {
  const std::vector<HeldOutFile> files = files_of(settings);
  const RatingScale& scale = summary.scale;
  const std::string rating =
      scale.implicit ? "CAST(1 AS DOUBLE)"
                     : fmt::format("CASE WHEN rating BETWEEN {} AND {} THEN rating END", scale.minimum, scale.maximum);
  std::string all;
  std::vector<TableFile> tables;
  for (const HeldOutFile& file : files) {
    const Source held_out = source_of(database, file, settings, source, summary.scale.implicit, spool_folder);
    all += fmt::format("{}SELECT user_source AS u, movie_source AS m, rating_source AS r, {} AS userId, {} AS movieId, {} AS rating, time, "
                       "CAST({} AS TINYINT) AS held_out, malformed, line, problem FROM {}",
                       all.empty() ? "" : " UNION ALL ", user_id_expression(relations, settings), movie_id_expression(relations, settings),
                       rating, file.held_out, parse_file(database, file, held_out));
    tables.push_back(held_out.ratings);
  }
  database.run("CREATE TABLE held_out_typed AS " + all);
  for (std::size_t i = 0; i < files.size(); ++i) require_usable(database, files[i], tables[i]);
  database.run(
      "CREATE TABLE held_out_rows AS SELECT userId, movieId, rating, time, held_out FROM (SELECT *, row_number() OVER "
      "(PARTITION BY userId, movieId ORDER BY held_out DESC, time DESC NULLS LAST, rating DESC) AS place FROM "
      "held_out_typed) AS numbered WHERE place = 1");
  const std::int64_t rows = count(database, "held_out_typed"), once = count(database, "held_out_rows");
  const std::int64_t users = count(
      database, "(SELECT DISTINCT userId FROM held_out_rows WHERE userId NOT IN (SELECT userId FROM ratings_final))");
  const std::int64_t films = count(
      database,
      "(SELECT DISTINCT movieId FROM held_out_rows WHERE movieId NOT IN (SELECT movieId FROM ratings_final))");
  const std::int64_t known = count(database,
                                   "held_out_rows WHERE userId IN (SELECT userId FROM ratings_final) AND movieId IN "
                                   "(SELECT movieId FROM ratings_final)");
  const std::int64_t both = count(database,
                                  "held_out_rows AS h SEMI JOIN ratings_final AS r ON h.userId = r.userId AND "
                                  "h.movieId = r.movieId");
  summary.rows += rows;
  if (rows > once) summary.rejected["held out twice"] = rows - once;
  if (once > known) summary.filtered["held out, unknown to training"] = once - known;
  if (both > 0) summary.filtered["held out, but in training too"] = both;
  if (once > known) {
    Rows named = database.stream(
        "SELECT CAST(userId AS VARCHAR), CAST(movieId AS VARCHAR) FROM held_out_rows WHERE userId NOT IN (SELECT "
        "userId FROM ratings_final) OR movieId NOT IN (SELECT movieId FROM ratings_final) ORDER BY userId, movieId "
        "LIMIT 3");
    std::string examples;
    while (named.next())
      for (std::size_t row = 0; row < named.size(); ++row)
        examples += fmt::format("{}user {} film {}", examples.empty() ? "" : ", ", named.text(0, row), named.text(1, row));
    output.warn(fmt::format("{} held-out ratings are of {} users and {} films that training does not know, and are left "
                            "out: {}{}",
                            once - known, users, films, examples, once - known > 3 ? ", ..." : ""));
  }
  if (both > 0)
    output.warn(fmt::format("{} held-out ratings are training ratings too; they stay in training only", both));
}

}  // namespace

void check_split(const PrepareSettings& settings, DatasetSummary& summary) {
  summary.split = settings.split;
  const bool files = settings.split == "files";
  if (files && !settings.test_ratings)
    throw UserError("--split files needs --test-ratings: the ratings to be found");
  for (const HeldOutFile& file : files_of(settings))
    if (!files) throw UserError(fmt::format("{} goes with --split files", file.option));
  if (files || settings.split == "last") {
    if (settings.validation > 0)
      throw UserError(fmt::format("--validation {} does nothing with --split {}; {}", settings.validation,
                                  settings.split,
                                  files ? "name --validation-ratings" : "the last rating but one is held out for it"));
    if (settings.hold_out != PrepareSettings().hold_out)
      throw UserError(fmt::format("--hold-out {} does nothing with --split {}", settings.hold_out, settings.split));
    summary.hold_out = summary.validation = 0;
  }
}

void split_ratings(Database& database, Pipeline& pipeline, const PrepareSettings& settings, const Source& source,
                   const Relations& relations, DatasetSummary& summary, const Output& output, const std::filesystem::path& spool_folder) {
  if (settings.split == "users") {
    pipeline.run("ratings_unsplit");
    return pipeline.pass_on("ratings_split", "ratings_unsplit");
  }
  const bool by_time = settings.split != "ratings" && settings.split != "files";
  if (by_time && database.number("SELECT count(time) FROM ratings_final").value_or(0) == 0)
    throw UserError(fmt::format("--split {} needs times, but {} has none; name their column with --time-column, or "
                                "take --split ratings",
                                settings.split, settings.source));
  if (settings.split == "files") {
    if (summary.counts)
      throw UserError("--split files does not go with counts, whose scale is known at the end only; say --implicit");
    read_files(database, settings, source, relations, summary, output, spool_folder);
  }
  const char* const made = settings.split == "files"  ? "ratings_split_by_file"
                           : settings.split == "time" ? "ratings_split_by_time"
                                                      : "ratings_split_by_user";
  pipeline.run(made);
  pipeline.pass_on("ratings_split", made);
}

}  // namespace encore
