// What a kind opens a model from: config.json's "architecture", the number of items, and the tensors. Not where these come
// from (models/model_files.h, training/part_file.h).
#pragma once
#include <memory>

#include "model/config_reader.h"
#include "model/model.h"

namespace encore {

struct ModelSource {
  ConfigReader architecture;  ///< the object "architecture" of config.json
  std::int64_t items = 0;     ///< M
  std::int64_t block_items = 128;
  TensorSource& tensors;
  /// The same tensors' file where what is opened will be asked once: a kind may leave its tables there (rows_in_file.h). Null: they are
  /// to be read.
  std::shared_ptr<SafetensorsReader> stays = nullptr;
};

}  // namespace encore
