// Samples of a run of any length in little memory: when there are too many, neighbours become one. Not the sampler.
#pragma once
#include <cstddef>
#include <vector>

#include "monitor/sampler.h"

namespace encore {

/// Of two neighbours that become one: the mean of the percentages by their time, the greater memory, the later time.
class SampleSeries {
 public:
  /// Keeps at most `most` samples (at least 2).
  explicit SampleSeries(std::size_t most) : most_(most) {}
  void add(const Sample&);
  const std::vector<Sample>& samples() const { return samples_; }

 private:
  void halve();
  std::size_t most_;
  std::size_t step_ = 1;      ///< samples that become one
  std::size_t gathered_ = 0;  ///< of these, in the last one so far
  std::vector<Sample> samples_;
};

}  // namespace encore
