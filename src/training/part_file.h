// What one process of a cluster writes of a training to go on from: its part of the state. Safetensors files; a process that
// owns some of the items writes their rows. A training of one process alone writes one part that holds everything. Not its
// part of the finished model (model_part.h).
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "dataset/dataset.h"
#include "training/training_plan.h"
#include "training/training_state.h"

namespace encore {

/// Writes aside and renames. Throws UserError naming the path when it cannot be written.
void write_state_part(const std::filesystem::path& file, const TrainingPlan&, const TrainingState&,
                      const std::string& dataset_fingerprint, int process);

/// Fills `state`, whose networks have their shapes, from the parts of all processes. With --parallel items or
/// users-step their number does not matter; otherwise this process takes the part of the process with its own number.
/// Throws UserError when parts are missing, damaged, or of another training than `plan` and `dataset_fingerprint` speak
/// of.
void read_state_parts(const std::vector<std::filesystem::path>& files, const TrainingPlan&,
                      const std::string& dataset_fingerprint, int process, TrainingState& state);

/// A part of a training that is made in one step: there is nothing to go on from.
void write_empty_state_part(const std::filesystem::path& file, const TrainingPlan&,
                            const std::string& dataset_fingerprint, int process);

}  // namespace encore
