// Everything that a training does, decided: the model's row of defaults, what the user changed, and what a checkpoint
// says. Not the options themselves (settings/train_settings.h).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include "model/architecture.h"
#include "settings/train_settings.h"
#include "training/output_products.h"
#include "training/update.h"

namespace encore {

enum class Parallel : std::uint8_t { items, users_step, users_epoch, elephas, async };
enum class StopOn : std::uint8_t { validation_loss, ndcg };

struct TrainingPlan {
  Architecture architecture;
  TrainingDefaults learning;
  std::uint64_t seed = 42;
  Parallel parallel = Parallel::items;
  bool sync_every_epoch = true;   ///< elephas: one fit an epoch, or one for all
  bool push_every_batch = false;  ///< async
  bool lock = false;              ///< async
  int shards = 1, threads = 1;
  std::int64_t block_items = 128;
  std::string device = "cpu";
  Precision precision = Precision::f32;
  std::optional<std::int64_t> patience;
  StopOn stop_on = StopOn::validation_loss;
  bool loss_after_epoch = false;
  std::int64_t checkpoint_every = 0;
  AdamSettings adam() const { return {learning.learning_rate, learning.epsilon, learning.weight_decay}; }
};

/// The plan for the user's options and so many training users (a small dataset gets more epochs, unless --epochs says
/// how many). Throws UserError for a pair of options that does not go together.
TrainingPlan plan_training(const TrainSettings&, std::int64_t training_users);

/// The same when going on from a checkpoint whose plan is `before`: what the user did not say is taken from there.
/// Throws UserError naming the option that was different; only --epochs, --threads, --patience, --checkpoint-every and,
/// with
/// --parallel items, --shards may change.
TrainingPlan plan_resumed(const TrainSettings&, const TrainingPlan& before);

/// The plan as JSON text, and back.
std::string to_json(const TrainingPlan&);
TrainingPlan plan_from_json(const std::string&);

std::string_view name_of(Parallel);

}  // namespace encore
