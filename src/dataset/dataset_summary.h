// What `dataset.json` says: where the ratings came from, what was left out and why, and the statistics that people look
// at. Not the ratings themselves (dataset.h). The keys are listed in docs/formats.md.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>
#include "dataset/dataset.h"

namespace encore {

struct StarCount {
  double stars = 0;
  std::int64_t ratings = 0;
};

struct YearCount {
  std::optional<std::int32_t> year;  ///< of the film; none: the title has no year
  std::int64_t movies = 0, ratings = 0;
};

struct RatedMovie {
  std::string id, title;
  std::optional<std::int32_t> year;
  std::int64_t ratings = 0;
};

/// What a table of --item-features told.
struct FeatureCounts {
  std::string file;  ///< name without its folder
  std::int64_t rows = 0, items = 0;  ///< of item_features.parquet; of the catalogue's items those that have any
};

/// What events.parquet holds: pairs of a user and an item by kind, and those that are not in it, by reason.
struct EventCounts {
  std::string file;  ///< of --seen, the name without its folder; empty: of a log alone
  std::int64_t seen = 0, seen_users = 0, dismissed = 0, shown = 0;
  std::map<std::string, std::int64_t> left_out;
  std::int64_t rows() const { return seen + dismissed + shown; }
};

struct DatasetSummary {
  // source
  std::string format;        ///< "movielens-csv", "movielens-1m", "movielens-100k", "netflix", "table"
  std::string ratings_file;  ///< name without its folder
  std::string movies_file;   ///< empty: titles are ids
  // filter
  std::optional<std::pair<std::int32_t, std::int32_t>> years;
  std::string where;
  std::int64_t min_user_ratings = 0, min_item_ratings = 0;
  // scale and split
  RatingScale scale;
  bool counts = false;  ///< the ratings are counts: the scale is that of the data; known while preparing only
  std::uint64_t seed = 42;
  double hold_out = 0, validation = 0;
  std::string split = "users";  ///< what is held out: whole users, or ratings, and which
  std::string protocol;         ///< a published one by name, or empty
  // counts: rows = ratings + rejected + filtered
  std::int64_t rows = 0, movies = 0, users = 0, ratings = 0;
  std::int64_t training_users = 0, validation_users = 0, test_users = 0;
  std::map<std::string, std::int64_t> rejected, filtered;  ///< rows by reason
  std::map<std::string, std::int64_t> rejected_films;      ///< lines of the table of films that name none, by reason
  std::optional<FeatureCounts> item_features;
  std::optional<EventCounts> events;  ///< only where events.parquet is there
  std::string fingerprint;
  // statistics
  std::vector<StarCount> stars;        ///< ascending
  std::vector<YearCount> by_year;      ///< ascending, films without a year last
  std::vector<RatedMovie> most_rated;  ///< most first

  /// Ratings ÷ (movies × users); 0 without any.
  double density() const;
  /// First and last year of the films; nothing when no film has one.
  std::optional<std::pair<std::int32_t, std::int32_t>> year_range() const;
};

/// The text of `dataset.json`: indented, keys in a fixed order, a newline at the end.
std::string to_json(const DatasetSummary& summary);

/// Reads `folder`/dataset.json. Throws UserError naming the file when it is missing, damaged, not of ours or of a newer
/// format.
DatasetSummary read_dataset_summary(const std::filesystem::path& folder);

}  // namespace encore
