// The options of `encore train`, as the user gave them: what is empty is the model's own, or the checkpoint's when
// resuming. Not their table, which knows the kinds of models (models/train_options.h), and not the decided plan
// (training/training_plan.h).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>
#include "settings/option.h"

namespace encore {

struct TrainSettings {
  std::string dataset;
  std::string output;
  std::optional<std::string> model;
  std::optional<std::int64_t> epochs, batch_size, negatives, seed;
  std::optional<double> learning_rate, epsilon, weight_decay, dropout;
  std::optional<std::vector<std::int64_t>> hidden;
  std::optional<std::string> input, activation, output_activation, loss;
  std::optional<bool> normalise;
  std::optional<std::int64_t> block_items;
  std::optional<std::string> parallel, sync_every, push_every, device, precision;
  bool lock = false;
  std::optional<std::int64_t> threads, shards;
  std::optional<std::int64_t> patience;
  std::optional<std::string> stop_on;
  bool loss_after_epoch = false;
  std::int64_t checkpoint_every = 0;
  bool resume = false;
  bool all_ratings = false;
  bool keep_moments = false;
  std::optional<std::string> warm_start, retired_from;
  NamedValues knobs;  ///< options that one kind of model has of its own
};

}  // namespace encore
