// Everything that a training does, decided. Not how it is decided from defaults, options and checkpoints (models/plan.h).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include "network/architecture.h"
#include "settings/option.h"
#include "training/early_stopping.h"
#include "training/output_products.h"
#include "training/update.h"

namespace encore {

enum class Parallel : std::uint8_t { items, users_step, users_epoch, elephas, async };

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
  std::int64_t negatives = 0;  ///< films drawn for a step's softmax (sampled_items.h); 0: it is over all of them
  std::string device = "cpu";
  Precision precision = Precision::f32;
  std::int64_t patience = 0;  ///< in rounds; 0: all epochs
  std::int64_t round = 1;     ///< epochs of a round (early_stopping.h)
  StopOn stop_on = StopOn::validation_loss;
  bool patience_asked = false, stop_on_asked = false;  ///< by the user: then it must be possible
  std::int64_t epochs_unjudged = 0;  ///< at most, when patience was not asked for and no validation user says anything
  bool loss_after_epoch = false;
  std::int64_t checkpoint_every = 0;
  std::string chosen;  ///< why it is this kind, where nobody said which
  NamedValues knobs;  ///< what the kind has of its own, by option without dashes; all of them, defaults too
  /// Of a number among the knobs.
  double number(std::string_view knob) const { return std::get<double>(knobs.find(knob)->second); }
  std::int64_t whole(std::string_view knob) const { return std::get<std::int64_t>(knobs.find(knob)->second); }
  const std::string& text(std::string_view knob) const { return std::get<std::string>(knobs.find(knob)->second); }
  /// The weight of the divergence in the loss of a batch (annealed, Bowman et al. 2016): β·min(1, step/anneal), with the
  /// steps of all epochs before the batch; γ of a composite prior. 0 of networks without one.
  double divergence_weight(std::int64_t step) const;
  AdamSettings adam() const { return {learning.learning_rate, learning.epsilon, learning.weight_decay, negatives > 0}; }
};

/// The plan as JSON text, and back.
std::string to_json(const TrainingPlan&);
TrainingPlan plan_from_json(const std::string&);

/// The kernel path that it takes on this processor (kernels.h): which last bits it will have.
std::string kernel_path_of(const TrainingPlan&);

std::string_view name_of(Parallel);
std::string_view name_of(StopOn);
Parallel parallel_named(std::string_view);  ///< these two throw UserError that lists the names
StopOn stop_on_named(std::string_view);
std::vector<std::string_view> parallel_names();
std::vector<std::string_view> stop_on_names();

}  // namespace encore
