// Reading of numbers, sizes and ranges; all without the user's locale.
#include "settings/value_text.h"

#include <cctype>
#include <charconv>
#include <cmath>
#include <string>

namespace encore {
namespace {

template <class Number>
std::optional<Number> parse_all(std::string_view text) {
  Number number{};
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

/// 1024 to the power that a unit names; nothing for an unknown unit.
std::optional<double> bytes_of_unit(std::string unit) {
  for (char& letter : unit) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  if (unit.empty() || unit == "b") return 1.0;
  constexpr std::string_view prefixes = "kmgt";
  const std::size_t power = prefixes.find(unit.front());
  const std::string_view rest = std::string_view(unit).substr(1);
  if (power == std::string_view::npos || !(rest.empty() || rest == "b" || rest == "ib")) return std::nullopt;
  return std::pow(1024.0, static_cast<double>(power + 1));
}

}  // namespace

std::optional<std::int64_t> parse_whole_number(std::string_view text) { return parse_all<std::int64_t>(text); }

std::optional<double> parse_number(std::string_view text) {
  const std::optional<double> number = parse_all<double>(text);
  return number && std::isfinite(*number) ? number : std::nullopt;
}

std::optional<std::int64_t> parse_size(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::optional<double> amount = parse_number(text.substr(0, digits));
  std::string_view unit = text.substr(digits);
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  const std::optional<double> scale = bytes_of_unit(std::string(unit));
  if (!amount || !scale) return std::nullopt;
  const double bytes = std::floor(*amount * *scale);
  if (bytes < 1 || bytes > 9e18) return std::nullopt;
  return static_cast<std::int64_t>(bytes);
}

std::optional<std::pair<std::int64_t, std::int64_t>> parse_years(std::string_view text) {
  const std::size_t dash = text.find('-');
  const auto first = parse_whole_number(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_whole_number(text.substr(dash + 1));
  if (!first || !last || *first < 0 || *last < *first) return std::nullopt;
  return std::pair(*first, *last);
}

std::optional<std::pair<double, double>> parse_scale(std::string_view text) {
  // The dash that divides is the first one behind a digit: both ends may be negative or hold an exponent.
  for (std::size_t dash = text.find('-', 1); dash < text.size(); dash = text.find('-', dash + 1)) {
    const auto lowest = parse_number(text.substr(0, dash));
    const auto highest = parse_number(text.substr(dash + 1));
    if (lowest && highest) return *lowest < *highest ? std::optional(std::pair(*lowest, *highest)) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace encore
