// Joining neighbours.
#include "monitor/sample_series.h"

#include <algorithm>

namespace encore {
namespace {

/// `next` begins where `first` ends, and `first` began at `begin`.
void join(Sample& first, const Sample& next, double begin) {
  const double before = first.seconds - begin, after = next.seconds - first.seconds, both = before + after;
  const double share = both > 0 ? after / both : 0.5;
  first.cpu_percent += (next.cpu_percent - first.cpu_percent) * share;
  for (std::size_t core = 0; core < std::min(first.cores.size(), next.cores.size()); ++core)
    first.cores[core] += (next.cores[core] - first.cores[core]) * static_cast<float>(share);
  first.memory_bytes = std::max(first.memory_bytes, next.memory_bytes);
  first.seconds = next.seconds;
}

}  // namespace

void SampleSeries::add(const Sample& sample) {
  if (gathered_ == 0 && samples_.size() == most_) halve();
  if (gathered_ == 0)
    samples_.push_back(sample);
  else
    join(samples_.back(), sample, samples_.size() > 1 ? samples_[samples_.size() - 2].seconds : 0);
  gathered_ = (gathered_ + 1) % step_;
}

void SampleSeries::halve() {
  double begin = 0;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < samples_.size(); i += 2) {
    Sample joined = std::move(samples_[i]);
    if (i + 1 < samples_.size()) join(joined, samples_[i + 1], begin);
    begin = joined.seconds;
    samples_[kept++] = std::move(joined);
  }
  samples_.resize(kept);
  step_ *= 2;
}

}  // namespace encore
