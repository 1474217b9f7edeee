// Titles are matched as everywhere (recommendation/film_finder.h).
#include "commands/items_named.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "commands/film_json.h"
#include "console/one_line.h"
#include "console/table.h"
#include "process/error.h"
#include "recommendation/film_finder.h"

namespace encore {

std::set<std::int32_t> named_films(const ItemsSettings& settings, const Catalogue& items) {
  if (settings.what.empty())
    throw UserError(fmt::format("items {0} takes a model and at least one film; `encore items {0} MODEL \"Alien\"`, or id:318",
                                settings.action));
  const FilmFinder finder(items);
  std::set<std::int32_t> films;
  for (const std::string& words : settings.what) {
    const auto item = finder.find(words);
    if (!item) throw UserError(fmt::format("{} has no film with {}", settings.model, words));
    if (!films.insert(*item).second)
      throw UserError(fmt::format("{} is named twice", items.title[static_cast<std::size_t>(*item)]));
  }
  return films;
}

void tell_films(const ItemsSettings& settings, const Catalogue& items, const std::set<std::int32_t>& films, std::string_view done,
                std::int64_t films_now, const Output& output) {
  constexpr std::size_t shown = 20;
  std::string text;
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const std::int32_t item : films) {
    if (json.size() < shown) text += fmt::format("  {}\n", without_controls(items.title[static_cast<std::size_t>(item)]));
    json.push_back(film_json(items, item));
  }
  if (films.size() > shown) text += fmt::format("  and {} more\n", with_thousands(static_cast<std::int64_t>(films.size() - shown)));
  output.result(fmt::format("{}: {} {}\n{}", settings.model,
                            films.size() == 1 ? "1 film" : with_thousands(static_cast<std::int64_t>(films.size())) + " films", done, text));
  output.object(nlohmann::ordered_json{{std::string(done), json}, {"films", films_now}}.dump());
}

}  // namespace encore
