// Sixty thousand short texts are searched in about a millisecond; an index would be larger than the texts.
#include "recommendation/title_search.h"

#include <algorithm>
#include <tuple>
#include "recommendation/title_text.h"

namespace encore {

TitleSearch::TitleSearch(const Catalogue& items) : items_(items) {
  titles_.reserve(items.title.size());
  for (const auto& title : items.title) titles_.push_back(" " + folded(title));
}

std::vector<std::int32_t> TitleSearch::find(std::string_view words, std::int64_t k) const {
  const std::string whole = " " + folded(words);
  std::vector<std::string> starts;
  for (std::size_t begin = 0; begin < whole.size() && whole.size() > 1;) {
    const std::size_t end = std::min(whole.find(' ', begin + 1), whole.size());
    starts.push_back(whole.substr(begin, end - begin));
    begin = end;
  }
  std::vector<std::tuple<bool, std::int64_t, std::int32_t>> found;  // ascending: best first
  for (std::int32_t item = 0; item < items_.size(); ++item) {
    const std::string& title = titles_[static_cast<std::size_t>(item)];
    const auto holds = [&](const std::string& start) { return title.find(start) != std::string::npos; };
    if (!std::all_of(starts.begin(), starts.end(), holds)) continue;
    found.emplace_back(!title.starts_with(whole), -items_.ratings[static_cast<std::size_t>(item)], item);
  }
  const auto shown = std::min<std::ptrdiff_t>(k, std::ssize(found));
  std::partial_sort(found.begin(), found.begin() + shown, found.end());
  std::vector<std::int32_t> items;
  for (std::ptrdiff_t i = 0; i < shown; ++i) items.push_back(std::get<2>(found[static_cast<std::size_t>(i)]));
  return items;
}

}  // namespace encore
