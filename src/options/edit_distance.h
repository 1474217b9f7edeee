// How far two words or titles are from one another, for "did you mean …?" of films and of options alike.
#pragma once
#include <cstdint>
#include <string_view>

namespace encore {

/// Number of insertions, deletions, replacements and swaps of neighbours that turn one text into the other; `limit` + 1
/// when it is more than `limit` (optimal string alignment distance).
std::int64_t edit_distance(std::string_view a, std::string_view b, std::int64_t limit);

}  // namespace encore
