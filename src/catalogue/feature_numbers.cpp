// The vocabulary comes from the learned items alone: what none of them has, nothing is known about.
#include "catalogue/feature_numbers.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

namespace encore {
namespace {

constexpr std::int64_t least_items = 2;
constexpr std::size_t most_features = 4096;

/// The numbers of the features that count, by name.
std::map<std::string_view, std::int32_t> vocabulary(const ItemFeatures& items, const std::vector<std::uint8_t>& counts) {
  std::map<std::string_view, std::int64_t> times;
  for (std::size_t item = 0; item < items.size(); ++item)
    if (counts[item] != 0)
      for (const NamedFeature& one : items[item]) ++times[one.name];
  std::vector<std::pair<std::string_view, std::int64_t>> frequent;
  for (const auto& entry : times)
    if (entry.second >= least_items) frequent.emplace_back(entry);
  std::ranges::stable_sort(frequent, std::greater{}, [](const auto& entry) { return entry.second; });
  if (frequent.size() > most_features) frequent.resize(most_features);
  std::map<std::string_view, std::int32_t> numbers;
  for (const auto& entry : frequent) numbers.emplace(entry.first, 0);
  std::int32_t number = 0;
  for (auto& entry : numbers) entry.second = number++;
  return numbers;
}

}  // namespace

FeatureNumbers feature_numbers(const ItemFeatures& items, const std::vector<std::uint8_t>& counts) {
  const auto numbers = vocabulary(items, counts);
  FeatureNumbers all{.features = static_cast<std::int64_t>(numbers.size())};
  for (const auto& features : items) {
    double squares = 0;
    const std::size_t first = all.rows.value.size();
    for (const NamedFeature& one : features) {
      const auto found = numbers.find(one.name);
      if (found == numbers.end()) continue;
      all.rows.feature.push_back(found->second);
      all.rows.value.push_back(static_cast<float>(one.weight));
      squares += one.weight * one.weight;
    }
    for (std::size_t e = first; e < all.rows.value.size(); ++e) all.rows.value[e] /= static_cast<float>(std::sqrt(squares));
    all.rows.start.push_back(static_cast<std::int64_t>(all.rows.value.size()));
  }
  return all;
}

}  // namespace encore
