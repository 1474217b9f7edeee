// A quick look at every byte of a plain text file of ratings: is each line nothing but numbers in their simplest form?
// Then the typed reader cannot misread it ("1e3", "1.5" or " 7" as an id), and the slow reading as text is not needed.
// Not a parser: it keeps nothing.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include "preparation/source.h"

namespace encore {

struct CanonicalScan {
  std::int64_t rows = 0;
  bool ascending = true;  ///< strictly by user, then item: no row is there twice
  std::int64_t largest_id = 0, largest_time = 0;
  bool half_stars = true;  ///< there are ratings, each a multiple of a half below 2²³, as f32 holds it exactly
  std::int64_t fewest_halves = INT64_MAX, most_halves = 0;  ///< the ratings are between, if they are half stars
};

/// Reads `source.ratings`; nothing when any line is not canonical: ids and times 1 to 18 digits (ids
/// without zeros in front), ratings 1 to 9 digits
/// with at most 9 behind a point, exactly the known columns, lines ended by \n (the last one may lack it). Throws
/// Interrupted on Ctrl-C.
std::optional<CanonicalScan> scan_canonical(const Source& source);

}  // namespace encore
