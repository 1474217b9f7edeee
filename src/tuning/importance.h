// How much each option of a kind mattered in a search: what remains unexplained when it is known whether a value was low, middle
// or high. A first look, of single options: it knows nothing of two together.
//
//   ε² = (between − (groups − 1) · within / (n − groups)) / total      (Kelley 1935: the share of the variance that the groups
//                                                                      explain, less what they would by chance; at least 0)
//
// over the trials of the kind at rung 0, where all had the same epochs; groups: thirds of the trials in the order of the value.
#pragma once
#include <optional>
#include <span>
#include <vector>

namespace encore {

/// `at` and `worth` of the same trials. Nothing for fewer than six, or when all are worth the same.
std::optional<double> importance_of(std::span<const double> at, std::span<const double> worth);

}  // namespace encore
