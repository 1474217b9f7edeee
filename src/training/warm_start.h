// A new training that starts from an older model, also when the catalogue changed: rows are matched by source id.
#pragma once
#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>
#include "dataset/dataset.h"
#include "model/trained_model.h"
#include "training/training_plan.h"
#include "training/training_state.h"

namespace encore {

struct WarmStartCounts {
  std::int64_t matched = 0, fresh = 0, gone = 0;
  bool with_moments = false;
};

/// For each film of the new catalogue its row in the older one, or −1.
std::vector<std::int64_t> match_rows(const Catalogue& now, const Catalogue& before, WarmStartCounts&);

/// The inputs of the training users whose ratings are here: where masked losses start.
struct InputSum {
  double sum = 0, count = 0;
};
InputSum sum_of_inputs(const Dataset&, Input);

/// [M] 1 for the films that some training user whose ratings are here has as an input.
std::vector<std::byte> films_with_input(const Dataset&, Input);

/// Fresh weights and zero moments: `workers` networks with the tables of `range`. Films without any input (`has_input` [M]) start,
/// and stay, with zeros in the first table: ItemTable::is_silent.
TrainingState fresh_state(const TrainingPlan&, std::span<const std::byte> has_input, ItemRange range, int workers,
                          const InputSum&);
/// The same for a training in this process alone.
TrainingState fresh_state(const TrainingPlan&, const Dataset&);

/// The older model's weights for films that it knows, fresh ones for others; films that vanished go. Where its folder
/// `older_model` still has a checkpoint, Adam's moments and step count follow. Throws UserError when it is no network, or one
/// with other hidden layers.
TrainingState warm_state(const TrainingPlan&, const Dataset&, const TrainedModel& older,
                         const std::filesystem::path& older_model, WarmStartCounts&);

}  // namespace encore
