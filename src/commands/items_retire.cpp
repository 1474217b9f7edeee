// `encore items retire` and `restore`: films that are no answer any more though a rating of them still counts, and their way back. Only
// the catalogue changes; the weights stay the same bytes.
#include <fmt/format.h>

#include <filesystem>

#include "catalogue/changed_folder.h"
#include "commands/items_actions.h"
#include "commands/items_named.h"
#include "digest/checksums.h"
#include "folder/changed_catalogue.h"
#include "folder/model_folder.h"
#include "process/error.h"
#include "process/staged_folder.h"

namespace encore {
namespace {

int change(const ItemsSettings& settings, const Output& output, bool retired) {
  const std::filesystem::path folder = settings.model;
  StagedFolder staged(changed_folder(folder), true);  // locked: another command that changes the folder waits for its turn
  require_all_checksums(folder);  // else the new sums would be written over the damage
  Catalogue items = read_model(folder).items;
  const std::set<std::int32_t> films = named_films(settings, items);
  items.retired.resize(static_cast<std::size_t>(items.size()));
  for (const std::int32_t item : films) {
    auto& now = items.retired[static_cast<std::size_t>(item)];
    if ((now != 0) == retired) {
      throw UserError(fmt::format("{} is {}, so that nothing would change; nothing was changed",
                                  items.title[static_cast<std::size_t>(item)], retired ? "retired already" : "not retired"));
    }
    now = retired;
  }
  if (std::ranges::none_of(items.retired, [](std::uint8_t one) { return one != 0; })) items.retired.clear();
  write_model_with_catalogue(staged.path(), folder, items);
  staged.commit();
  tell_films(settings, items, films, retired ? "retired" : "restored", items.size(), output);
  return 0;
}

}  // namespace

int retire_items(const ItemsSettings& settings, const Output& output) { return change(settings, output, true); }
int restore_items(const ItemsSettings& settings, const Output& output) { return change(settings, output, false); }

}  // namespace encore
