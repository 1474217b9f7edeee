// Films are kept in maps and sets ordered by item, so that what comes out is ascending.
#include "recommendation/profile.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include "process/error.h"
#include "settings/value_text.h"

namespace encore {

void ProfileBuilder::rate(std::string_view title_and_stars) {
  const auto equals = title_and_stars.rfind('=');  // a title may hold one
  if (equals == std::string_view::npos || equals == 0) {
    throw UserError(
        fmt::format("--rate \"{}\" has no stars; write TITLE=STARS, like \"Vertigo (1958)=4.5\"", title_and_stars));
  }
  const auto stars = parse_number(title_and_stars.substr(equals + 1));
  if (!stars) {
    throw UserError(fmt::format("--rate \"{}\": \"{}\" is not a number of stars from {:g} to {:g}", title_and_stars,
                                title_and_stars.substr(equals + 1), scale_.minimum, scale_.maximum));
  }
  rate(title_and_stars.substr(0, equals), *stars);
}

void ProfileBuilder::rate(std::string_view title, double stars) {
  require_on_scale(title, stars);
  if (const auto item = finder_.find(title)) {
    stars_[*item] = static_cast<float>(stars);
  } else {
    unknown_.emplace_back(title);
  }
}

void ProfileBuilder::rate_row(std::string_view film, bool is_id, double stars, double time) {
  require_on_scale(film, stars);
  const auto item = is_id ? finder_.by_id(film) : finder_.find(film);
  if (!item) return unknown_.emplace_back(film), void();
  auto& [latest, rows] = rows_.try_emplace(*item, time, 0).first->second;
  repeated_ += ++rows == 2;
  float& kept = stars_[*item];
  if (rows == 1 || time > latest) {
    kept = static_cast<float>(stars);
  } else if (time == latest) {
    kept = std::max(kept, static_cast<float>(stars));
  }
  latest = std::max(latest, time);
}

void ProfileBuilder::require_on_scale(std::string_view title, double stars) const {
  if (!scale_.implicit && !(stars >= scale_.minimum && stars <= scale_.maximum)) {
    throw UserError(fmt::format("{:g} stars for \"{}\" are off the scale of this model, {:g} to {:g}", stars, title,
                                scale_.minimum, scale_.maximum));
  }
}

void ProfileBuilder::exclude(std::string_view title) {
  if (const auto item = finder_.find(title)) {
    excluded_.insert(*item);
  } else {
    unknown_.emplace_back(title);
  }
}

void ProfileBuilder::seen(std::string_view title) {
  if (const auto item = finder_.find(title)) {
    seen_.insert(*item);
  } else {
    unknown_.emplace_back(title);
  }
}

Profile ProfileBuilder::profile(bool include_seen) const {
  Profile person;
  std::set<std::int32_t> hidden = excluded_;
  hidden.insert(seen_.begin(), seen_.end());
  for (const auto& [item, stars] : stars_) {
    person.items.push_back(item);
    person.stars.push_back(stars);
    if (!include_seen) hidden.insert(item);
  }
  person.seen.assign(seen_.begin(), seen_.end());
  person.hidden.assign(hidden.begin(), hidden.end());
  return person;
}

std::vector<std::int32_t> united(const std::vector<std::int32_t>& one, const std::vector<std::int32_t>& other) {
  std::vector<std::int32_t> both;
  std::ranges::set_union(one, other, std::back_inserter(both));
  return both;
}

std::vector<std::int32_t> model_items_of(const Catalogue& dataset_items, const FilmFinder& finder) {
  std::vector<std::int32_t> found;
  found.reserve(dataset_items.id.size());
  for (const auto& id : dataset_items.id) found.push_back(finder.by_id(id).value_or(-1));
  return found;
}

Profile profile_of(const Dataset& dataset, std::int32_t user, const std::vector<std::int32_t>& model_items,
                   const std::vector<std::int32_t>& excluded, bool include_seen, std::vector<std::string>* unknown) {
  Profile person;
  const auto items = dataset.ratings.items_of(user);
  const auto stars = dataset.ratings.ratings_of(user);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::int32_t item = model_items[static_cast<std::size_t>(items[i])];
    if (item >= 0) {
      // Both catalogues ascend by source id, so the model's items ascend too.
      person.items.push_back(item);
      person.stars.push_back(stars[i]);
    } else if (unknown != nullptr) {
      unknown->push_back(dataset.items.id[static_cast<std::size_t>(items[i])]);
    }
  }
  const auto of_model = [&](std::span<const std::int32_t> of_dataset) {
    std::vector<std::int32_t> found;
    for (const std::int32_t item : of_dataset)
      if (const std::int32_t known = model_items[static_cast<std::size_t>(item)]; known >= 0) found.push_back(known);
    return found;
  };
  person.seen = of_model(dataset.seen.items_of(user));
  person.hidden = united(excluded, of_model(dataset.dismissed.items_of(user)));
  if (!include_seen) person.hidden = united(united(person.hidden, person.items), person.seen);
  return person;
}

}  // namespace encore
