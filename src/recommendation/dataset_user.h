// One user of a dataset folder, without reading anybody else's ratings: the rows are sorted by user, so DuckDB skips
// nearly all of them.
#pragma once
#include <filesystem>
#include <string>
#include "dataset/dataset.h"

namespace encore {

/// The catalogue, and as the only user (number 0) the one with this source id, with all ratings. Throws UserError when
/// there is no such user, or when a file is missing or damaged.
Dataset read_dataset_user(const std::filesystem::path& folder, const std::string& user_id);

}  // namespace encore
