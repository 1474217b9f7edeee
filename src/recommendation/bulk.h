// Recommendations for all users of a dataset, written as they are found, in user order. Nothing of users × items is
// ever kept.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>
#include "model/recommender.h"

namespace encore {

struct BulkResult {
  std::int64_t users = 0, rows = 0;
  std::int64_t popular = 0;  ///< users who got popular films, because the model looks at none of their ratings
  std::int64_t without = 0;  ///< users for whom nothing was left
};

/// Lists for at most rows_at_once people, on the calling thread; called from several.
using ListsFor = std::function<std::vector<Recommendation>(const std::vector<Profile>& people)>;
/// Makes a user's profile; called from several threads.
using ProfileOf = std::function<Profile(std::int32_t user)>;
/// Hears how many users are done.
using OnUsers = std::function<void(std::int64_t users)>;

/// Writes userId, rank, movieId, title, year, score for every user, to a file that the caller stages. The rows do not
/// depend on `threads`. Throws Interrupted on Ctrl-C, UserError when the disk refuses.
BulkResult write_all_as_csv(const TrainedModel& model, const ListsFor& lists, const UserTable& users,
                            const ProfileOf& profile, const std::filesystem::path& file, int threads,
                            const OnUsers& on_users);

/// The same as Parquet with typed columns; a CSV text of the same name and `.csv` stands beside it meanwhile.
BulkResult write_all_as_parquet(const TrainedModel& model, const ListsFor& lists, const UserTable& users,
                                const ProfileOf& profile, const std::filesystem::path& file, int threads,
                                const OnUsers& on_users);

}  // namespace encore
