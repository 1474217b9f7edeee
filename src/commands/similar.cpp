// `encore similar`: the films that a model takes for most alike.
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include "commands/command.h"
#include "commands/film_json.h"
#include "console/one_line.h"
#include "console/table.h"
#include "commands/opened_model.h"
#include "process/error.h"
#include "settings/similar_settings.h"

namespace encore {
using Json = nlohmann::ordered_json;

void list_similar(const Desk& desk, const SimilarSettings& settings, const Output& output) {
  const TrainedModel& model = desk.model();
  const auto item = desk.finder().find(settings.title);
  if (!item) {
    const std::string id = settings.title.starts_with("id:") ? settings.title.substr(3) : settings.title;
    throw UserError(fmt::format("the model knows no film with the id {}; name the film by its title", id));
  }
  const auto found = desk.vectors().similar(*item, settings.k);

  const std::string measure(desk.vectors().measure());
  Json json = {{"item", film_json(model.items, *item)}, {"items", Json::array()}, {"score", measure}};
  Table table({{"", true}, {"film"}, {"year", true}, {"genres"}, {measure, true}});
  for (std::size_t rank = 0; rank < found.size(); ++rank) {
    const auto row = static_cast<std::size_t>(found[rank].item);
    Json film = film_json(model.items, found[rank].item);
    film["score"] = found[rank].score;
    json["items"].push_back(std::move(film));
    table.add({std::to_string(rank + 1), model.items.title[row],
               model.items.year[row] ? std::to_string(*model.items.year[row]) : "", model.items.genres[row],
               fmt::format("{:.3f}", found[rank].score)});
  }
  std::string note;
  if (std::ssize(found) < settings.k) {
    note = found.empty() ? "no other film was rated by training users"
                         : fmt::format("there {} only {} to compare, not {}", found.size() == 1 ? "is" : "are",
                                       found.size() == 1 ? "1 other film" : with_thousands(std::ssize(found)) + " other films",
                                       settings.k);
    json["note"] = note;
  }
  output.object(json.dump());
  output.result(fmt::format("Most like {}\n{}", without_controls(model.items.title[static_cast<std::size_t>(*item)]), table.text()));
  if (!note.empty()) output.remark(note);
}

namespace {

int run_similar(const SimilarSettings& settings, const Output& output) {
  list_similar(Desk(settings.model), settings, output);
  return 0;
}

}  // namespace

Command similar_command() {
  return make_command<SimilarSettings>("similar", "List the films that a model takes for most alike.",
                                       {"encore similar fifties.model \"Rear Window\" -k 5"}, similar_options(),
                                       run_similar);
}

}  // namespace encore
