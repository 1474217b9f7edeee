// A model as people use it: network, catalogue, and how it came about. Read from and written to a model folder
// (model_folder.h).
#pragma once
#include <cstdint>
#include <string>
#include "dataset/dataset.h"
#include "model/autoencoder.h"

namespace encore {

struct TrainedModel {
  Autoencoder network;
  Catalogue items;
  RatingScale scale;
  std::string dataset_fingerprint;
  std::uint64_t dataset_seed = 42;
  std::uint64_t seed = 42;
  TrainingDefaults training;  ///< the settings that were used
  std::int64_t epochs_trained = 0;
  std::int64_t best_epoch = 0;  ///< the epoch that was kept (0: the last)
  std::string program_version;
  std::string kernel_path;
  std::int64_t block_items = 128;  ///< items of a block: fixes the order of all sums
  std::string settings_json;       ///< every further setting of the training, for the reader's eyes
};

}  // namespace encore
