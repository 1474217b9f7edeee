// The vocabulary comes from the learned items alone: what none of them has, nothing is known about.
#include "catalogue/feature_numbers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace encore {
namespace {

std::string_view column_of(std::string_view name) { return name.substr(0, name.find(':')); }

/// A number of a vector (--item-vectors), which is worth what it says, not what it is rare.
bool is_number(std::string_view name) { return column_of(name) == "vector"; }

struct Feature {
  std::int32_t number;
  double rarity;
};
using Vocabulary = std::unordered_map<std::string_view, Feature>;

/// The features that count, by name, with numbers in that order.
Vocabulary vocabulary(const ItemFeatures& items, const std::vector<std::uint8_t>& counts, std::int64_t most) {
  std::unordered_map<std::string_view, std::int64_t> times;
  std::int64_t counted = 0;
  for (std::size_t item = 0; item < items.size(); ++item) {
    if (counts[item] == 0) continue;
    ++counted;
    for (const NamedFeature& one : items[item]) ++times[one.name];
  }
  std::vector<std::pair<std::string_view, std::int64_t>> frequent;
  for (const auto& entry : times)
    if (entry.second < counted || is_number(entry.first)) frequent.emplace_back(entry);  // what all have tells nothing
  std::ranges::sort(frequent, {}, [](const auto& entry) { return std::pair(-entry.second, entry.first); });
  if (std::ssize(frequent) > most) frequent.resize(static_cast<std::size_t>(most));
  std::ranges::sort(frequent);  // by name: numbers do not depend on how often there is what
  Vocabulary known;
  for (const auto& [name, count] : frequent) {
    const double rarity = is_number(name) ? 1 : std::log(static_cast<double>(counted + 1) / static_cast<double>(count + 1));
    known.emplace(name, Feature{static_cast<std::int32_t>(known.size()), rarity});
  }
  return known;
}

/// Chosen on validation items (docs/results.md): what somebody tells of a film says more than its own line does.
double weight_of_column(std::string_view column) {
  constexpr std::array<std::string_view, 3> of_the_line = {"genre", "decade", "word"};
  return std::ranges::find(of_the_line, column) != of_the_line.end() ? 1 : 6;
}

}  // namespace

FeatureNumbers feature_numbers(const ItemFeatures& items, const std::vector<std::uint8_t>& counts, std::int64_t most) {
  const Vocabulary known = vocabulary(items, counts, most);
  FeatureNumbers all{.features = static_cast<std::int64_t>(known.size())};
  std::vector<double> values;  // of one column of an item
  for (const auto& features : items) {
    for (auto one = features.begin(); one != features.end();) {  // names ascend, so a column's stand together
      const std::string_view column = column_of(one->name);
      values.clear();
      for (; one != features.end() && column_of(one->name) == column; ++one) {
        const auto found = known.find(one->name);
        if (found == known.end() || one->weight == 0) continue;
        all.rows.feature.push_back(found->second.number);
        values.push_back(one->weight * found->second.rarity);
      }
      // Measured by the largest: told weights may be of any size, and their squares would not be numbers any more.
      double largest = 0, squares = 0;
      for (const double value : values) largest = std::max(largest, std::abs(value));
      for (const double value : values) squares += (value / largest) * (value / largest);
      const double length = std::sqrt(squares / weight_of_column(column));
      for (const double value : values) all.rows.value.push_back(static_cast<float>(value / largest / length));
    }
    all.rows.start.push_back(static_cast<std::int64_t>(all.rows.value.size()));
  }
  return all;
}

}  // namespace encore
