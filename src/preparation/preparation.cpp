// The way through the phases.
#include "preparation/preparation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <memory>
#include <stdexcept>

#include "console/progress.h"
#include "digest/checksums.h"
#include "folder/dataset_folder.h"
#include "folder/item_features_file.h"
#include "preparation/condition.h"
#include "preparation/failure.h"
#include "preparation/item_features.h"
#include "preparation/events_source.h"
#include "preparation/findings.h"
#include "preparation/losses.h"
#include "preparation/pipeline.h"
#include "preparation/protocol.h"
#include "preparation/rejects.h"
#include "preparation/relations.h"
#include "preparation/seen_source.h"
#include "preparation/selection.h"
#include "preparation/source_files.h"
#include "preparation/split.h"
#include "process/error.h"
#include "process/staged_file.h"
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
    throw UserError(
        fmt::format("--hold-out {} and --validation {} leave no training users; together they must be below 1",
                    settings.hold_out, settings.validation));
  check_split(settings, summary);
  std::vector<std::string> files{settings.source};
  files.insert(files.end(), settings.more_sources.begin(), settings.more_sources.end());
  for (const auto* more : {&settings.movies, &settings.events, &settings.seen, &settings.test_ratings, &settings.validation_ratings,
                           &settings.item_map, &settings.item_features, &settings.item_vectors})
    if (*more) files.push_back(**more);
  require_outside(settings.output, files);
  summary.protocol = settings.protocol.value_or("");
  return summary;
}

/// One run: the state that the phases share.
class Run {
 public:
  Run(const PrepareSettings& settings, Database& database, const fs::path& folder, const Output& output,
      const PreparationObserver& observer)
      : settings_(settings),
        database_(database),
        folder_(folder),
        output_(output),
        observer_(observer),
        pipeline_(database, output) {}

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
    } catch (const DatabaseOutOfMemory& error) {
      if (!error.own_limit()) throw;
      throw UserError("the memory does not suffice; give more --memory or fewer --threads");
    }
    return {std::move(summary_), phases_.all(), pipeline_.plans()};
  }

  /// The list of --rejects, written but not in its place yet; null when none was asked for.
  std::unique_ptr<StagedFile> take_rejects() { return std::move(rejects_); }

 private:
  template <class Step>
  void phase(const char* name, Step step) {
    pipeline_.set_phase(name);
    if (observer_.on_start) observer_.on_start(name);
    phases_.start(name);
    const Phase& done = phases_.finish(step());
    if (observer_.on_phase) observer_.on_phase(done);
  }

  /// Finds out what the source is and scans it once.
  std::int64_t load() {
    source_ = recognise_source(database_, settings_, folder_);
    summary_.format = source_.format;
    const auto name = [](const fs::path& path) { return (path.has_filename() ? path : path.parent_path()).filename().string(); };
    summary_.ratings_file = summary_.protocol == "lightgcn" ? "train.txt" : name(source_.ratings.path);
    if (source_.movies) summary_.movies_file = name(source_.movies->path);
    if (summary_.years && !source_.movies)
      throw UserError(
          fmt::format("--years needs titles, but {} has no file of films; name one with --movies", settings_.source));
    for (const std::string& remark : source_.remarks) output_.remark(remark);
    if (settings_.item_features) features_ = find_feature_table(database_, settings_);
    if (settings_.item_features || settings_.item_vectors)  // before the work: its mistakes are found at once
      create_item_features(database_, features_, settings_.item_vectors, settings_.item_column);
    seen_ = find_seen_table(database_, settings_, folder_);
    if (seen_)
      for (const std::string& remark : seen_->remarks) output_.remark(remark);
    use_counts();
    pipeline_.set_parameters(summary_, settings_);
    pipeline_.run("reasons");
    find_own_columns(database_, settings_.where, source_);
    if (settings_.events) events_ = std::make_unique<EventsSource>(*settings_.events);
    relations_ = create_ratings(database_, source_, settings_, true, events_ ? events_->ids() : OtherIds{});
    for (const std::string& remark : relations_.remarks) output_.remark(remark);
    check_condition(database_, settings_, source_, relations_);
    if (source_.own_with_films && source_.movies) make_movies();
    judge_ratings(database_, settings_, source_);
    check_rows();
    if (events_) join_events();
    if (events_ || seen_)
      seen_refused_ = create_sightings(database_, pipeline_, settings_, seen_, events_ != nullptr, relations_);
    pipeline_.run("ratings_read");
    return summary_.rows = count("ratings_read");
  }

  /// A column of counts may have been found by its name.
  void use_counts() {
    find_counts();
    if (settings_.count != "log") return;
    if (!summary_.counts)
      throw UserError("--count log is for counts; name their column with --count-column, or count rows with --repeats count");
    summary_.scale.log_counts = true;
  }

  void find_counts() {
    summary_.counts = source_.counts || asks_for_counts(settings_);
    source_.counts = summary_.counts;
    if (asks_for_counts(settings_)) return;
    if (summary_.counts && !settings_.scale && settings_.repeats != "last" && settings_.repeats != "max") {
      summary_.scale = open_scale();
    } else {
      source_.counts = summary_.counts = false;  // whoever names a scale means ratings
      require_liked_on_scale(summary_.scale, settings_);
    }
  }

  std::int64_t ratings() {
    pipeline_.run("ratings_valid");
    pipeline_.run("movie_counts");
    pipeline_.run("reason_counts");
    return valid_ = database_.number("SELECT sum(ratings) FROM movie_counts").value_or(0);
  }

  std::int64_t movies() {
    if (!has_movies_) make_movies();
    count_rejected_films();
    return count("movies");
  }

  void make_movies() {
    create_movies(database_, source_, settings_, relations_.movie_is_number);
    pipeline_.run("movies");
    has_movies_ = true;
  }

  void count_rejected_films() {
    pipeline_.run("rejected_films");
    Rows rows = database_.stream("SELECT reason, count(*) FROM rejected_films GROUP BY reason");
    while (rows.next())
      for (std::size_t row = 0; row < rows.size(); ++row)
        summary_.rejected_films[std::string(rows.text(0, row))] = rows.int64(1)[row];
  }

  std::int64_t integrate() {
    pipeline_.run("movies_rated");
    pipeline_.run("refused");
    collect_refused(database_, summary_);
    if (summary_.rejected.contains("rating is out of scale")) range_ = range_of_ratings(database_);
    filter();
    deduplicate();
    report_rejects();
    if (summary_.protocol == "recbole") {
      narrow_to_core();
    } else {
      narrow("ratings_of_frequent_items", "ratings_once", summary_.min_item_ratings, "movie has too few ratings");
      narrow("ratings_final", "ratings_of_frequent_items", summary_.min_user_ratings, "user has too few ratings");
    }
    if (summary_.protocol == "liang") {
      split_as_liang(database_, pipeline_, settings_, summary_, folder_);
    } else {
      split_ratings(database_, pipeline_, settings_, source_, relations_, summary_, output_, folder_);
      pipeline_.run("users");
    }
    summary_.users = count("users");
    if (summary_.users == 0) {
      publish_rejects();
      throw UserError(nothing_left());
    }
    pipeline_.run("item_stars");
    if (summary_.counts) set_scale_of_counts();
    pipeline_.run("items");
    summary_.movies = count("items");
    return summary_.ratings = database_.number("SELECT sum(ratings) FROM users").value_or(0);
  }

  /// Where a look at every byte has found no flaw, no row has a reason not to be a rating, and none is asked for.
  void check_rows() {
    if (!relations_.flawless) return pipeline_.run("ratings_checked");
    database_.run(
        "CREATE VIEW ratings_checked AS SELECT userId, movieId, rating, time, CAST(0 AS TINYINT) AS reason, "
        "user_source, movie_source, rating_source, time_source, line, problem FROM ratings_typed");
  }

  void join_events() {
    events_->join(database_, pipeline_, relations_, source_.rating_column.has_value());
    relations_.ascending = false;  // the log's ratings stand behind the source's
  }

  /// Without films or conditions that leave ratings out, there is nothing to copy.
  void filter() {
    const std::int64_t in_films =
        database_.number("SELECT sum(ratings) FROM movies_rated WHERE reason = 0").value_or(0);
    const bool judged = settings_.where.empty() || !source_.own_columns.empty();  // while the rows were read
    if (judged && in_films == valid_) return pipeline_.pass_on("ratings_kept", "ratings_valid");
    pipeline_.run("integrated");
    database_.run(
        fmt::format("CREATE VIEW integrated_filtered AS SELECT *, CAST(({}\n) AS BOOLEAN) AS passes FROM integrated",
                    judged ? "true" : settings_.where));
    pipeline_.run("ratings_kept");
    if (const std::int64_t left_out = in_films - count("ratings_kept"); left_out > 0)
      summary_.filtered["outside the condition"] += left_out;
    database_.run("DELETE FROM ratings_read");  // gives the memory back
  }

  void deduplicate() {
    if (relations_.ascending) return pipeline_.pass_on("ratings_once", "ratings_kept");
    pipeline_.run("doubles");
    const std::int64_t doubles = database_.number("SELECT superseded FROM doubles").value_or(0);
    if (doubles == 0) return pipeline_.pass_on("ratings_once", "ratings_kept");
    const std::string rule = rule_of_repeats(settings_, summary_.counts);
    if (rule == "sum") {
      pipeline_.run("ratings_summed");
      pipeline_.pass_on("ratings_once", "ratings_summed");
      summary_.filtered[added_reason] = doubles;
      return;
    }
    pipeline_.run("ratings_once");
    pipeline_.run("superseded_rows");
    summary_.rejected[rule == "max" ? lower_reason : superseded_reason] = doubles;
  }

  /// Lists on request what is wrong with the source, and stops under --strict.
  void report_rejects() {
    const bool warn = much_is_lost(summary_);
    if (!settings_.rejects && !settings_.strict && !warn && count("ratings_once") > 0) return;
    list_rejected();
    if (settings_.rejects) {
      rejects_ = std::make_unique<StagedFile>(*settings_.rejects);
      write_rejects(database_, summary_, source_, rejects_->path());
    }
    if (!settings_.strict) {
      if (warn && count("ratings_once") > 0)
        warn_of_losses(database_, summary_, source_, settings_, range_, output_);
      return;
    }
    try {
      require_no_rejects(database_, summary_, source_);
    } catch (const UserError&) {
      publish_rejects();
      throw;
    }
  }

  /// Makes rejected_rows, once.
  void list_rejected() {
    if (!rejected_listed_) pipeline_.run("rejected_rows");
    rejected_listed_ = true;
  }

  /// Of a preparation that ends because of what the source holds, the list is the answer.
  void publish_rejects() {
    if (rejects_) rejects_->commit();
  }

  std::int64_t count(const char* relation) {
    return database_.number(fmt::format("SELECT count(*) FROM {}", relation)).value_or(0);
  }

  void set_scale_of_counts() {
    pipeline_.run("count_scale");
    RatingScale& scale = summary_.scale;
    {
      Rows rows = database_.stream("SELECT minimum, maximum FROM count_scale");
      while (rows.next())
        if (!rows.is_null(0, 0)) scale = scale_of_counts(settings_, rows.float64(0)[0], rows.float64(1)[0]);
    }
    pipeline_.set_scale(scale);
  }

  void narrow(const char* model, const char* from, std::int64_t least, const char* reason) {
    if (least <= 1) return pipeline_.pass_on(model, from);
    pipeline_.run(model);
    if (const std::int64_t gone = count(from) - count(model); gone > 0) summary_.filtered[reason] = gone;
  }

  /// The k-core: films and users in turn, until none of either has too few.
  void narrow_to_core() {
    database_.run("CREATE TABLE core AS SELECT * FROM ratings_once");
    const auto drop = [&](const char* id, std::int64_t least) {
      return database_.run(
          fmt::format("DELETE FROM core WHERE {0} IN (SELECT {0} FROM core GROUP BY {0} HAVING count(*) < {1})", id, least));
    };
    std::int64_t gone = 0, round = 0;
    do {
      round = drop("movieId", summary_.min_item_ratings) + drop("userId", summary_.min_user_ratings);
      gone += round;
    } while (round > 0);
    if (gone > 0) summary_.filtered["outside the core of films and users with enough ratings"] = gone;
    pipeline_.pass_on("ratings_of_frequent_items", "core");
    pipeline_.pass_on("ratings_final", "ratings_of_frequent_items");
  }

  std::string nothing_left() {
    if (summary_.rows == 0) return fmt::format("{} holds no ratings", source_.ratings.path.string());
    list_rejected();
    std::string reasons;
    for (const auto* counts : {&summary_.rejected, &summary_.filtered})
      for (const auto& [reason, rows] : *counts)
        reasons += fmt::format("{}{} {}", reasons.empty() ? "" : ", ", rows, reason);
    const std::string why = years_take_most(summary_) ? "" : main_loss(database_, summary_, source_, settings_, range_);
    return fmt::format("{}: none of the {} ratings is left ({}){}", source_.ratings.path.string(), summary_.rows, reasons,
                       why.empty() ? "; loosen a filter" : ": " + why);
  }

  std::int64_t statistics() {
    for (const char* model : {"star_histogram", "years", "most_rated"}) pipeline_.run(model);
    collect_statistics(database_, summary_);
    warn_if_nothing_is_liked(summary_, output_);
    collect_held_out(database_, summary_);
    return summary_.ratings;
  }

  std::int64_t arrays() {
    const auto id = [](const char* name, bool is_number) {
      return fmt::format(fmt::runtime(is_number ? "CAST({0} AS BIGINT) AS {0}" : "{0}"), name);
    };
    pipeline_.write(
        fmt::format("SELECT item, {}, title, year, genres, ratings, training_ratings FROM items ORDER BY item",
                    id("movieId", relations_.movie_is_number)),
        folder_ / "items.parquet");
    pipeline_.write(fmt::format("SELECT \"user\", {}, ratings, fold FROM users ORDER BY \"user\"",
                                id("userId", relations_.user_is_number)),
                    folder_ / "users.parquet");
    if (settings_.item_features || settings_.item_vectors) write_features();
    if (summary_.protocol == "liang") {
      pipeline_.run("arrays_by_protocol");
      pipeline_.pass_on("arrays", "arrays_by_protocol");
    } else {
      pipeline_.run("target_bounds");
      pipeline_.run("arrays");
    }
    database_.run("CREATE VIEW arrays_sorted AS SELECT * FROM arrays ORDER BY \"user\", item");
    pipeline_.run("ratings_file");
    const std::int64_t written = pipeline_.write("SELECT * FROM ratings_file", folder_ / "ratings.parquet");
    if (written != summary_.ratings) throw std::logic_error("the written ratings are not the counted ones");
    if (events_ || seen_) add_events();
    Progress progress(output_, "fingerprint", "ratings", static_cast<double>(written));
    summary_.fingerprint = fingerprint_of(database_, summary_.scale, folder_,
                                          [&](std::int64_t rows) { progress.update(static_cast<double>(rows)); });
    return written;
  }

  void add_events() {
    summary_.events = write_events(database_, pipeline_, folder_, seen_.has_value());
    if (!seen_) return;
    summary_.events->file = seen_->ratings.path.filename().string();
    if (seen_refused_ > 0) summary_.events->left_out["no valid user or film"] = seen_refused_;
    if (summary_.events->seen == 0)
      output_.warn(fmt::format("--seen {}: no row names a user and a film of the ratings that is not rated", *settings_.seen));
  }

  void write_features() {
    pipeline_.run("item_features");
    std::vector<std::string> names, paths;
    const auto take = [&](const char* option, const std::optional<std::string>& path) {
      if (path) names.push_back(fs::path(*path).filename().string()), paths.push_back(fmt::format("{} {}", option, *path));
    };
    take("--item-features", settings_.item_features), take("--item-vectors", settings_.item_vectors);
    const std::int64_t rows = pipeline_.write("SELECT item, feature, weight FROM item_features ORDER BY item, feature",
                                              folder_ / item_features_file);
    const std::int64_t items = database_.number("SELECT count(DISTINCT item) FROM item_features").value_or(0);
    summary_.item_features = FeatureCounts{fmt::format("{}", fmt::join(names, ", ")), rows, items};
    if (items == 0)
      output_.warn(fmt::format("{}: no row names a film of the ratings by its id", fmt::join(paths, ", ")));
  }

  const PrepareSettings& settings_;
  Database& database_;
  const fs::path& folder_;
  const Output& output_;
  const PreparationObserver& observer_;
  Pipeline pipeline_;
  Source source_;
  std::unique_ptr<EventsSource> events_;  ///< null without --events
  std::optional<Source> seen_;              ///< the table of --seen
  std::int64_t seen_refused_ = 0;           ///< its rows that name no user or no film
  std::optional<FeatureTable> features_;
  Relations relations_;
  bool has_movies_ = false, rejected_listed_ = false;
  std::int64_t valid_ = 0;  ///< ratings before films and conditions leave some out
  DatasetSummary summary_;
  std::optional<RatingRange> range_;     ///< of all rows, when some are out of scale
  std::unique_ptr<StagedFile> rejects_;  ///< what --rejects lists; it appears with the dataset
  Phases phases_;
};

}  // namespace

Preparation prepare_dataset(const PrepareSettings& said, int threads, const Output& output,
                            const PreparationObserver& observer) {
  const ProtocolSettings with = with_protocol(said);
  const PrepareSettings& settings = with.settings;
  const DatasetSummary summary = checked_settings(settings);
  const std::int64_t memory = database_memory(settings);
  StagedFolder staged(settings.output, is_dataset_folder(settings.output));
  const fs::path spill = staged.path() / "spill";
  Preparation preparation;
  std::unique_ptr<StagedFile> rejects;
  {
    Database database(
        {.memory_bytes = memory, .threads = threads, .temporary_directory = spill, .profile = observer.with_plans});
    Run run(settings, database, staged.path(), output, observer);
    preparation = run.execute(summary);
    rejects = run.take_rejects();
  }
  fs::remove_all(spill);
  write_file_whole(staged.path() / "dataset.json", to_json(preparation.summary));
  write_checksums(staged.path());
  if (rejects) rejects->commit();
  staged.commit();
  return preparation;
}

}  // namespace encore
