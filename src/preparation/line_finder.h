// On which lines of a text file given rows stand: a second look at the file, for the few that were rejected. Not a
// reader of ratings: what a row means was decided before.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include "preparation/source.h"

namespace encore {

/// userId, movieId, rating, time, as the source has them; empty where it has none.
using RowTexts = std::array<std::string, 4>;

/// Equal for texts that mean the same number ("007" and "7", "4.50" and "4.5"), and for nothing else.
std::string row_key(const RowTexts& row);

/// Calls `take` with the line on which a row begins (the header is line 1) and the row's key, for every row with as
/// many fields as columns. Quoted fields may go over several lines. Nothing for Parquet. Throws Interrupted on Ctrl-C.
void for_each_line(const Source& source, const std::function<void(std::int64_t, const std::string&)>& take);

}  // namespace encore
