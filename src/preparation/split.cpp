// Files of held-out ratings are read as text, and every row must be one that can be used: a split is somebody's claim.
#include "preparation/split.h"

#include <fmt/format.h>

#include <algorithm>

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

/// The columns of a file as text, as a select.
std::string columns_of(Database& database, const HeldOutFile& file, const Source& source, bool implicit) {
  const bool parquet = file.path.ends_with(".parquet");
  const std::string from = parquet ? fmt::format("read_parquet({}, hive_partitioning = false)", sql_path(file.path))
                                   : fmt::format("read_csv({}, all_varchar = true, header = true, hive_partitioning = "
                                                 "false)",
                                                 sql_path(file.path));
  std::vector<std::string> names;
  try {
    const Rows rows = database.stream(fmt::format("SELECT * FROM {} LIMIT 0", from));
    for (std::size_t column = 0; column < rows.columns(); ++column) names.push_back(rows.column_name(column));
  } catch (const SqlError& error) {
    const std::string_view text = error.what();
    throw UserError(
        fmt::format("{} {} cannot be read: {}", file.option, file.path, text.substr(0, text.find('\n'))));
  }
  const auto column = [&](const std::string& name, bool required) -> std::string {
    if (std::ranges::find(names, name) != names.end()) {
      std::string quoted = "\"";
      for (const char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
      return fmt::format("trim(CAST({}\" AS VARCHAR))", quoted);
    }
    if (required)
      throw UserError(fmt::format("{} {} has no column '{}'; it must have the columns of the training ratings",
                                  file.option, file.path, name));
    return "NULL";
  };
  return fmt::format("SELECT {} AS u, {} AS m, {} AS r, {} AS t, {} AS held_out FROM {}",
                     column(source.user_column, true), column(source.item_column, true),
                     implicit || !source.rating_column ? "NULL" : column(*source.rating_column, true),
                     source.time_column ? column(*source.time_column, false) : "NULL",
                     file.held_out, from);
}

std::int64_t count(Database& database, const std::string& from) {
  return database.number("SELECT count(*) FROM " + from).value_or(0);
}

void require_usable(Database& database, const HeldOutFile& file) {
  Rows rows = database.stream(fmt::format("SELECT coalesce(u, '-'), coalesce(m, '-'), coalesce(r, '-') FROM "
                                          "held_out_typed WHERE held_out = {} AND (userId IS NULL OR movieId IS NULL "
                                          "OR rating IS NULL) LIMIT 1",
                                          file.held_out));
  if (!rows.next() || rows.size() == 0) return;
  throw UserError(fmt::format("{} {}: the row with user {}, film {} and rating {} cannot be used", file.option,
                              file.path, rows.text(0, 0), rows.text(1, 0), rows.text(2, 0)));
}

void read_files(Database& database, const PrepareSettings& settings, const Source& source,
                const Relations& relations, DatasetSummary& summary, const Output& output) {
  const std::vector<HeldOutFile> files = files_of(settings);
  std::string all;
  for (const HeldOutFile& file : files)
    all += (all.empty() ? "" : " UNION ALL ") + columns_of(database, file, source, summary.scale.implicit);
  const auto id = [](bool is_number, const char* from) {
    return is_number ? fmt::format("TRY_CAST({} AS BIGINT)", from) : fmt::format("nullif({}, '')", from);
  };
  const std::string rating = summary.scale.implicit
                                 ? "CAST(1 AS DOUBLE)"
                                 : fmt::format("CASE WHEN TRY_CAST(r AS DOUBLE) BETWEEN {} AND {} THEN TRY_CAST(r AS "
                                               "DOUBLE) END",
                                               summary.scale.minimum, summary.scale.maximum);
  database.run(fmt::format("CREATE TABLE held_out_typed AS SELECT u, m, r, {} AS userId, {} AS movieId, {} AS rating, "
                           "TRY_CAST(t AS BIGINT) AS time, CAST(held_out AS TINYINT) AS held_out FROM ({}) AS f",
                           id(relations.user_is_number, "u"), id(relations.movie_is_number, "m"), rating, all));
  for (const HeldOutFile& file : files) require_usable(database, file);
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
                   const Relations& relations, DatasetSummary& summary, const Output& output) {
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
    read_files(database, settings, source, relations, summary, output);
  }
  const char* const made = settings.split == "files"  ? "ratings_split_by_file"
                           : settings.split == "time" ? "ratings_split_by_time"
                                                      : "ratings_split_by_user";
  pipeline.run(made);
  pipeline.pass_on("ratings_split", made);
}

}  // namespace encore
