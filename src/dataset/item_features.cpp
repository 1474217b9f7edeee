// Letters beyond ASCII are taken as they are, so that every engine gets the same names.
#include "dataset/item_features.h"

#include <algorithm>

namespace encore {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_of_word(char c) {
  const char l = lower(c);
  return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
}

/// Calls visit for each run of characters that `keeps` holds for.
template <class Keeps, class Visit>
void for_each_run(std::string_view text, const Keeps& keeps, const Visit& visit) {
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && keeps(text[end])) ++end;
    if (end > at) visit(text.substr(at, end - at));
    at = end + 1;
  }
}

}  // namespace

std::string feature_name(std::string_view column, std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  text = text.substr(first, text.find_last_not_of(' ') - first + 1);
  std::string name(column);
  name += ':';
  name += text;
  std::ranges::transform(name, name.begin(), lower);
  return name;
}

std::vector<NamedFeature> features_of_film(const Catalogue& items, std::int32_t item) {
  const auto row = static_cast<std::size_t>(item);
  std::vector<NamedFeature> features;
  const auto add = [&](std::string_view column, std::string_view text) {
    if (std::string name = feature_name(column, text); !name.empty()) features.push_back({std::move(name), 1});
  };
  for_each_run(items.genres[row], [](char c) { return c != '|'; }, [&](std::string_view genre) {
    if (genre != "(no genres listed)") add("genre", genre);
  });
  const std::string year = items.year[row] ? std::to_string(*items.year[row]) : std::string();
  if (items.year[row]) add("decade", std::to_string(*items.year[row] / 10 * 10));
  if (items.title[row] != items.id[row])
    for_each_run(items.title[row], is_of_word, [&](std::string_view word) {
      if (word != year) add("word", word);
    });
  std::ranges::sort(features, {}, &NamedFeature::name);
  features.erase(std::unique(features.begin(), features.end()), features.end());
  return features;
}

}  // namespace encore
