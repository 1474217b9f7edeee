// catalogue.safetensors of a model folder: the catalogue of items.parquet as it lies in memory, so that a model opens without a
// database. Made from items.parquet and bound to its bytes; a folder without it opens all the same, later.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include "dataset/dataset.h"

namespace encore {

constexpr const char* ready_catalogue_file = "catalogue.safetensors";

/// Writes `items` beside the folder's items.parquet, which must be there. Throws UserError naming the file when the disk refuses.
void write_ready_catalogue(const std::filesystem::path& folder, const Catalogue& items);

/// The catalogue, if the file is there and was made from an items.parquet with this SHA-256. Throws UserError when it is damaged.
std::optional<Catalogue> read_ready_catalogue(const std::filesystem::path& folder, const std::string& items_sha256);

}  // namespace encore
