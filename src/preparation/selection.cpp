// Parsing of the options that are more than a number, and the memory arithmetic.
#include "preparation/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "console/table.h"
#include "process/error.h"
#include "process/resources.h"
#include "settings/value_text.h"

namespace encore {
namespace {

constexpr const char* usual_scale = "0.5-5";
constexpr double largest_maximum = 1e6, largest_count = 1 << 24;  // f32 holds whole numbers up to there

/// DuckDB goes this far beyond a small limit of its own (measured: 140 to 210 MB), and further beyond a large one (up to 320 MB
/// beyond 760 MB, while 25 million rows are sorted and written); below the least it cannot hold its read buffers. The usual limit
/// keeps the process below a gigabyte, however one counts.
constexpr std::int64_t overshoot = 215'000'000, least_for_database = 100'000'000, usual = 930LL << 20;
constexpr std::int64_t least = overshoot + least_for_database;

}  // namespace

std::pair<std::int32_t, std::int32_t> checked_years(const std::string& text) {
  const auto years = parse_years(text);
  if (!years || years->first < 0 || years->second > 9999)
    throw UserError(fmt::format("--years is '{}'; it must be a range of years such as 1950-1959", text));
  return {static_cast<std::int32_t>(years->first), static_cast<std::int32_t>(years->second)};
}

RatingScale checked_scale(const PrepareSettings& settings) {
  const char* counting = settings.count_column ? "--count-column" : settings.repeats == "sum" ? "--repeats sum" : "--repeats count";
  if (asks_for_counts(settings)) {
    if (settings.implicit)
      throw UserError(fmt::format("--implicit takes every row for 1, {} adds up; choose one of them", counting));
    if (settings.scale)
      throw UserError(fmt::format("--scale is for ratings; counts ({}) have no scale", counting));
    if (settings.count_column && settings.repeats == "count")
      throw UserError("--repeats count counts rows and reads no --count-column; choose one of them");
    return open_scale();
  }
  if (settings.implicit && settings.repeats)
    throw UserError("with --implicit every row counts as 1, so --repeats would change nothing; leave one of them out");
  if (settings.implicit) {
    for (const auto& [given, option] :
         {std::pair{settings.scale.has_value(), "--scale"}, {settings.liked.has_value(), "--liked"}}) {
      if (given)
        throw UserError(fmt::format("{} does nothing with --implicit, where every row counts as 1; leave one of the "
                                    "two out",
                                    option));
    }
    return {1, 1, 1, true};
  }
  const std::string text = settings.scale.value_or(usual_scale);
  const auto ends = parse_scale(text);
  if (!ends || ends->second <= 0)
    throw UserError(fmt::format("--scale is '{}'; it must be a range of ratings such as 0.5-5 or -10-10 that ends above 0", text));
  // Beyond that a rating ÷ maximum comes close to what a float cannot hold, and every other rating to 0.
  if (std::max(-ends->first, ends->second) > largest_maximum)
    throw UserError(fmt::format("--scale is '{}'; ratings of more than {:.0f} are none that a scale is needed for: divide "
                                "them, or say --implicit",
                                text, largest_maximum));
  return {ends->first, ends->second, settings.liked.value_or(0.8 * ends->second), false};
}

void require_liked_on_scale(const RatingScale& scale, const PrepareSettings& settings) {
  if (!(scale.liked >= scale.minimum && scale.liked <= scale.maximum))
    throw UserError(fmt::format("--liked is {}, which is outside of the scale {}", scale.liked, settings.scale.value_or(usual_scale)));
}

bool asks_for_counts(const PrepareSettings& settings) {
  return settings.count_column || settings.repeats == "sum" || settings.repeats == "count";
}

std::string rule_of_repeats(const PrepareSettings& settings, bool counts) {
  const std::string rule = settings.repeats.value_or(counts ? "sum" : "last");
  return rule == "count" ? "sum" : rule;
}

RatingScale open_scale() {
  return {std::numeric_limits<double>::min(), std::numeric_limits<double>::max(), std::numeric_limits<double>::min(), false};
}

RatingScale scale_of_counts(const PrepareSettings& settings, double minimum, double maximum) {
  const RatingScale scale{minimum, maximum, settings.liked.value_or(minimum), false, settings.count == "log"};
  if (maximum > largest_count)
    throw UserError(fmt::format("the largest count is {:g}; counts of more than {:.0f} cannot be told apart any more: divide them",
                                maximum, largest_count));
  if (!(scale.liked <= maximum))
    throw UserError(fmt::format("--liked is {}, but the largest count is {}", scale.liked, maximum));
  if (scale.log_counts && !(scale.liked > 0))
    throw UserError(fmt::format("--liked is {}; with --count log, which divides by log(1 + --liked), it must be above 0", scale.liked));
  return scale;
}

std::int64_t time_divisor(const PrepareSettings& settings) {
  const std::string& unit = settings.time_unit;
  return unit == "s" ? 1 : unit == "ms" ? 1'000 : unit == "us" ? 1'000'000 : unit == "ns" ? 1'000'000'000 : 0;
}

std::string hash_bound(double share) {
  return fmt::format("{:08x}", static_cast<std::uint64_t>(std::floor(share * 4294967296.0)));
}

std::int64_t database_memory(const PrepareSettings& settings) {
  // Nobody asked for less than the least: in a small container a preparation that needs less than it may take goes well.
  std::int64_t process = std::max(least, std::min(usual, available_memory() / 2));
  if (settings.memory) {
    const auto size = parse_size(*settings.memory);
    if (!size)
      throw UserError(fmt::format("--memory is '{}'; it must be a size such as 400MB or 2GB", *settings.memory));
    process = *size;
  }
  if (process < least)
    throw UserError(fmt::format("{} are too little memory to prepare anything; give --memory at least {}MB",
                                readable_bytes(process), (least >> 20) + 1));
  return process - overshoot - (process - least) / 6;
}

}  // namespace encore
