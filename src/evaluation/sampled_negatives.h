// Judging among a few films only, as papers on implicit feedback once did: for each user some films that they never rated, drawn by
// chance, beside those to be found. Krichene and Rendle (2020, "On Sampled Metrics for Item Recommendation") show that such
// metrics may order models otherwise than those over all films do. Not the judgement (ranking.h).
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "dataset/dataset.h"
#include "model/input_rows.h"

namespace encore {

class SampledNegatives {
 public:
  /// For the users of a batch, with a count above 0; else it knows nothing. The draws depend on the dataset's seed and the user's
  /// number (`numbers` [U] of the dataset's users, where these are some of a larger one), on nothing else. Of fewer films than
  /// `count` all are taken.
  SampledNegatives(const Dataset&, std::span<const std::int32_t> users, const InputRows& targets,
                   std::span<const std::uint8_t> candidate, std::int64_t count, std::span<const std::int32_t> numbers = {});
  /// 1 for the films that are ranked for this row. [M]
  std::span<const std::uint8_t> fits(std::size_t row) const { return fits_[row]; }

 private:
  std::vector<std::vector<std::uint8_t>> fits_;
};

}  // namespace encore
