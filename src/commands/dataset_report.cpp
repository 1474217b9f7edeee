// The tables and the JSON object of a dataset's summary.
#include "commands/dataset_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "console/table.h"

namespace encore {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t films_shown = 10;

std::string counts_table(const DatasetSummary& s) {
  Table table({{"", false}, {"", true}});
  table.add({"films", with_thousands(s.movies)});
  table.add({"users", fmt::format("{} ({} train, {} validation, {} test)", with_thousands(s.users),
                                  with_thousands(s.training_users), with_thousands(s.validation_users),
                                  with_thousands(s.test_users))});
  table.add({"ratings", with_thousands(s.ratings)});
  if (!s.protocol.empty()) table.add({"protocol", s.protocol});
  if (s.split != "users") table.add({"held out by", s.split});
  table.add({"density", fmt::format("{:.4f} %", 100 * s.density())});
  if (const auto range = s.year_range()) table.add({"years", fmt::format("{}-{}", range->first, range->second)});
  table.add({"fingerprint", s.fingerprint.substr(0, 16)});
  return table.text();
}

std::string share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? "-" : fmt::format("{:.1f} %", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string stars_table(const DatasetSummary& s) {
  Table table({{"stars", true}, {"ratings", true}, {"share", true}});
  for (const auto& row : s.stars)
    table.add({fmt::format("{:g}", row.stars), with_thousands(row.ratings), share(row.ratings, s.ratings)});
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
  Table table({{"films of", false}, {"films", true}, {"ratings", true}});
  for (const auto& [decade, sum] : decades)
    table.add({decade == std::numeric_limits<std::int32_t>::max() ? "no year" : fmt::format("{}s", decade),
               with_thousands(sum.movies), with_thousands(sum.ratings)});
  return table.text();
}

std::string most_rated_table(const DatasetSummary& s) {
  Table table({{"most rated", false}, {"ratings", true}});
  for (std::size_t i = 0; i < std::min(films_shown, s.most_rated.size()); ++i)
    table.add({s.most_rated[i].title, with_thousands(s.most_rated[i].ratings)});
  return table.text();
}

std::string rejected_films(const DatasetSummary& s) {
  if (s.rejected_films.empty()) return {};
  Table table({{"lines of the films' table", true}, {"", false}, {"reason", false}});
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
  return counts_table(s) + "\n" + stars_table(s) + "\n" + decades_table(s) + "\n" + most_rated_table(s) + "\n" +
         refused_table(s);
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
