// The cuts are quantiles of the sampled likings.
#include "generation/star_scale.h"
#include <algorithm>

namespace encore::generation {

StarScale::StarScale(const World& world) {
  const std::int64_t step = std::max<std::int64_t>(1, world.audience.users() / 8'000);
  RatingMaker maker(world);
  std::vector<float> likings;
  for (std::int64_t user = step / 2; user < world.audience.users(); user += step)
    for (const Rating& rating : maker.ratings_of(user)) likings.push_back(rating.liking);
  std::sort(likings.begin(), likings.end());
  double share = 0;
  for (std::size_t cut = 0; cut < above_.size(); ++cut) {
    share += world.shape.star_shares[cut];
    const auto place = static_cast<std::size_t>(share * static_cast<double>(likings.size()));
    above_[cut] = place == 0 ? -1e9F : likings[std::min(place, likings.size() - 1)];
  }
}

int StarScale::half_stars(float liking) const {
  return 1 + static_cast<int>(std::upper_bound(above_.begin(), above_.end(), liking) - above_.begin());
}

}  // namespace encore::generation
