// item_features.parquet of a dataset's or a model's folder ↔ memory: what somebody told of the items beside title, year and genres.
// Folders without it have none. Not what `prepare` reads it from (preparation/).
#pragma once
#include <filesystem>

#include "dataset/item_features.h"

namespace encore {

inline constexpr const char* item_features_file = "item_features.parquet";

/// The features of the folder's `items` items; empty where the folder has no such file. Throws UserError naming the file and what is
/// wrong: a column, rows that do not ascend by item and name, an item that there is not, a weight that is no number or 0, other bytes
/// than the list of sums says.
ItemFeatures read_item_features(const std::filesystem::path& folder, std::int32_t items);

/// Writes them into a folder that is written aside; nothing where there are none.
void write_item_features(const std::filesystem::path& folder, const ItemFeatures&);

}  // namespace encore
