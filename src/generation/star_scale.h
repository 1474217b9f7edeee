// Cuts stars out of likings so that their histogram is the data set's. Not what makes a film liked (rating_maker.cpp).
#pragma once
#include <array>
#include "generation/rating_maker.h"

namespace encore::generation {

class StarScale {
 public:
  /// Takes the cuts from the likings of a sample of the users, spread evenly over all of them.
  explicit StarScale(const World& world);

  /// Half stars, 1 (0.5) … 10 (5.0).
  int half_stars(float liking) const;

 private:
  std::array<float, 9> above_{};  ///< above_[s - 1] <= liking: more than s half stars
};

}  // namespace encore::generation
