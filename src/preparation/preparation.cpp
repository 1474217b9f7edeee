// The way through the phases.
#include "preparation/preparation.h"

#include <fmt/format.h>

#include <filesystem>
#include <stdexcept>

#include "console/progress.h"
#include "database/expression.h"
#include "dataset/dataset_folder.h"
#include "preparation/failure.h"
#include "preparation/findings.h"
#include "preparation/pipeline.h"
#include "preparation/rejects.h"
#include "preparation/relations.h"
#include "preparation/selection.h"
#include "process/error.h"
#include "process/staged_folder.h"

namespace encore {
namespace {

namespace fs = std::filesystem;

DatasetSummary checked_settings(const PrepareSettings& settings) {
  DatasetSummary summary;
  if (!settings.years.empty()) summary.years = checked_years(settings.years);
  summary.where = settings.where;
  summary.min_user_ratings = settings.min_user_ratings;
  summary.min_item_ratings = settings.min_item_ratings;
  summary.scale = checked_scale(settings);
  summary.seed = static_cast<std::uint64_t>(settings.seed);
  summary.hold_out = settings.hold_out;
  summary.validation = settings.validation;
  if (settings.hold_out + settings.validation >= 1)
    throw UserError(fmt::format("--hold-out {} and --validation {} leave no training users; together they must be below 1",
                                settings.hold_out, settings.validation));
  return summary;
}

/// One run: the state that the phases share.
class Run {
 public:
  Run(const PrepareSettings& settings, Database& database, const fs::path& folder, const Output& output)
      : settings_(settings), database_(database), folder_(folder), output_(output), pipeline_(database, output) {}

  Preparation execute(DatasetSummary summary) {
    summary_ = std::move(summary);
    try {
      phase("load", [&] { return load(); });
      phase("ratings", [&] { return ratings(); });
      phase("movies", [&] { return movies(); });
      phase("integrate", [&] { return integrate(); });
      phase("statistics", [&] { return statistics(); });
      phase("arrays", [&] { return arrays(); });
    } catch (const SqlError& error) {
      explain(error, {settings_.source, folder_ / "spill", settings_.where});
    }
    return {std::move(summary_), phases_.all()};
  }

 private:
  template <class Step>
  void phase(const char* name, Step step) {
    pipeline_.set_phase(name);
    phases_.start(name);
    phases_.finish(step());
  }

  /// Finds out what the source is. Rows: those of the file, where finding out already took a look at each.
  std::int64_t load() {
    source_ = recognise_source(database_, settings_);
    summary_.format = source_.format;
    summary_.ratings_file = source_.ratings.path.filename().string();
    if (source_.movies) summary_.movies_file = source_.movies->path.filename().string();
    if (summary_.years && !source_.movies)
      throw UserError(fmt::format("--years needs titles, but {} has no file of films; name one with --movies", settings_.source));
    pipeline_.set_parameters(summary_);
    create_raw_ratings(database_, source_);
    create_raw_movies(database_, source_);
    pipeline_.run("reasons");
    pipeline_.run("ratings_parsed");
    pipeline_.run("movies_parsed");
    kinds_ = kinds_of_ids(database_, source_, settings_);
    create_typed(database_, kinds_);
    pipeline_.run("movies");
    return 0;
  }

  std::int64_t movies() { return database_.number("SELECT count(*) FROM movies").value_or(0); }

  std::int64_t ratings() {
    pipeline_.run("integrated");
    add_condition();
    pipeline_.run("ratings_read");
    const std::int64_t read = database_.number("SELECT count(*) FROM ratings_read").value_or(0);
    const std::int64_t malformed = malformed_lines(database_);
    if (malformed > 0) summary_.rejected[malformed_reason] = malformed;
    return summary_.rows = read + malformed;
  }

  /// The user's --where becomes the column `passes`; it has been checked to be an expression over these columns only.
  void add_condition() {
    if (!settings_.where.empty())
      require_expression(database_, settings_.where,
                         {{"movieId", kinds_.movie_is_number ? "BIGINT" : "VARCHAR"}, {"title", "VARCHAR"}, {"year", "INTEGER"},
                          {"genres", "VARCHAR"}, {"userId", kinds_.user_is_number ? "BIGINT" : "VARCHAR"}, {"rating", "DOUBLE"},
                          {"time", "BIGINT"}},
                         "--where");
    database_.run(fmt::format("CREATE VIEW integrated_filtered AS SELECT *, CAST(({}\n) AS BOOLEAN) AS passes FROM integrated",
                              settings_.where.empty() ? "true" : settings_.where));
  }

  std::int64_t integrate() {
    pipeline_.run("ratings_kept");
    deduplicate();
    refuse();
    narrow("ratings_of_frequent_items", "ratings_once", summary_.min_item_ratings, "movie has too few ratings");
    narrow("ratings_final", "ratings_of_frequent_items", summary_.min_user_ratings, "user has too few ratings");
    pipeline_.run("users");
    summary_.users = database_.number("SELECT count(*) FROM users").value_or(0);
    if (summary_.users == 0) throw UserError(nothing_left());
    pipeline_.run("item_stars");
    pipeline_.run("items");
    summary_.movies = database_.number("SELECT count(*) FROM items").value_or(0);
    return summary_.ratings = database_.number("SELECT sum(ratings) FROM users").value_or(0);
  }

  void deduplicate() {
    pipeline_.run("doubles");
    const std::int64_t doubles = database_.number("SELECT superseded FROM doubles").value_or(0);
    if (doubles == 0) return pipeline_.pass_on("ratings_once", "ratings_kept");
    pipeline_.run("ratings_once");
    pipeline_.run("superseded_rows");
    summary_.rejected[superseded_reason] = doubles;
  }

  /// Counts what did not stay, lists it on request, and stops here under --strict.
  void refuse() {
    pipeline_.run("refused");
    pipeline_.run("rejected_rows");
    collect_refused(database_, summary_);
    if (settings_.rejects) write_rejects(database_, summary_, *settings_.rejects);
    if (settings_.strict) require_no_rejects(database_, summary_, source_.ratings.path.string());
  }

  void narrow(const char* model, const char* from, std::int64_t least, const char* reason) {
    if (least <= 1) return pipeline_.pass_on(model, from);
    pipeline_.run(model);
    const auto gone = database_.number(fmt::format("SELECT (SELECT count(*) FROM {}) - (SELECT count(*) FROM {})", from, model));
    if (gone.value_or(0) > 0) summary_.filtered[reason] = *gone;
  }

  std::string nothing_left() const {
    if (summary_.rows == 0) return fmt::format("{} holds no ratings", source_.ratings.path.string());
    std::string reasons;
    for (const auto* counts : {&summary_.rejected, &summary_.filtered})
      for (const auto& [reason, rows] : *counts) reasons += fmt::format("{}{} {}", reasons.empty() ? "" : ", ", rows, reason);
    return fmt::format("{}: none of the {} ratings is left ({}); ask for less", source_.ratings.path.string(), summary_.rows, reasons);
  }

  std::int64_t statistics() {
    for (const char* model : {"star_histogram", "years", "most_rated"}) pipeline_.run(model);
    collect_statistics(database_, summary_);
    return summary_.ratings;
  }

  std::int64_t arrays() {
    pipeline_.write("SELECT item, movieId, title, year, genres, ratings, training_ratings FROM items ORDER BY item",
                    folder_ / "items.parquet");
    pipeline_.write("SELECT \"user\", userId, ratings, fold FROM users ORDER BY \"user\"", folder_ / "users.parquet");
    pipeline_.run("held_out_parts");
    pipeline_.run("arrays");
    const std::int64_t written = pipeline_.write(
        "SELECT \"user\", item, value, rating, time, part FROM arrays ORDER BY \"user\", item", folder_ / "ratings.parquet");
    if (written != summary_.ratings) throw std::logic_error("the written ratings are not the counted ones");
    Progress progress(output_, "fingerprint", "ratings", static_cast<double>(written));
    summary_.fingerprint = fingerprint_of(database_, folder_ / "ratings.parquet",
                                          [&](std::int64_t rows) { progress.update(static_cast<double>(rows)); });
    return written;
  }

  const PrepareSettings& settings_;
  Database& database_;
  const fs::path& folder_;
  const Output& output_;
  Pipeline pipeline_;
  Source source_;
  IdKinds kinds_;
  DatasetSummary summary_;
  Phases phases_;
};

}  // namespace

Preparation prepare_dataset(const PrepareSettings& settings, int threads, const Output& output) {
  const DatasetSummary summary = checked_settings(settings);
  const std::int64_t memory = database_memory(settings);
  StagedFolder staged(settings.output, is_dataset_folder(settings.output));
  const fs::path spill = staged.path() / "spill";
  Preparation preparation;
  {
    Database database({.memory_bytes = memory, .threads = threads, .temporary_directory = spill});
    preparation = Run(settings, database, staged.path(), output).execute(summary);
  }
  fs::remove_all(spill);
  write_file_whole(staged.path() / "dataset.json", to_json(preparation.summary));
  staged.commit();
  return preparation;
}

}  // namespace encore
