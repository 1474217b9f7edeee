// A new user's ratings from a table. Not a dataset's many users (preparation/).
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>
#include "table_text/encoding.h"

namespace encore {

struct FileRating {
  std::string film;  ///< a title, or a source id
  bool is_id = false;
  double stars = 0;
  double time = 0;  ///< later ratings have larger ones; all alike in a file without a column of times
  std::int64_t line = 0;  ///< of the file, the header being line 1
};

/// How the file is to be read; columns by their names or numbers. Nothing: found by their names.
struct RatingsFileFormat {
  std::optional<std::string> item_column = {}, title_column = {}, year_column = {}, rating_column = {};
  std::optional<Encoding> encoding = {};  ///< nothing: UTF-8, UTF-16 where it shows, else cp1252
  bool quoted = true;
};

/// Reads a table (whatever preparation/table_file.h knows, a pipe too) with the columns `movieId`, or `title` (`name`
/// too) with or without a column `year`; `rating`; and perhaps `timestamp`, `time` or `date`; else with names that are
/// common for these. Letter case of the names does not matter,
/// other columns are left alone, rows without a rating are skipped. `guessed`: which columns were taken for common names. Throws
/// UserError naming file, line and column.
std::vector<FileRating> read_ratings_file(const std::filesystem::path& file, const RatingsFileFormat& format = {},
                                          std::string* guessed = nullptr);

}  // namespace encore
