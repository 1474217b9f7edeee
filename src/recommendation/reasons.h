// Why a film is in the list: what its score would lose without each of the person's ratings. Not the list itself.
#pragma once
#include <cstdint>
#include <span>
#include <vector>
#include "model/recommender.h"

namespace encore {

struct Reason {
  std::int32_t item;  ///< a film that the person rated
  double gain;        ///< score with all ratings − score without this one; of a softmax, of the logarithms of the probabilities
};

/// For each of `items` the at most `most` ratings that gain it most, greatest first, those above 0 only. Exact: where scores are sums
/// over the ratings by the sums' parts, of all ratings; else the network is run once without each rating (the last `most_left_out` of a
/// longer profile).
std::vector<std::vector<Reason>> reasons_for(const TrainedModel& model, const Recommender& recommender, const Profile& person,
                                             std::span<const std::int32_t> items, std::size_t most);
inline constexpr std::size_t most_left_out = 256;

}  // namespace encore
