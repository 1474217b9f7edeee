// The tables and the JSON object of a dataset's summary.
#include "commands/dataset_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "console/table.h"

namespace encore {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t items_shown = 10, lines_of_histogram = 20;

/// MovieLens and Netflix have films and stars; of any other table nobody knows.
struct Nouns {
  const char *items, *values;
};

Nouns nouns_of(const DatasetSummary& s) {
  const bool films = s.format.starts_with("movielens") || s.format == "netflix";
  return films ? Nouns{"films", "stars"} : Nouns{"items", s.counts ? "count" : "value"};
}

std::string counts_table(const DatasetSummary& s) {
  Table table({{"", false}, {"", true}});
  table.add({nouns_of(s).items, with_thousands(s.movies)});
  table.add({"users", fmt::format("{} ({} train, {} validation, {} test)", with_thousands(s.users),
                                  with_thousands(s.training_users), with_thousands(s.validation_users),
                                  with_thousands(s.test_users))});
  table.add({"ratings", with_thousands(s.ratings)});
  if (s.scale.log_counts) table.add({"counts weigh", fmt::format("log(1 + count), liked from {:g} on", s.scale.liked)});
  if (!s.protocol.empty()) table.add({"protocol", s.protocol});
  if (s.split != "users") table.add({"held out by", s.split});
  if (s.item_features)
    table.add({"item features", fmt::format("{} of {} {} ({})", with_thousands(s.item_features->rows),
                                            with_thousands(s.item_features->items), nouns_of(s).items, s.item_features->file)});
  if (s.events) {
    const EventCounts& e = *s.events;
    table.add({"seen, not rated", fmt::format("{} of {} users", with_thousands(e.seen), with_thousands(e.seen_users))});
    if (e.dismissed + e.shown > 0)
      table.add({"dismissed, shown", fmt::format("{}, {}", with_thousands(e.dismissed), with_thousands(e.shown))});
    for (const auto& [reason, rows] : e.left_out) table.add({"events left out", fmt::format("{} ({})", with_thousands(rows), reason)});
  }
  table.add({"density", fmt::format("{:.4f} %", 100 * s.density())});
  if (const auto range = s.year_range()) table.add({"years", fmt::format("{}-{}", range->first, range->second)});
  table.add({"fingerprint", s.fingerprint.substr(0, 16)});
  return table.text();
}

std::string share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? "-" : fmt::format("{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

/// The width of classes, 1, 2 or 5 times a power of ten, of which at most `most` cover the values.
double class_width(double lowest, double highest, std::size_t most) {
  double width = std::pow(10, std::floor(std::log10((highest - lowest) / static_cast<double>(most))));
  for (const double step : {1.0, 2.0, 5.0, 10.0, 20.0})
    if (std::floor(highest / (step * width)) - std::floor(lowest / (step * width)) < static_cast<double>(most)) return step * width;
  return 50 * width;
}

/// Ratings by their stars; of more different values than lines in classes.
std::string stars_table(const DatasetSummary& s) {
  Table table({{nouns_of(s).values, true}, {"ratings", true}, {"share", true}});
  const auto add = [&](const std::string& name, std::int64_t ratings) {
    table.add({name, with_thousands(ratings), share(ratings, s.ratings)});
  };
  if (s.stars.size() <= lines_of_histogram) {
    for (const auto& row : s.stars) add(fmt::format("{:g}", row.stars), row.ratings);
    return table.text();
  }
  const double lowest = s.stars.front().stars, highest = s.stars.back().stars;
  if (lowest > 0 && highest > 1000 * lowest) {  // counts, of which most are small
    std::map<int, std::int64_t> powers;
    for (const auto& row : s.stars) powers[static_cast<int>(std::floor(std::log10(row.stars) + 1e-12))] += row.ratings;
    for (const auto& [power, ratings] : powers) add(fmt::format("{:g} up to {:g}", std::pow(10, power), std::pow(10, power + 1)), ratings);
    return table.text();
  }
  const double width = class_width(lowest, highest, lines_of_histogram);
  std::map<std::int64_t, std::int64_t> classes;
  for (const auto& row : s.stars) classes[static_cast<std::int64_t>(std::floor(row.stars / width))] += row.ratings;
  for (const auto& [number, ratings] : classes)
    add(fmt::format("{:g} up to {:g}", static_cast<double>(number) * width, static_cast<double>(number + 1) * width), ratings);
  return table.text();
}

std::string decades_table(const DatasetSummary& s) {
  struct Sum {
    std::int64_t movies = 0, ratings = 0;
  };
  std::map<std::int32_t, Sum> decades;  // films without a year stand last
  for (const auto& row : s.by_year) {
    Sum& sum = decades[row.year ? *row.year / 10 * 10 : std::numeric_limits<std::int32_t>::max()];
    sum.movies += row.movies;
    sum.ratings += row.ratings;
  }
  if (decades.size() == 1 && decades.contains(std::numeric_limits<std::int32_t>::max())) return {};  // nothing has a year
  const std::string items = nouns_of(s).items;
  Table table({{items + " of", false}, {items, true}, {"ratings", true}});
  for (const auto& [decade, sum] : decades)
    table.add({decade == std::numeric_limits<std::int32_t>::max() ? "no year" : fmt::format("{}s", decade),
               with_thousands(sum.movies), with_thousands(sum.ratings)});
  return table.text();
}

std::string most_rated_table(const DatasetSummary& s) {
  Table table({{"most rated", false}, {"ratings", true}});
  for (std::size_t i = 0; i < std::min(items_shown, s.most_rated.size()); ++i)
    table.add({s.most_rated[i].title, with_thousands(s.most_rated[i].ratings)});
  return table.text();
}

std::string rejected_films(const DatasetSummary& s) {
  if (s.rejected_films.empty()) return {};
  Table table({{fmt::format("lines of the {}' table", nouns_of(s).items), true}, {"", false}, {"reason", false}});
  for (const auto& [reason, lines] : s.rejected_films) table.add({with_thousands(lines), "rejected", reason});
  return table.text();
}

std::string refused_table(const DatasetSummary& s) {
  if (s.rejected.empty() && s.filtered.empty())
    return rejected_films(s) + fmt::format("  All {} rows were kept.\n", with_thousands(s.rows));
  Table table({{"rows", true}, {"", false}, {"reason", false}});
  for (const auto& [reason, rows] : s.rejected) table.add({with_thousands(rows), "rejected", reason});
  for (const auto& [reason, rows] : s.filtered) table.add({with_thousands(rows), "filtered", reason});
  return rejected_films(s) + table.text() +
         fmt::format("  {} of {} rows were kept.\n", with_thousands(s.ratings), with_thousands(s.rows));
}

}  // namespace

std::string dataset_report(const DatasetSummary& s) {
  std::string text = counts_table(s);
  for (const std::string& table : {stars_table(s), decades_table(s), most_rated_table(s), refused_table(s)})
    if (!table.empty()) text += "\n" + table;
  return text;
}

std::string phases_report(const std::vector<Phase>& phases) {
  Table table({{"phase", false}, {"time", true}, {"rows", true}, {"peak memory", true}});
  for (const auto& phase : phases)
    table.add({phase.name, readable_seconds(phase.seconds), with_thousands(phase.rows),
               readable_bytes(phase.peak_rss_bytes)});
  return "\n" + table.text();
}

std::string dataset_object(const DatasetSummary& summary, const std::vector<Phase>& phases) {
  Json object = Json::parse(to_json(summary));
  if (!phases.empty()) {
    object["phases"] = Json::array();
    for (const auto& phase : phases)
      object["phases"].push_back({{"name", phase.name},
                                  {"seconds", phase.seconds},
                                  {"rows", phase.rows},
                                  {"peak_rss_bytes", phase.peak_rss_bytes}});
  }
  return object.dump();
}

}  // namespace encore
