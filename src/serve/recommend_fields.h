// The keys of a request to POST /v1/recommend, those of its ratings, and those of an answer's films. Not their reading
// (recommend_call.h).
#pragma once
#include <cstdint>
#include <string>
#include <vector>
#include "serve/checked_body.h"

namespace encore::serve {

inline constexpr std::int64_t most_answers = 1000;  ///< k at most

const std::vector<Field>& recommend_fields();
const std::vector<Field>& rating_fields();
/// The keys that `fields` may name.
const std::vector<std::string>& item_keys();

}  // namespace encore::serve
