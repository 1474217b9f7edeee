// "Did you mean …?": the nearest known word to a mistyped one.
#pragma once
#include <string>
#include <vector>

namespace encore {

/// How many letters must be added, dropped, changed or exchanged with their neighbour to turn `a` into `b`
/// (optimal string alignment distance).
int edit_distance(const std::string& a, const std::string& b);

/// The word of `known` nearest to `word`, or an empty text when none is near: at most a third of the letters may
/// differ, or `word` must be the beginning of exactly one.
std::string nearest_word(const std::string& word, const std::vector<std::string>& known);

}  // namespace encore
