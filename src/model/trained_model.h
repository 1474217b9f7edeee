// A model as people use it: what scores, the catalogue, and how it came about. Read from and written to a model folder
// (folder/model_folder.h).
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include "dataset/dataset.h"
#include "model/model.h"

namespace encore {

/// How a model is trained unless the user says otherwise; a kind that is made in one step leaves it alone.
struct TrainingDefaults {
  double learning_rate = 1e-3;
  double epsilon = 1e-8;    ///< Adam's ε, outside the root (Keras' form)
  double weight_decay = 0;  ///< λ of coupled L2 on weights: gradient + 2λW
  std::int64_t batch_size = 500;
  std::int64_t epochs = 100;
};

struct TrainedModel {
  std::shared_ptr<const Model> model;
  Catalogue items;
  RatingScale scale;
  std::string dataset_fingerprint;
  std::uint64_t dataset_seed = 42;
  std::uint64_t seed = 42;
  TrainingDefaults training;  ///< the settings that were used
  std::int64_t epochs_trained = 0;
  std::int64_t best_epoch = 0;  ///< the epoch whose weights these are; 0: nothing was trained
  std::string kept;             ///< why that one, in words
  std::string program_version;
  std::string kernel_path;
  std::int64_t block_items = 128;  ///< items of a block: fixes the order of all sums
  std::int64_t last_item_id = 0;   ///< where films were forgotten: no id of a number up to this one is given to a new film
  std::string settings_json;       ///< every further setting of the training, for the reader's eyes
};

}  // namespace encore
