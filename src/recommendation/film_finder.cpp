// Titles are tried from the strictest reading to the most forgiving one; the first reading that fits any film decides.
#include "recommendation/film_finder.h"
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <span>
#include <utility>
#include "kernel/parallel.h"
#include "process/error.h"
#include "process/resources.h"
#include "options/edit_distance.h"

namespace encore {
namespace {

constexpr std::size_t most_films_listed = 10, most_near = 3;

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

/// "Vertigo 1958": a year behind the title, without brackets.
std::optional<TitleNames> with_bare_year(std::string_view title) {
  const auto blank = title.rfind(' ');
  if (blank == std::string_view::npos || title.size() - blank != 5 || !is_number(title.substr(blank + 1)))
    return std::nullopt;
  return names_of(fmt::format("{} ({})", title.substr(0, blank), title.substr(blank + 1)));
}

}  // namespace

void FilmFinder::Index::sort() {
  std::ranges::sort(entries_, {}, [](const Entry& entry) { return std::pair(entry.hash, entry.item); });
}

std::vector<std::int32_t> FilmFinder::Index::find(std::string_view name) const {
  const std::size_t hash = std::hash<std::string_view>()(name);
  std::vector<std::int32_t> items;
  for (auto at = std::ranges::lower_bound(entries_, hash, {}, &Entry::hash); at != entries_.end() && at->hash == hash; ++at)
    if (at->name == name) items.push_back(at->item);
  return items;
}

FilmFinder::FilmFinder(const Catalogue& items) : items_(items) {}

std::optional<std::int32_t> FilmFinder::by_id(std::string_view id) const {
  const auto item_at = [&](auto found) { return std::optional(static_cast<std::int32_t>(found - items_.id.begin())); };
  if (!items_.numeric_ids) {
    const auto found = std::ranges::lower_bound(items_.id, id);
    return found != items_.id.end() && *found == id ? item_at(found) : std::nullopt;
  }
  const auto wanted = whole_number(id);  // "007" is 7
  if (!wanted) return std::nullopt;
  const auto found = std::ranges::lower_bound(items_.id, *wanted, {}, [](const std::string& one) { return whole_number(one).value_or(0); });
  return found != items_.id.end() && whole_number(*found) == wanted ? item_at(found) : std::nullopt;
}

const FilmFinder::Titles& FilmFinder::titles() const {
  std::call_once(folded_, [this] {
    titles_.names.reserve(items_.title.size());  // and never moved: the indices look into them
    for (const std::string& title : items_.title) titles_.names.push_back(names_of(title));
    Index* const all[] = {&titles_.exact, &titles_.whole, &titles_.name, &titles_.other, &titles_.bare};
    for (Index* index : all) index->reserve(titles_.names.size());
    for (std::int32_t item = 0; item < items_.size(); ++item) {
      const TitleNames& film = titles_.names[static_cast<std::size_t>(item)];
      titles_.exact.add(items_.title[static_cast<std::size_t>(item)], item);
      titles_.whole.add(film.others.empty() ? film.name : film.others.back(), item);
      titles_.name.add(film.name, item);
      titles_.bare.add(film.bare, item);
      for (std::size_t i = 0; i < film.others.size(); ++i) {
        const auto others = std::span(film.others);
        if (std::ranges::find(others.first(i), others[i]) == others.begin() + static_cast<std::ptrdiff_t>(i))
          titles_.other.add(others[i], item);
      }
    }
    for (Index* index : all) index->sort();
  });
  return titles_;
}

bool FilmFinder::is_index_worth(int work) const {
  constexpr int work_of_an_index = 20;  // folding 60,000 titles takes as long as looking at each twenty times and more
  return work_.fetch_add(work, std::memory_order_relaxed) >= work_of_an_index;
}

std::vector<std::int32_t> FilmFinder::scanned_for(const TitleNames& wanted) const {
  const std::string_view word = wanted.others.empty() ? longest_word(wanted.bare) : std::string_view();
  const std::string& whole = wanted.others.empty() ? wanted.name : wanted.others.back();
  using Readings = std::array<std::vector<std::int32_t>, 4>;
  constexpr std::int64_t parts = 8;
  std::array<Readings, parts> found;
  kernel::parallel_for(parts, available_threads(), [&](std::int64_t part) {
    const std::int64_t size = items_.size();
    for (auto item = static_cast<std::int32_t>(size * part / parts); item < size * (part + 1) / parts; ++item) {
      const std::string& title = items_.title[static_cast<std::size_t>(item)];
      if (!may_hold_word(title, word) || (wanted.year && items_.year[static_cast<std::size_t>(item)] != wanted.year)) continue;
      const TitleNames film = names_of(title);
      const std::array fits{(film.others.empty() ? film.name : film.others.back()) == whole && !whole.empty(),
                            film.name == wanted.name && !wanted.name.empty(),
                            std::ranges::find(film.others, wanted.name) != film.others.end() && !wanted.name.empty(),
                            film.bare == wanted.bare && !wanted.bare.empty()};
      for (std::size_t reading = 0; reading < fits.size(); ++reading)
        if (fits[reading]) found[static_cast<std::size_t>(part)][reading].push_back(item);
    }
  });
  std::vector<std::int32_t> items;
  for (std::size_t reading = 0; reading < found.front().size() && items.empty(); ++reading)
    for (const Readings& part : found) items.insert(items.end(), part[reading].begin(), part[reading].end());
  return items;
}

std::vector<std::int32_t> FilmFinder::matches_of(const TitleNames& wanted) const {
  if (!is_index_worth(4)) return scanned_for(wanted);
  const auto named = [&](const Index& index, const std::string& name) {
    std::vector<std::int32_t> found;
    if (name.empty()) return found;
    found = index.find(name);
    if (wanted.year) std::erase_if(found, [&](std::int32_t item) { return items_.year[static_cast<std::size_t>(item)] != wanted.year; });
    return found;
  };
  auto found = named(titles().whole, wanted.others.empty() ? wanted.name : wanted.others.back());  // with its brackets
  if (found.empty()) found = named(titles().name, wanted.name);
  if (found.empty()) found = named(titles().other, wanted.name);
  if (found.empty()) found = named(titles().bare, wanted.bare);
  return found;
}

std::vector<std::int32_t> FilmFinder::of_exact_title(std::string_view title) const {
  if (is_index_worth(1)) return titles().exact.find(title);
  std::vector<std::int32_t> found;
  for (std::int32_t item = 0; item < items_.size(); ++item)
    if (items_.title[static_cast<std::size_t>(item)] == title) found.push_back(item);
  return found;
}

std::vector<std::int32_t> FilmFinder::matches(std::string_view title) const {
  auto found = of_exact_title(title);
  if (!found.empty()) return found;
  found = matches_of(names_of(title));
  if (const auto dated = with_bare_year(title); found.empty() && dated) found = matches_of(*dated);
  return found;
}

std::int32_t FilmFinder::by_title(std::string_view title) const {
  const auto found = matches(title);
  if (found.empty()) complain_unknown(title);
  if (found.size() > 1) complain_ambiguous(title, found);
  return found.front();
}

std::optional<std::int32_t> FilmFinder::find(std::string_view words) const {
  if (words.starts_with("id:")) return by_id(words.substr(3));
  const auto found = matches(words);
  if (found.size() > 1) complain_ambiguous(words, found);
  const auto item = by_id(words);
  if (found.size() == 1 && item && *item != found.front()) {
    throw UserError(fmt::format("\"{0}\" may be the film {1} or the id {0} of {2}; say {3} or id:{0}", words,
                                described(found.front(), false), described(*item, false),
                                described(found.front(), true)));
  }
  if (found.size() == 1) return found.front();
  if (item) return item;
  if (items_.numeric_ids && is_number(words)) return std::nullopt;
  complain_unknown(words);
}

std::string FilmFinder::described(std::int32_t item, bool with_id) const {
  const auto row = static_cast<std::size_t>(item);
  const bool dated = names_of(items_.title[row]).year.has_value() || !items_.year[row];
  const std::string title = dated ? items_.title[row] : fmt::format("{} ({})", items_.title[row], *items_.year[row]);
  return with_id ? fmt::format("\"{}\" (id:{})", title, items_.id[row]) : fmt::format("\"{}\"", title);
}

void FilmFinder::complain_ambiguous(std::string_view title, const std::vector<std::int32_t>& found) const {
  std::vector<std::string> listed;
  for (std::size_t i = 0; i < std::min(found.size(), most_films_listed); ++i) listed.push_back(described(found[i], true));
  const std::string more = found.size() > most_films_listed ? fmt::format(" or {} more", found.size() - most_films_listed) : "";
  throw UserError(fmt::format("\"{}\" may be {}{}; name the film with its year or by its id, like id:{}", title,
                              fmt::join(listed, " or "), more, items_.id[static_cast<std::size_t>(found.front())]));
}

void FilmFinder::complain_unknown(std::string_view title) const {
  const TitleNames wanted = names_of(title);
  // A film of this name but of another year is the likeliest slip.
  TitleNames undated = wanted;
  undated.year.reset();
  std::vector<std::int32_t> near = matches_of(undated);
  if (near.empty() && !wanted.name.empty()) {
    const auto limit = std::max<std::int64_t>(2, std::ssize(wanted.bare) / 3);
    std::vector<std::pair<std::int64_t, std::int32_t>> ranked;
    for (std::int32_t item = 0; item < items_.size(); ++item) {
      const TitleNames& film = titles().names[static_cast<std::size_t>(item)];
      // A title that holds all the words stands before one that is only spelled alike.
      const bool holds = wanted.bare.size() >= 4 && film.name.find(wanted.bare) != std::string::npos;
      const std::int64_t distance = holds ? 0 : edit_distance(wanted.bare, film.bare, limit);
      if (distance <= limit) ranked.emplace_back(distance, item);
    }
    std::stable_sort(ranked.begin(), ranked.end(), [&](const auto& a, const auto& b) {
      const auto known = [&](std::int32_t item) { return items_.ratings[static_cast<std::size_t>(item)]; };
      return a.first != b.first ? a.first < b.first : known(a.second) > known(b.second);
    });
    for (const auto& [distance, item] : ranked) near.push_back(item);
  }
  if (near.size() > most_near) near.resize(most_near);
  std::vector<std::string> listed;
  listed.reserve(near.size());
  for (const auto item : near) listed.push_back(described(item, false));
  throw UserError(listed.empty() ? fmt::format("the model knows no film \"{}\" and none with a title like it", title)
                                 : fmt::format("the model knows no film \"{}\"; did you mean {}?", title,
                                               fmt::join(listed, " or ")));
}

}  // namespace encore
