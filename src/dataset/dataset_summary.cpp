// dataset.json ↔ DatasetSummary. Every key stands once for writing and once for reading.
#include "dataset/dataset_summary.h"

#include <fmt/format.h>

#include <fstream>

#include "dataset/checked_json.h"
#include "process/error.h"

namespace encore {
namespace {

using Json = CheckedJson;
constexpr int format_version = 1;
/// Of a dataset with events.parquet, which programs that know version 1 alone would not take in.
constexpr int version_with_events = 2;

Json year_json(const std::optional<std::int32_t>& year) { return year ? Json(*year) : Json(nullptr); }

Json years_json(const std::optional<std::pair<std::int32_t, std::int32_t>>& years) {
  return years ? Json::array({years->first, years->second}) : Json(nullptr);
}

std::optional<std::int32_t> year_of(const Json& json) {
  return json.is_null() ? std::nullopt : std::optional(json.get<std::int32_t>());
}

Json statistics_json(const DatasetSummary& s) {
  Json stars = Json::array(), years = Json::array(), most = Json::array();
  for (const auto& row : s.stars) stars.push_back({{"stars", row.stars}, {"ratings", row.ratings}});
  for (const auto& row : s.by_year)
    years.push_back({{"year", year_json(row.year)}, {"movies", row.movies}, {"ratings", row.ratings}});
  for (const auto& row : s.most_rated)
    most.push_back(
        {{"movieId", row.id}, {"title", row.title}, {"year", year_json(row.year)}, {"ratings", row.ratings}});
  return {{"density", s.density()}, {"ratings_per_star", stars}, {"ratings_per_year", years}, {"most_rated", most}};
}

void read_statistics(const Json& json, DatasetSummary& s) {
  for (const auto& row : json.at("ratings_per_star")) s.stars.push_back({row.at("stars"), row.at("ratings")});
  for (const auto& row : json.at("ratings_per_year"))
    s.by_year.push_back({year_of(row.at("year")), row.at("movies"), row.at("ratings")});
  for (const auto& row : json.at("most_rated"))
    s.most_rated.push_back({row.at("movieId"), row.at("title"), year_of(row.at("year")), row.at("ratings")});
}

DatasetSummary from_json(const Json& json) {
  DatasetSummary s;
  const Json& source = json.at("source");
  s.format = source.at("format"), s.ratings_file = source.at("ratings"), s.movies_file = source.at("movies");
  const Json& filter = json.at("filter");
  if (!filter.at("years").is_null()) s.years = {filter.at("years").at(0), filter.at("years").at(1)};
  s.where = filter.at("where");
  s.min_user_ratings = filter.at("min_user_ratings"), s.min_item_ratings = filter.at("min_item_ratings");
  const Json& scale = json.at("rating_scale");
  s.scale = {scale.at("minimum"), scale.at("maximum"), json.at("liked"), json.at("implicit"),
             json.value("count", std::string()) == "log"};
  s.split = json.value("split", std::string("users")), s.protocol = json.value("protocol", std::string());
  s.seed = json.at("seed"), s.hold_out = json.at("hold_out"), s.validation = json.at("validation");
  s.rows = json.at("rows"), s.movies = json.at("movies"), s.users = json.at("users"), s.ratings = json.at("ratings");
  const Json& folds = json.at("users_by_fold");
  s.training_users = folds.at("train"), s.validation_users = folds.at("validation"), s.test_users = folds.at("test");
  s.rejected = json.at("rejected").get<std::map<std::string, std::int64_t>>();
  s.filtered = json.at("filtered").get<std::map<std::string, std::int64_t>>();
  if (json.contains("rejected_films"))  // datasets of earlier versions did not count them
    s.rejected_films = json.at("rejected_films").get<std::map<std::string, std::int64_t>>();
  if (json.contains("item_features")) {
    const Json& told = json.at("item_features");
    s.item_features = FeatureCounts{told.at("file"), told.at("rows"), told.at("items")};
  }
  if (json.contains("events")) {
    const Json& told = json.at("events");
    s.events = EventCounts{told.at("file"),      told.at("seen"),  told.at("seen_users"),
                           told.at("dismissed"), told.at("shown"), told.at("left_out").get<std::map<std::string, std::int64_t>>()};
  }
  s.fingerprint = json.at("fingerprint");
  read_statistics(json.at("statistics"), s);
  return s;
}

}  // namespace

double DatasetSummary::density() const {
  if (movies == 0 || users == 0) return 0;
  return static_cast<double>(ratings) / (static_cast<double>(movies) * static_cast<double>(users));
}

std::optional<std::pair<std::int32_t, std::int32_t>> DatasetSummary::year_range() const {
  std::optional<std::pair<std::int32_t, std::int32_t>> range;
  for (const auto& row : by_year)
    if (row.year) range = {range ? range->first : *row.year, *row.year};
  return range;
}

std::string to_json(const DatasetSummary& s) {
  Json json = {
      {"format", "encore-dataset"},
      {"format_version", s.events ? version_with_events : format_version},
      {"source", {{"format", s.format}, {"ratings", s.ratings_file}, {"movies", s.movies_file}}},
      {"filter",
       {{"years", years_json(s.years)},
        {"where", s.where},
        {"min_user_ratings", s.min_user_ratings},
        {"min_item_ratings", s.min_item_ratings}}},
      {"rating_scale", {{"minimum", s.scale.minimum}, {"maximum", s.scale.maximum}}},
      {"liked", s.scale.liked},
      {"implicit", s.scale.implicit},
      {"count", "log"},
      {"seed", s.seed},
      {"split", s.split},
      {"protocol", s.protocol},
      {"hold_out", s.hold_out},
      {"validation", s.validation},
      {"rows", s.rows},
      {"movies", s.movies},
      {"users", s.users},
      {"ratings", s.ratings},
      {"users_by_fold", {{"train", s.training_users}, {"validation", s.validation_users}, {"test", s.test_users}}},
      {"rejected", s.rejected},
      {"filtered", s.filtered},
      {"rejected_films", s.rejected_films},
      {"item_features", nullptr},
      {"events", nullptr},
      {"year_range", years_json(s.year_range())},
      {"fingerprint", s.fingerprint},
      {"statistics", statistics_json(s)},
  };
  if (!s.scale.log_counts) json.erase("count");
  if (s.split == "users") json.erase("split");  // as before there were others
  if (s.protocol.empty()) json.erase("protocol");
  if (s.item_features) {
    json["item_features"] = {{"file", s.item_features->file}, {"rows", s.item_features->rows}, {"items", s.item_features->items}};
  } else {
    json.erase("item_features");
  }
  if (s.events) {
    const EventCounts& e = *s.events;
    json["events"] = {{"file", e.file},           {"seen", e.seen},   {"seen_users", e.seen_users},
                      {"dismissed", e.dismissed}, {"shown", e.shown}, {"left_out", e.left_out}};
  } else {
    json.erase("events");
  }
  return json.dump(2) + "\n";
}

DatasetSummary read_dataset_summary(const std::filesystem::path& folder) {
  const auto file = folder / "dataset.json";
  std::ifstream stream(file);
  if (!stream)
    throw UserError(fmt::format("{}: there is no such file; name a folder that `encore prepare` wrote", file.string()));
  try {
    const Json json = Json::parse(stream);
    if (json.at("format") != "encore-dataset")
      throw UserError(fmt::format("{} does not describe a dataset", file.string()));
    if (const int version = json.at("format_version"); version < format_version || version > version_with_events)
      throw UserError(
          fmt::format("{} has format version {}, but this program reads versions {} and {}; use the program that wrote it, "
                      "or prepare the ratings again",
                      file.string(), version, format_version, version_with_events));
    return from_json(json);
  } catch (const nlohmann::json::exception& error) {
    throw UserError(fmt::format("{} is damaged ({}); prepare the ratings again", file.string(), error.what()));
  }
}

}  // namespace encore
