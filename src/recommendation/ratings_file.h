// A new user's ratings from a CSV file. Not a dataset's many users (preparation/).
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace encore {

struct FileRating {
  std::string film;  ///< a title, or a source id
  bool is_id = false;
  double stars = 0;
  double time = 0;  ///< later ratings have larger ones; all alike in a file without a column of times
  std::int64_t line = 0;  ///< of the file, the header being line 1
};

/// Reads a CSV file (plain or gzip, UTF-8 or Latin-1) or a Parquet file with the columns `movieId`, or `title` (`name`
/// too) with or without a column `year`; `rating`; and perhaps `timestamp`, `time` or `date`. Letter case of the names does not
/// matter, other columns are left alone, rows without a rating are skipped. Throws UserError naming file, line and column.
std::vector<FileRating> read_ratings_file(const std::filesystem::path& file);

}  // namespace encore
