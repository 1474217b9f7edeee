// A table of many users' ratings of films that a model may not have been trained on. Not one person's (recommendation/ratings_file.h) and
// not what becomes of them (film_ratings.h).
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "dataset/dataset.h"

namespace encore {

struct NewRating {
  std::string user, film;  ///< source ids; numbers as their decimal text
  float stars = 1;
  std::int64_t line = 0;  ///< of the file, the header being line 1
};

/// Reads a table (whatever preparation/table_file.h knows) with columns of users, films and, where the scale has stars, ratings, and
/// perhaps of times, under their common names. Of a user's rows of one film the latest counts, of equal times the highest rating. By
/// users and films, both by bytes; the dataset says whether ids are numbers, and the scale. Throws UserError naming file and line: a column
/// that is missing, a row without user or film, a rating that is no number or off the scale.
std::vector<NewRating> read_new_ratings(const std::filesystem::path& file, const Dataset&);

}  // namespace encore
