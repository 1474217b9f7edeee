// "Did you mean …?": the nearest known word to a mistyped one.
#pragma once
#include <string>
#include <vector>

namespace encore {

/// The word of `known` nearest to `word`, or an empty text when none is near: at most a third of the letters may
/// differ, or `word` must be the beginning of exactly one.
std::string nearest_word(const std::string& word, const std::vector<std::string>& known);

}  // namespace encore
