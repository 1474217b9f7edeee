// `encore items rate`: what people say of films that came after the training, before the next one.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <chrono>

#include "catalogue/changed_folder.h"
#include "commands/film_json.h"
#include "commands/items_actions.h"
#include "console/one_line.h"
#include "console/table.h"
#include "process/error.h"
#include "process/resources.h"

namespace encore {
namespace {

std::string ratings_text(std::int64_t count) { return count == 1 ? "1 rating" : with_thousands(count) + " ratings"; }

/// `of_one` and `of_many`: "is of a film that …", "are of films that …".
void tell_left_out(const LeftOut& what, std::string_view of_one, std::string_view of_many, const Output& output) {
  if (what.count == 0) return;
  output.remark(fmt::format("{} {}, and count{} for nothing here; the first is on line {}: user {}, film {}\n", ratings_text(what.count),
                            what.count == 1 ? of_one : of_many, what.count == 1 ? "s" : "", what.first.line,
                            without_controls(what.first.user), without_controls(what.first.film)));
}

void tell(const RatedModel& rated, double seconds, const ItemsSettings& settings, const Output& output) {
  tell_left_out(rated.of_trained_films, "is of a film that the model was trained on", "are of films that the model was trained on", output);
  tell_left_out(rated.of_unknown_films, "is of a film that the model does not have (`encore items add` brings it in)",
                "are of films that the model does not have (`encore items add` brings them in)", output);
  tell_left_out(rated.of_unknown_users, "is by a user who is not in the dataset", "are by users who are not in the dataset", output);
  tell_left_out(rated.of_held_out_users, "is by a user who is held out, and trains nothing (train --all-ratings holds out nobody)",
                "are by users who are held out, and train nothing (train --all-ratings holds out nobody)", output);
  constexpr std::int64_t shown = 20;
  const Catalogue& items = rated.model.items;
  Table table({{"id", true}, {"film"}, {"ratings", true}, {"liked", true}});
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  std::int64_t ratings = 0;
  for (const RatedModel::Film& one : rated.films) {
    const auto place = static_cast<std::size_t>(one.place);
    nlohmann::ordered_json film = film_json(items, one.place);
    film["ratings"] = one.ratings, film["liked"] = one.liked;
    if (std::ssize(json) < shown)
      table.add({items.id[place], without_controls(items.title[place]), with_thousands(one.ratings), with_thousands(one.liked)});
    json.push_back(std::move(film));
    ratings += one.ratings;
  }
  const std::int64_t rest = std::ssize(json) - shown;
  output.result(fmt::format("{}: {} of {} count now ({})\n\n{}{}", settings.model, ratings_text(ratings),
                            std::ssize(json) == 1 ? "1 new film" : with_thousands(std::ssize(json)) + " new films",
                            readable_seconds(seconds), table.text(),
                            rest > 0 ? fmt::format("  and {} more\n", with_thousands(rest)) : ""));
  output.object(nlohmann::ordered_json{{"rated", json},
                                       {"left_out",
                                        {{"of_trained_films", rated.of_trained_films.count},
                                         {"of_unknown_films", rated.of_unknown_films.count},
                                         {"by_unknown_users", rated.of_unknown_users.count},
                                         {"by_held_out_users", rated.of_held_out_users.count}}},
                                       {"films", items.size()},
                                       {"seconds", seconds}}
                    .dump());
}

}  // namespace

int rate_items(const ItemsSettings& settings, const Output& output) {
  const auto began = std::chrono::steady_clock::now();
  if (settings.what.size() != 1 || !settings.dataset)
    throw UserError("items rate takes a model, one table of ratings and the dataset that the model was trained on; "
                    "`encore items rate MODEL RATINGS --dataset DATASET`");
  const auto read = [&](const Dataset& dataset) { return read_new_ratings(settings.what.front(), dataset); };
  const RatedModel rated = rate_folder(settings.model, *settings.dataset, read, threads_to_use(settings.threads));
  tell(rated, std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(), settings, output);
  return 0;
}

}  // namespace encore
