// `encore items`: the films of a trained model, which come and go while it is used. A table of actions; each stands in a file of its
// own (items_actions.h).
#include <fmt/format.h>
#include <array>
#include <stdexcept>
#include "commands/command.h"
#include "commands/items_actions.h"
#include "process/error.h"

namespace encore {
namespace {

struct Action {
  std::string_view name;  ///< one of the choices in settings/items_settings.cpp
  int (*run)(const ItemsSettings&, const Output&);
};

constexpr std::array actions = {
    Action{"list", list_items},
    Action{"add", add_items},
    Action{"rate", rate_items},
    Action{"retire", retire_items},
    Action{"restore", restore_items},
    Action{"forget", forget_items},
};

int run(const ItemsSettings& settings, const Output& output) {
  if (settings.dataset && settings.action != "rate")
    throw UserError(fmt::format("--dataset is for items rate; items {} asks no dataset", settings.action));
  if (settings.item_vectors && settings.action != "add")
    throw UserError(fmt::format("--item-vectors is for items add; items {} takes no vectors", settings.action));
  for (const Action& action : actions)
    if (action.name == settings.action) return action.run(settings, output);
  throw std::logic_error("an action of items that no function carries out");
}

}  // namespace

Command items_command() {
  return make_command<ItemsSettings>("items", "Show and change the films of a trained model, without training again.",
                                     {"encore items add films.model new_films.csv",
                                      "encore items rate films.model new_ratings.csv --dataset films",
                                      "encore items list films.model",
                                      "encore items retire films.model \"Toy Story 2 (1999)\" id:318",
                                      "encore items restore films.model \"Toy Story 2 (1999)\"",
                                      "encore items forget films.model id:318"}, items_options(), run);
}

}  // namespace encore
