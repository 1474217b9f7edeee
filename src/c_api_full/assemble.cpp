// encore_model_assemble: a model folder from the parts that the processes of a cluster sent, and the catalogue.
#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include "c_api/guard.h"
#include "folder/dataset_folder.h"
#include "folder/model_folder.h"
#include "process/error.h"
#include "models/model_parts.h"

namespace c_api = encore::c_api;

extern "C" int encore_model_assemble(const char* const* part_files, int count, const char* items_parquet,
                                     const char* folder) {
  return c_api::guarded([&] {
    encore::AssembledModel assembled =
        encore::read_model_parts({c_api::require(part_files, "part_files"), part_files + count});
    assembled.model.items = encore::read_catalogue(c_api::require(items_parquet, "items_parquet"));
    if (assembled.model.items.size() != assembled.model.model->items()) {
      throw encore::UserError(fmt::format("{} has {} items, but the model was trained on {}", items_parquet,
                                          assembled.model.items.size(), assembled.model.model->items()));
    }
    encore::write_model(c_api::require(folder, "folder"), assembled.model, assembled.history_csv);
  });
}
