// Model folder (format version 1) ↔ memory: config.json, weights.safetensors, items.parquet, history.csv, and
// where there are such item_features.parquet. The format is described in docs/formats.md. Not the checkpoints of a running training
// (training/checkpoint.h), and no description for people (commands/model_report.h).
#pragma once
#include <filesystem>
#include <string>
#include "dataset/item_features.h"
#include "model/trained_model.h"
#include "models/model_files.h"

namespace encore {

/// Whether `folder` is one of our model folders: its config.json says so.
bool is_model_folder(const std::filesystem::path& folder);

/// Reads and checks a whole model. Throws UserError naming the file and what is wrong with it: missing, damaged, cut
/// short, newer version, a shape that config.json does not speak of, a value that is not finite, files of two different
/// models.
TrainedModel read_model(const std::filesystem::path& folder, Weights = Weights::in_memory);

/// Writes a model folder aside and renames it; an older model at `folder` is replaced, anything else never.
/// `history_csv` is the whole text of history.csv; `features`: what somebody told of the films. Throws UserError naming the path.
void write_model(const std::filesystem::path& folder, const TrainedModel& model, const std::string& history_csv,
                 const ItemFeatures& features = {});

/// The same into a folder that exists already (a staged one, a checkpoint), without renaming anything.
void write_model_files(const std::filesystem::path& folder, const TrainedModel& model, const std::string& history_csv,
                       const ItemFeatures& features = {});

/// The text of history.csv, empty when there is none.
std::string read_history(const std::filesystem::path& folder);

}  // namespace encore
