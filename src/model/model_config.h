// config.json of a model folder ↔ what a TrainedModel says besides its numbers and its catalogue. No file is opened
// here.
#pragma once
#include <filesystem>
#include <string>
#include "dataset/checked_json.h"
#include "model/trained_model.h"

namespace encore {

constexpr std::string_view model_format = "encore-model";
constexpr int model_format_version = 1;

/// Everything that config.json holds; `items` and `catalogue` let the reader see whether the files belong together.
struct ModelConfig {
  TrainedModel model;            ///< without what scores, and without the catalogue
  std::string kind;              ///< the row of the table of kinds
  CheckedJson architecture;      ///< what that kind has written of itself
  std::int64_t items = 0;        ///< M
  std::string catalogue_sha256;  ///< of the catalogue's source ids, see catalogue_sha256
};

/// The text of config.json.
std::string config_text(const TrainedModel& model);

/// Parses and checks config.json's text; `file` is for the messages only. Throws UserError naming file and key.
ModelConfig parse_config(const std::string& text, const std::filesystem::path& file);

/// sha256 over the catalogue's source ids, each followed by a newline: which film is row i of the weights.
std::string catalogue_sha256(const Catalogue& items);

}  // namespace encore
