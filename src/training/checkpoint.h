// A training that can go on: one file, MODEL/checkpoints/last.safetensors, with weights, moments, place in the epoch,
// history and plan. Written aside and renamed, so a stop at any moment leaves the one before.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "dataset/checked_json.h"
#include "model/safetensors.h"
#include "training/training_plan.h"
#include "training/training_state.h"

namespace encore {

/// The file's path for a model folder.
std::filesystem::path checkpoint_file(const std::filesystem::path& model_folder);

/// Throws UserError naming the path when it cannot be written.
void write_checkpoint(const std::filesystem::path& model_folder, const TrainingPlan&, const TrainingState&,
                      const std::string& dataset_fingerprint);

/// The same of a kind with a state of its own: `progress` has its epochs, steps and history as state_json (state_tensors.h) writes
/// them, and "finished".
void write_checkpoint(const std::filesystem::path& model_folder, const TrainingPlan&, const std::vector<TensorView>&,
                      const CheckedJson& progress, const std::string& dataset_fingerprint);

/// What the file says before its numbers are read. Throws UserError when there is none, or it is damaged or of another
/// version.
struct CheckpointHead {
  TrainingPlan plan;
  std::string dataset_fingerprint;
  /// kernel_path_of(plan) on the processor that wrote it: another one goes on with other last bits.
  std::string kernel_path;
};
CheckpointHead read_checkpoint_head(const std::filesystem::path& model_folder);

/// A training in this folder that was stopped and has not come to an end since: how far it is. Nothing where there is none, or
/// where its file cannot be read.
struct UnfinishedTraining {
  std::int64_t epoch = 0;   ///< finished ones
  std::int64_t epochs = 0;  ///< at most
};
std::optional<UnfinishedTraining> unfinished_training(const std::filesystem::path& model_folder);

/// The file's JSON of the state. Throws UserError when it is damaged.
CheckedJson read_progress(const SafetensorsReader&, const std::filesystem::path& file);
/// Throws UserError: the file is damaged, and why.
[[noreturn]] void refuse_checkpoint(const std::filesystem::path& file, const std::string& why);

/// The whole state, of a network of `items` films. Throws UserError when the file does not fit or is damaged.
TrainingState read_checkpoint(const std::filesystem::path& model_folder, const TrainingPlan&, std::int64_t items);

}  // namespace encore
