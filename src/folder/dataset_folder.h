// Dataset folder (format versions 1 and 2) → memory. Checks version, files, columns, order and ranges; writing is
// preparation's work.
#pragma once
#include <filesystem>
#include <future>
#include "dataset/dataset.h"

namespace encore {

/// Whether `folder` looks like a dataset folder (has a dataset.json that says so).
bool is_dataset_folder(const std::filesystem::path& folder);

/// Reads the whole dataset. Every table may be one .parquet file or a folder of parts.
/// Throws UserError naming the file and what is wrong with it (missing, damaged, newer version, rows out of order, …).
/// Of a dataset whose ratings are split (dataset.json's "split"), the users have training rows and judging rows:
/// dataset/judging_rows.h.
Dataset read_dataset(const std::filesystem::path& folder);

/// One row a user with all their ratings, whatever is held out: for recommending, and for training with nothing left to
/// judge. Every user is a training user.
Dataset read_whole_dataset(const std::filesystem::path& folder);

/// Compares the folder's files with its list of sums (digest/checksums.h) while they are read: 0.5 s a GB. Its `get`
/// throws UserError when they differ. `with_events`: events.parquet is one of them.
std::future<void> dataset_checksums(const std::filesystem::path& folder, bool with_events);

/// The catalogue alone, from any items.parquet (a dataset's or a model's).
Catalogue read_catalogue(const std::filesystem::path& file);

}  // namespace encore
