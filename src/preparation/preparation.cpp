// The way through the phases.
#include "preparation/preparation.h"

#include <fmt/format.h>

#include <cassert>
#include <filesystem>

#include "dataset/dataset_folder.h"
#include "dataset/fingerprint.h"
#include "preparation/pipeline.h"
#include "preparation/relations.h"
#include "preparation/selection.h"
#include "process/error.h"
#include "process/staged_folder.h"

namespace encore {
namespace {

namespace fs = std::filesystem;

DatasetSummary checked_settings(const PrepareSettings& settings) {
  DatasetSummary summary;
  if (!settings.years.empty()) summary.years = parse_years(settings.years);
  summary.where = settings.where;
  summary.min_user_ratings = settings.min_user_ratings;
  summary.min_item_ratings = settings.min_item_ratings;
  summary.scale = parse_scale(settings);
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
    phase("load", [&] { return load(); });
    phase("ratings", [&] { return ratings(); });
    phase("movies", [&] { return movies(); });
    phase("integrate", [&] { return integrate(); });
    phase("statistics", [&] { return statistics(); });
    phase("arrays", [&] { return arrays(); });
    return {std::move(summary_), phases_.all()};
  }

 private:
  template <class Step>
  void phase(const char* name, Step step) {
    pipeline_.set_phase(name);
    phases_.start(name);
    phases_.finish(step());
  }

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
    pipeline_.run("ratings_parsed");
    pipeline_.run("movies_parsed");
    create_typed(database_, kinds_of_ids(database_, source_, settings_));
    return 0;
  }

  std::int64_t movies() { return database_.number("SELECT count(*) FROM movies").value_or(0); }

  std::int64_t ratings() {
    pipeline_.run("movies");
    pipeline_.run("integrated");
    database_.run("CREATE VIEW integrated_filtered AS SELECT *, true AS passes FROM integrated");
    pipeline_.run("ratings_read");
    const std::int64_t read = database_.number("SELECT count(*) FROM ratings_read").value_or(0);
    const std::int64_t malformed =
        database_.number("SELECT count(DISTINCT line) FROM line_errors WHERE scan_id = (SELECT max(scan_id) FROM line_scans)")
            .value_or(0);
    if (malformed > 0) summary_.rejected["malformed line"] = malformed;
    return summary_.rows = read + malformed;
  }

  std::int64_t integrate() {
    pipeline_.run("ratings_kept");
    pipeline_.run("doubles");
    const std::int64_t doubles = database_.number("SELECT superseded FROM doubles").value_or(0);
    if (doubles > 0) {
      pipeline_.run("ratings_once");
      summary_.rejected["superseded by a later rating"] = doubles;
    } else {
      pipeline_.pass_on("ratings_once", "ratings_kept");
    }
    narrow("ratings_of_frequent_items", "ratings_once", summary_.min_item_ratings, "film has too few ratings");
    narrow("ratings_final", "ratings_of_frequent_items", summary_.min_user_ratings, "user has too few ratings");
    pipeline_.run("users");
    pipeline_.run("item_stars");
    pipeline_.run("items");
    summary_.users = database_.number("SELECT count(*) FROM users").value_or(0);
    summary_.movies = database_.number("SELECT count(*) FROM items").value_or(0);
    summary_.ratings = database_.number("SELECT sum(ratings) FROM users").value_or(0);
    return summary_.ratings;
  }

  void narrow(const char* model, const char* from, std::int64_t least, const char* reason) {
    if (least <= 1) return pipeline_.pass_on(model, from);
    pipeline_.run(model);
    const auto gone = database_.number(fmt::format("SELECT (SELECT count(*) FROM {}) - (SELECT count(*) FROM {})", from, model));
    if (gone.value_or(0) > 0) summary_.filtered[reason] = *gone;
  }

  std::int64_t statistics() {
    pipeline_.run("refused");
    Rows rows = database_.stream("SELECT kind, reason, n FROM refused");
    while (rows.next())
      for (std::size_t row = 0; row < rows.size(); ++row) {
        auto& counts = rows.text(0, row) == "rejected" ? summary_.rejected : summary_.filtered;
        counts[std::string(rows.text(1, row))] = rows.int64(2)[row];
      }
    return summary_.rows;
  }

  std::int64_t arrays() {
    pipeline_.write("SELECT item, movieId, title, year, genres, ratings, training_ratings FROM items ORDER BY item",
                    folder_ / "items.parquet");
    pipeline_.write("SELECT user, userId, ratings, fold FROM users ORDER BY user", folder_ / "users.parquet");
    pipeline_.run("held_out_parts");
    pipeline_.run("arrays");
    return pipeline_.write("SELECT user, item, value, rating, time, part FROM arrays ORDER BY user, item",
                           folder_ / "ratings.parquet");
  }

  const PrepareSettings& settings_;
  Database& database_;
  const fs::path& folder_;
  const Output& output_;
  Pipeline pipeline_;
  Source source_;
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
