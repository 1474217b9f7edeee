// Writes a catalogue as items.parquet, with the columns of a dataset's (folder/dataset_folder.h reads both). Not the
// reader.
#pragma once
#include <filesystem>
#include "dataset/dataset.h"

namespace encore {

constexpr const char* items_file = "items.parquet";

/// Writes `items` to `file` (item, movieId, title, year, genres, ratings, training_ratings, and where there are such films
/// added and retired), replacing what is there.
/// Throws UserError naming the file when the disk refuses.
void write_catalogue(const std::filesystem::path& file, const Catalogue& items);

}  // namespace encore
