// Parsing of the options that are more than a number, and the memory arithmetic.
#include "preparation/selection.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>

#include "process/error.h"

namespace encore {
namespace {

/// DuckDB goes this far beyond its own limit (measured: 150 to 180 MB), and below the least it cannot hold its read buffers.
constexpr std::int64_t overshoot = 180'000'000, least_for_database = 100'000'000, usual = 900'000'000;

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

/// What the machine has, or what the container (cgroup v2 or v1) allows of it.
std::int64_t available_memory() {
  std::int64_t bytes = static_cast<std::int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGE_SIZE);
  for (const char* path : {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    std::ifstream file(path);
    std::string text;
    if (file >> text)
      if (const auto limit = number_of<std::int64_t>(text)) bytes = std::min(bytes, *limit);
  }
  return bytes;
}

}  // namespace

std::pair<std::int32_t, std::int32_t> parse_years(const std::string& text) {
  const std::size_t dash = text.find('-');
  const auto first = number_of<std::int32_t>(std::string_view(text).substr(0, dash));
  const auto last = dash == std::string::npos ? first : number_of<std::int32_t>(std::string_view(text).substr(dash + 1));
  if (!first || !last || *first < 0 || *last > 9999)
    throw UserError(fmt::format("--years is '{}', but must be like 1950-1959", text));
  if (*first > *last) throw UserError(fmt::format("--years is '{}': the first year is after the last", text));
  return {*first, *last};
}

RatingScale parse_scale(const PrepareSettings& settings) {
  RatingScale scale;
  const std::size_t dash = settings.scale.find('-', 1);
  const auto low = number_of<double>(std::string_view(settings.scale).substr(0, dash));
  const auto high =
      dash == std::string::npos ? std::nullopt : number_of<double>(std::string_view(settings.scale).substr(dash + 1));
  if (!low || !high || !(*low < *high) || !(*high > 0) || !std::isfinite(*high) || !(*low >= 0))
    throw UserError(fmt::format("--scale is '{}', but must be like 0.5-5, from 0 upwards", settings.scale));
  scale.minimum = *low, scale.maximum = *high;
  scale.liked = settings.liked.value_or(0.8 * *high);
  if (!(scale.liked >= *low && scale.liked <= *high))
    throw UserError(fmt::format("--liked is {}, but must lie within the scale {}", scale.liked, settings.scale));
  if (settings.implicit) scale = {1, 1, 1, true};
  return scale;
}

std::int64_t parse_size(const std::string& text, const char* option) {
  struct Unit {
    std::string_view name;
    double bytes;
  };
  constexpr std::array<Unit, 11> units = {{{"", 1}, {"b", 1}, {"k", 1e3}, {"kb", 1e3}, {"m", 1e6}, {"mb", 1e6}, {"g", 1e9}, {"gb", 1e9},
                                          {"kib", 1024.0}, {"mib", 1048576.0}, {"gib", 1073741824.0}}};
  const std::size_t letters = std::min(text.find_first_not_of("0123456789."), text.size());
  std::string unit;
  for (const char c : text.substr(letters))
    if (c != ' ') unit += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto number = number_of<double>(std::string_view(text).substr(0, letters));
  const auto found = std::ranges::find(units, unit, &Unit::name);
  if (!number || found == units.end() || !(*number * found->bytes < 1e18))
    throw UserError(fmt::format("{} is '{}', but must be a size like 400MB or 2GB", option, text));
  return static_cast<std::int64_t>(*number * found->bytes);
}

std::string hash_bound(double share) { return fmt::format("{:08x}", static_cast<std::uint64_t>(std::floor(share * 4294967296.0))); }

std::int64_t database_memory(const PrepareSettings& settings) {
  const std::int64_t process =
      settings.memory ? parse_size(*settings.memory, "--memory") : std::min(usual, available_memory() / 2);
  if (process < overshoot + least_for_database)
    throw UserError(fmt::format("{} bytes of memory are too little to prepare anything; give --memory at least {}MB", process,
                                (overshoot + least_for_database) / 1'000'000));
  return process - overshoot;
}

}  // namespace encore
