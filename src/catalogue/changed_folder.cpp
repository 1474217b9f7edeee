// Read, fold in, write aside, exchange.
#include "catalogue/changed_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <cerrno>
#include <cstring>

#include "digest/checksums.h"
#include "folder/item_features_file.h"
#include "folder/model_folder.h"
#include "models/model_files.h"
#include "models/rated_items.h"
#include "process/error.h"
#include "process/staged_folder.h"

namespace encore {

const std::filesystem::path& changed_folder(const std::filesystem::path& folder) {
  read_config_text(folder);  // says what is missing, or that it is no model
  std::error_code ignored;
  const std::filesystem::path whole = std::filesystem::weakly_canonical(folder, ignored), parent = whole.parent_path();
  if (::faccessat(AT_FDCWD, parent.c_str(), W_OK, AT_EACCESS) == 0) return folder;
  throw UserError(fmt::format("cannot change {0}: nothing can be written to the folder {1} that holds it ({2}); ask its owner, or copy the "
                              "model to a place of your own and change the copy",
                              folder.string(), parent.string(), std::strerror(errno)));
}

RatedModel rate_folder(const std::filesystem::path& folder, const std::string& dataset_folder,
                       const std::function<std::vector<NewRating>(const Dataset&)>& ratings, int threads) {
  StagedFolder staged(changed_folder(folder), true);  // locked: nobody else changes the folder meanwhile
  require_all_checksums(folder);  // else the new sums would be written over the damage
  const TrainedModel model = read_model(folder);
  require_rated(*model.model);
  const ItemFeatures features = read_item_features(folder, model.items.size());
  const Dataset dataset = dataset_of_training(model, folder.string(), dataset_folder);
  RatedModel rated = with_ratings(model, features, dataset, ratings(dataset), threads);
  write_model_files(staged.path(), rated.model, read_history(folder), features);
  staged.commit();
  return rated;
}

}  // namespace encore
