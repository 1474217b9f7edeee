// `encore items list`: which films a model may answer with, and what changed since its training.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "commands/film_json.h"
#include "commands/items_actions.h"
#include "console/table.h"
#include "folder/dataset_folder.h"
#include "folder/model_folder.h"
#include "process/error.h"

namespace encore {

int list_items(const ItemsSettings& settings, const Output& output) {
  if (!settings.what.empty()) throw UserError(fmt::format("items list takes a model and nothing else, not '{}'", settings.what.front()));
  const Catalogue items = read_model(settings.model).items;
  std::int64_t answers = 0, added = 0, retired = 0;
  nlohmann::ordered_json changed = nlohmann::ordered_json::array();
  Table films({{"id", true}, {"film"}, {"year", true}, {"genres"}, {"since the training"}});
  for (std::int32_t item = 0; item < items.size(); ++item) {
    answers += items.can_answer(item), added += items.is_added(item), retired += items.is_retired(item);
    if (!items.is_added(item) && !items.is_retired(item)) continue;
    const auto row = static_cast<std::size_t>(item);
    films.add({items.id[row], items.title[row], items.year[row] ? std::to_string(*items.year[row]) : "", items.genres[row],
               items.is_retired(item) ? (items.is_added(item) ? "added, retired" : "retired") : "added"});
    nlohmann::ordered_json film = film_json(items, item);
    film["added"] = items.is_added(item), film["retired"] = items.is_retired(item);
    changed.push_back(std::move(film));
  }
  Table counts({{"", false}, {"", true}});
  counts.add({"films", with_thousands(items.size())});
  counts.add({"may be answers", with_thousands(answers)});
  counts.add({"added since the training", with_thousands(added)});
  counts.add({"retired", with_thousands(retired)});
  output.result(counts.text() + (changed.empty() ? "" : "\n" + films.text()));
  output.object(nlohmann::ordered_json{
      {"films", items.size()}, {"answers", answers}, {"added", added}, {"retired", retired}, {"items", changed}}.dump());
  return 0;
}

}  // namespace encore
