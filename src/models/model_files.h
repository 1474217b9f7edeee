// The files of a model folder that scores need: config.json and weights.safetensors, of whatever kind the model is. Not the
// catalogue (folder/model_folder.h).
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include "model/model_config.h"

namespace encore {

constexpr const char* config_file = "config.json";
constexpr const char* weights_file = "weights.safetensors";

/// Where a model's tables are while it answers.
enum class Weights : std::uint8_t {
  in_memory,
  in_file  ///< they stay there, and what is needed is read: for one answer; kinds that cannot, and files of 0.1, are read all the same
};

/// The whole of a model's text file. Throws UserError naming it.
std::string read_text(const std::filesystem::path& file);

/// The text of the folder's config.json. Throws UserError when the folder is none of a model.
std::string read_config_text(const std::filesystem::path& folder);

/// What scores, by the kind that config.json names. Throws UserError naming the file: missing, damaged, of other shapes, or
/// trained on another dataset; and for a kind that this version does not know. Of tables that stay in the file each number is checked
/// when it is read; asking throws, then.
std::shared_ptr<const Model> open_weights(const std::filesystem::path& folder, const ModelConfig&, Weights = Weights::in_memory);
/// Throws UserError naming the file when the disk refuses.
void write_weights(const std::filesystem::path& folder, const Model&, const std::string& dataset_fingerprint);

/// Configuration and what scores; the catalogue stays empty. Throws UserError naming the file, as read_model does.
ModelConfig read_model_without_catalogue(const std::filesystem::path& folder);

}  // namespace encore
