// Parsing of the options that are more than a number, and the memory arithmetic.
#include "preparation/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "console/table.h"
#include "process/error.h"
#include "process/resources.h"
#include "settings/value_text.h"

namespace encore {
namespace {

constexpr const char* usual_scale = "0.5-5";
constexpr double largest_maximum = 1e6;

/// DuckDB goes this far beyond its own limit (measured: 140 to 210 MB), and below the least it cannot hold its read
/// buffers. The usual limit keeps the process below a gigabyte, however one counts.
constexpr std::int64_t overshoot = 215'000'000, least_for_database = 100'000'000, usual = 930LL << 20;

}  // namespace

std::pair<std::int32_t, std::int32_t> checked_years(const std::string& text) {
  const auto years = parse_years(text);
  if (!years || years->first < 0 || years->second > 9999)
    throw UserError(fmt::format("--years is '{}'; it must be a range of years such as 1950-1959", text));
  return {static_cast<std::int32_t>(years->first), static_cast<std::int32_t>(years->second)};
}

RatingScale checked_scale(const PrepareSettings& settings) {
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
  if (!ends || ends->first < 0)
    throw UserError(fmt::format("--scale is '{}'; it must be a range of ratings from 0 upwards such as 0.5-5", text));
  // Beyond that a rating ÷ maximum comes close to what a float cannot hold, and every other rating to 0.
  if (ends->second > largest_maximum)
    throw UserError(fmt::format("--scale is '{}'; ratings of more than {:.0f} are none that a scale is needed for: divide "
                                "them, or say --implicit",
                                text, largest_maximum));
  RatingScale scale{ends->first, ends->second, settings.liked.value_or(0.8 * ends->second), false};
  if (!(scale.liked >= scale.minimum && scale.liked <= scale.maximum))
    throw UserError(fmt::format("--liked is {}, which is outside of the scale {}", scale.liked, text));
  return scale;
}

std::string hash_bound(double share) {
  return fmt::format("{:08x}", static_cast<std::uint64_t>(std::floor(share * 4294967296.0)));
}

std::int64_t database_memory(const PrepareSettings& settings) {
  std::int64_t process = std::min(usual, available_memory() / 2);
  if (settings.memory) {
    const auto size = parse_size(*settings.memory);
    if (!size)
      throw UserError(fmt::format("--memory is '{}'; it must be a size such as 400MB or 2GB", *settings.memory));
    process = *size;
  }
  if (process < overshoot + least_for_database)
    throw UserError(fmt::format("{} are too little memory to prepare anything; give --memory at least {}MB",
                                readable_bytes(process), ((overshoot + least_for_database) >> 20) + 1));
  return process - overshoot;
}

}  // namespace encore
