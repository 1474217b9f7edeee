// Buckets are cumulative only when they are written.
#include "serve/histogram.h"

#include <algorithm>
#include <fmt/format.h>

namespace encore::serve {

void Histogram::add(double value) {
  const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
  counts_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

std::string Histogram::lines(std::string_view name, std::string_view labels) const {
  std::string text;
  std::int64_t total = 0;
  const std::string_view comma = labels.empty() ? "" : ",";
  for (std::size_t i = 0; i <= bounds_.size(); ++i) {
    total += counts_[i].load(std::memory_order_relaxed);
    const std::string bound = i < bounds_.size() ? fmt::format("{:g}", bounds_[i]) : "+Inf";
    text += fmt::format("{}_bucket{{{}{}le=\"{}\"}} {}\n", name, labels, comma, bound, total);
  }
  const std::string set = labels.empty() ? "" : fmt::format("{{{}}}", labels);
  return text + fmt::format("{0}_sum{1} {2}\n{0}_count{1} {3}\n", name, set, sum_.load(), total);
}

}  // namespace encore::serve
