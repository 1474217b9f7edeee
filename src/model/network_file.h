// weights.safetensors of a model folder ↔ the network in memory. Not the folder's other files (folder/model_folder.h).
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>

#include "model/autoencoder.h"

namespace encore {

/// The network of `items` films in its tables, filled from the file. Nothing is allocated before the file is known to
/// be long enough for it. Throws UserError naming the file: missing, damaged, of other shapes, or trained on another
/// dataset than `fingerprint`.
Autoencoder read_network(const std::filesystem::path& file, const Architecture&, std::int64_t items,
                         const std::string& fingerprint);

/// Throws UserError naming the file when the disk refuses.
void write_network(const std::filesystem::path& file, const Autoencoder&, const std::string& fingerprint);

}  // namespace encore
