// Writes a twin: movies.csv, ratings.csv and README.txt in MovieLens' format, and counts what it wrote. Not the options
// (settings/generate_settings.h) and not the staging of the folder (process/staged_folder.h).
#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>
#include "generation/shape.h"

namespace encore::generation {

/// One of the nested subsets of the study's Table 1, counted in what was written.
struct SubsetCounts {
  int first_year, last_year;
  std::int64_t titles = 0, rated = 0, users = 0, ratings = 0;
};

struct TwinCounts {
  std::int64_t movies = 0, rated_movies = 0, users = 0, ratings = 0;
  std::array<std::int64_t, 10> stars{};  ///< ratings of 0.5, 1.0, … 5.0
  std::int64_t most_rated = 0;           ///< ratings of the most rated film
  std::array<SubsetCounts, 3> subsets{{{1950, 1959}, {1950, 1969}, {1950, 1979}}};
};

/// Writes the twin of `shape` into the existing folder; `progress` hears the number of ratings written so far. The
/// bytes depend on shape and seed, not on `threads`. Throws UserError when the disk refuses a write, Interrupted after
/// Ctrl-C.
TwinCounts write_twin(const std::filesystem::path& folder, const Shape& shape, std::uint64_t seed, int threads,
                      const std::function<void(std::int64_t)>& progress);

/// Whether a folder holds a twin written by write_twin, so that it may be replaced.
bool is_twin(const std::filesystem::path& folder);

}  // namespace encore::generation
