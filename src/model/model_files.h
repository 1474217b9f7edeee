// The files of a model folder that scores need: config.json and weights.safetensors. Not the catalogue and not the
// writing (folder/model_folder.h).
#pragma once
#include <filesystem>
#include <string>
#include "model/model_config.h"

namespace encore {

constexpr const char* config_file = "config.json";
constexpr const char* weights_file = "weights.safetensors";

/// The whole of a model's text file. Throws UserError naming it.
std::string read_text(const std::filesystem::path& file);

/// The text of the folder's config.json. Throws UserError when the folder is none of a model.
std::string read_config_text(const std::filesystem::path& folder);

/// Configuration and network; the catalogue stays empty. Throws UserError naming the file, as read_model does.
ModelConfig read_model_without_catalogue(const std::filesystem::path& folder);

}  // namespace encore
