// What one process of a cluster writes of a training: its part of the state, to go on from, and its part of the
// finished model, from which the driver puts the model folder together. Safetensors files; a process that owns some of
// the items writes their rows. A training of one process alone writes one part that holds everything.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "dataset/dataset.h"
#include "model/trained_model.h"
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

/// The model's rows that this process owns, and what is to be known of the model. `owns_all` says that the model is
/// whole here: then only process 0 writes it, the others an empty part.
void write_model_part(const std::filesystem::path& file, const Dataset&, const TrainingPlan&, const TrainingState&,
                      int process, bool owns_all);

struct AssembledModel {
  TrainedModel model;  ///< without its catalogue
  std::string history_csv;
};

/// From the parts of all processes. Throws UserError naming the file or the items that are missing.
AssembledModel read_model_parts(const std::vector<std::filesystem::path>& files);

}  // namespace encore
