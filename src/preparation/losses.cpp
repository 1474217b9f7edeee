// Sentences for each reason, with the advice that belongs to it.
#include "preparation/losses.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "preparation/rejects.h"
#include "table_text/row_splitter.h"

namespace encore {
namespace {

constexpr double few = 0.03;  ///< the share of the rows from which on a loss is said aloud

/// Scales as they are common; the first that holds all ratings is proposed.
constexpr std::array<std::pair<double, double>, 8> common_scales = {
    {{0.5, 5}, {1, 5}, {0, 5}, {1, 10}, {0, 10}, {-10, 10}, {0, 100}, {-100, 100}}};

std::string scale_for(const RatingRange& range) {
  for (const auto& [low, high] : common_scales)
    if (low <= range.lowest && range.highest <= high) return fmt::format("{:g}-{:g}", low, high);
  return fmt::format("{:g}-{:g}", std::min(range.lowest, 0.0), range.highest);
}

std::string advice_on_scale(const RatingRange& range, const DatasetSummary& summary) {
  const std::string seen = fmt::format("ratings from {:g} to {:g} were seen, the scale is {:g} to {:g}; ", range.lowest,
                                       range.highest, summary.scale.minimum, summary.scale.maximum);
  if (range.highest > 100)
    return seen + "if these are counts, such as plays, --count-column names their column";
  return fmt::format("{}--scale {} takes them", seen, scale_for(range));
}

std::string advice(const std::string& reason, const DatasetSummary& summary, const Source& source,
                   const PrepareSettings& settings, const std::optional<RatingRange>& range) {
  if (reason == "rating is out of scale" && range) return advice_on_scale(*range, summary);
  if (reason == "count is not above 0") return "a count says how often or how much, such as plays or pieces";
  if (reason == "rating is not a number")
    return settings.decimal_comma ? "--rating-column names another column, --implicit does without ratings"
                                  : "--decimal-comma reads 4,5 as 4.5, --rating-column names another column, --implicit "
                                    "does without ratings";
  if (reason == "no valid userId" || reason == "no valid movieId")
    return settings.ids == "number" ? "--ids text takes ids of any kind" : "there is no id in these rows";
  if (reason == "no valid time") return "--no-time leaves the times alone";
  if (reason == "unknown movie")
    return fmt::format("{} has no film with these ids; --movie-id-column names its column of ids",
                       source.movies ? source.movies->path.filename().string() : std::string("the table of films"));
  if (reason == "title has no year") return "--year-column names a column of years";
  return "--rejects FILE lists them all";
}

/// The reasons that nobody asked for, with their rows.
std::map<std::string, std::int64_t> losses_of(const DatasetSummary& summary) {
  std::map<std::string, std::int64_t> losses;
  for (const auto& [reason, rows] : summary.rejected)
    if (!is_repeat(reason)) losses[reason] = rows;
  if (const auto found = summary.filtered.find("title has no year"); found != summary.filtered.end())
    losses.insert(*found);
  return losses;
}

std::int64_t sum_of_rows(const std::map<std::string, std::int64_t>& reasons) {
  std::int64_t sum = 0;
  for (const auto& [reason, rows] : reasons) sum += rows;
  return sum;
}

}  // namespace

std::optional<RatingRange> range_of_ratings(Database& database) {
  Rows rows = database.stream(
      "SELECT CAST(min(rating) AS DOUBLE), CAST(max(rating) AS DOUBLE) FROM ratings_read WHERE rating IS NOT NULL");
  std::optional<RatingRange> range;
  while (rows.next())
    if (!rows.is_null(0, 0)) range = RatingRange{rows.float64(0)[0], rows.float64(1)[0]};
  return range;
}

std::string main_loss(Database& database, const DatasetSummary& summary, const Source& source,
                      const PrepareSettings& settings, const std::optional<RatingRange>& range) {
  const auto losses = losses_of(summary);
  if (losses.empty()) return {};
  const auto& most = *std::ranges::max_element(losses, {}, [](const auto& loss) { return loss.second; });
  const std::string example = first_example(database, source, most.first);
  const std::string helps = most.first == malformed_reason && example.find(describe(LineProblem::not_utf8)) != std::string::npos
                                ? "--encoding cp1252 reads text that is no UTF-8"
                                : advice(most.first, summary, source, settings, range);
  return fmt::format("{}{}{}; {}", most.first, example.empty() ? "" : ", the first: ", example, helps);
}

bool years_take_most(const DatasetSummary& summary) {
  const auto outside = summary.filtered.find("outside the years");
  return outside != summary.filtered.end() && outside->second > sum_of_rows(losses_of(summary));
}

bool much_is_lost(const DatasetSummary& summary) {
  return static_cast<double>(sum_of_rows(losses_of(summary))) > few * static_cast<double>(summary.rows);
}

void warn_of_losses(Database& database, const DatasetSummary& summary, const Source& source,
                    const PrepareSettings& settings, const std::optional<RatingRange>& range, const Output& output) {
  const std::int64_t lost = sum_of_rows(losses_of(summary));
  output.warn(fmt::format("{}: {} of {} rows ({:.0f} %) are lost: {}", source.ratings.path.string(), lost, summary.rows,
                          100.0 * static_cast<double>(lost) / static_cast<double>(summary.rows),
                          main_loss(database, summary, source, settings, range)));
}

void warn_if_nothing_is_liked(const DatasetSummary& summary, const Output& output) {
  if (summary.scale.implicit || summary.counts || summary.stars.empty() || summary.stars.back().stars >= summary.scale.liked) return;
  output.warn(
      fmt::format("no rating reaches {:g}, from which on something counts as liked (the highest is {:g}); ranking cannot "
                  "be judged then, --liked sets another bound",
                  summary.scale.liked, summary.stars.back().stars));
}

}  // namespace encore
