// `encore items add`: films that came after the training get their numbers from what is known about them.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <future>
#include <set>

#include "catalogue/changed_folder.h"
#include "catalogue/film_addition.h"
#include "commands/film_json.h"
#include "commands/items_actions.h"
#include "commands/items_named.h"
#include "console/table.h"
#include "digest/checksums.h"
#include "folder/item_features_file.h"
#include "folder/model_folder.h"
#include "process/error.h"
#include "process/resources.h"
#include "process/staged_folder.h"

namespace encore {
namespace {

/// The part of a feature's name in front of the colon: the column that it came from.
std::string_view column_of(const NamedFeature& feature) { return std::string_view(feature.name).substr(0, feature.name.find(':')); }

/// Of the columns of the new films' file those that no film of the model has a feature of.
std::set<std::string> unknown_columns(const ItemFeatures& known, const std::vector<NewFilm>& films) {
  std::set<std::string> names;
  for (const NewFilm& film : films)
    for (const NamedFeature& one : film.features) names.emplace(column_of(one));
  for (const auto& features : known)
    for (const NamedFeature& one : features)
      if (const auto found = names.find(std::string(column_of(one))); found != names.end()) names.erase(found);
  return names;
}

void tell(const GrownModel& grown, const std::vector<NewFilm>& films, double seconds, const ItemsSettings& settings, const Output& output) {
  constexpr std::size_t shown = 20;
  const Catalogue& items = grown.model.items;
  Table table({{"id", true}, {"film"}, {"year", true}, {"counts as most like"}});
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (std::size_t j = 0; j < films.size(); ++j) {
    nlohmann::ordered_json film = film_json(items, grown.places[j]);
    film["alike"] = nlohmann::ordered_json::array();
    std::vector<std::string> names;
    for (const std::int32_t item : grown.alike[j]) {
      film["alike"].push_back(film_json(items, item));
      names.push_back(items.title[static_cast<std::size_t>(item)]);
    }
    json.push_back(std::move(film));
    const std::string year = films[j].year ? std::to_string(*films[j].year) : "";
    if (j < shown) table.add({films[j].id, films[j].title, year, fmt::format("{}", fmt::join(names, ", "))});
  }
  const std::int64_t rest = std::ssize(films) - static_cast<std::int64_t>(shown);
  const std::string more = rest > 0 ? fmt::format("  and {} more\n", with_thousands(rest)) : "";
  output.result(fmt::format("{} has {} ({})\n\n{}{}", settings.model,
                            films.size() == 1 ? "1 new film" : with_thousands(std::ssize(films)) + " new films", readable_seconds(seconds),
                            table.text(), more));
  output.object(nlohmann::ordered_json{{"added", json}, {"films", items.size()}, {"seconds", seconds}}.dump());
}

}  // namespace

int add_items(const ItemsSettings& settings, const Output& output) {
  const auto began = std::chrono::steady_clock::now();
  if (settings.what.size() != 1)
    throw UserError("items add takes a model and one table of new films; `encore items add MODEL FILE`");
  const std::filesystem::path folder = settings.model;
  StagedFolder staged(changed_folder(folder), true);  // locked: another command that changes the folder waits for its turn
  // Else the new sums would be written over the damage.
  auto undamaged = std::async(std::launch::async, [&] { require_all_checksums(folder); });
  const TrainedModel model = read_model(folder);
  undamaged.get();
  const ItemFeatures features = read_item_features(folder, model.items.size());
  std::vector<NewFilm> films = read_new_films(settings.what.front(), model.items, model.last_item_id);
  if (settings.item_vectors) {
    const std::int64_t found = add_vectors(*settings.item_vectors, features, films);
    if (const std::int64_t without = std::ssize(films) - found; without > 0)
      output.warn(fmt::format("--item-vectors {} has no vector of {} of the {} new films, by their ids", *settings.item_vectors,
                              with_thousands(without), with_thousands(std::ssize(films))));
  }
  const GrownModel grown = with_new_films(model, features, films, threads_to_use(settings.threads));
  if (const auto unknown = unknown_columns(features, films); !unknown.empty())
    output.remark(fmt::format("no film of the model has a feature of {}, so that {} for nothing yet; `encore prepare --item-features` "
                              "gives its films such features\n",
                              fmt::join(unknown, ", "), unknown.size() == 1 ? "it counts" : "they count"));
  if (const auto unlike = std::ranges::count_if(grown.alike, [](const auto& alike) { return alike.empty(); }); unlike > 0)
    output.remark(fmt::format("{} no feature in common with the model's films, so that {}\n",
                              unlike == 1 ? "1 new film has" : with_thousands(unlike) + " new films have",
                              unlike == 1 ? "it counts as an average one" : "they count as average ones"));
  const auto namesakes = std::ranges::count_if(films, [](const NewFilm& film) { return !film.namesake.empty(); });
  if (namesakes > 0) {
    const NewFilm& first = *std::ranges::find_if(films, [](const NewFilm& film) { return !film.namesake.empty(); });
    output.warn(fmt::format("{} the name of a film that is there, and an id of its own, so that both are kept now: \"{}\" "
                            "(id:{}), like {}; `encore items forget` takes a film out",
                            namesakes == 1 ? "1 new film has" : with_thousands(namesakes) + " new films have", first.title, first.id,
                            first.namesake));
  }
  write_model_files(staged.path(), grown.model, read_history(folder), grown.features);
  staged.commit();
  tell(grown, films, std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(), settings, output);
  return 0;
}

}  // namespace encore
