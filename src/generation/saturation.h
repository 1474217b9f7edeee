// How eagerly a film must be drawn so that it ends with the wanted number of ratings, although nobody rates it twice.
// Not the drawing (rating_maker.h).
#pragma once
#include <cstdint>
#include <vector>

namespace encore::generation {

/// Drawing k films without repetition in proportion to weights w takes film i about as often as a user who draws for a
/// time t meets it: 1 - exp(-w_i t m), t such that the sum over the films is k, m the user's taste for the film (here
/// log-normal with mean 1). Popular films saturate. Returns the weights for which the sums of these chances over the
/// users are `wanted`. wanted: ratings of each film, > 0 and below the number of users; taken: films that each user
/// rates.
std::vector<double> drawing_weights(const std::vector<double>& wanted, const std::vector<std::int32_t>& taken);

}  // namespace encore::generation
