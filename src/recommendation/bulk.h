// Recommendations for all users of a dataset, written as they are found, in user order. Nothing of users × items is ever kept.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>
#include "recommendation/recommender.h"

namespace encore {

struct BulkResult {
  std::int64_t users = 0, rows = 0;
  std::int64_t popular = 0;  ///< users who got popular films, because the model looks at none of their ratings
};

/// Writes userId, rank, movieId, title, year, score for every user of `dataset` to `file` (CSV), which the caller stages.
/// `profile` makes a user's profile, from several threads. `progress` hears how many users are done. The bytes do not depend on
/// `threads`. Throws Interrupted on Ctrl-C, UserError when the disk refuses.
BulkResult write_all(const TrainedModel& model, const Recommender& recommender, const UserTable& users,
                     const std::function<Profile(std::int32_t user)>& profile, const std::filesystem::path& file, int threads,
                     const std::function<void(std::int64_t)>& progress);

/// Turns the CSV of `write_all` into Parquet with typed columns.
void csv_to_parquet(const std::filesystem::path& csv, const std::filesystem::path& parquet, bool numeric_users, bool numeric_items);

}  // namespace encore
