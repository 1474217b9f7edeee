// `encore items forget`: films whose numbers are deleted from the model's files, catalogue and weights and all.
#include <filesystem>

#include "catalogue/changed_folder.h"
#include "catalogue/film_removal.h"
#include "commands/items_actions.h"
#include "commands/items_named.h"
#include "digest/checksums.h"
#include "folder/item_features_file.h"
#include "folder/model_folder.h"
#include "process/staged_folder.h"

namespace encore {

int forget_items(const ItemsSettings& settings, const Output& output) {
  const std::filesystem::path folder = settings.model;
  StagedFolder staged(changed_folder(folder), true);  // locked: another command that changes the folder waits for its turn
  require_all_checksums(folder);  // else the new sums would be written over the damage
  const TrainedModel model = read_model(folder);
  const std::set<std::int32_t> films = named_films(settings, model.items);
  const ShrunkModel shrunk = without_films(model, read_item_features(folder, model.items.size()), films);
  write_model_files(staged.path(), shrunk.model, read_history(folder), shrunk.features);
  staged.commit();
  tell_films(settings, model.items, films, "forgotten", shrunk.model.items.size(), output);
  return 0;
}

}  // namespace encore
