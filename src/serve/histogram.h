// Counts of values below given bounds, as Prometheus reads them. Lock-free.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace encore::serve {

class Histogram {
 public:
  explicit Histogram(std::vector<double> bounds)
      : bounds_(std::move(bounds)), counts_(std::make_unique<std::atomic<std::int64_t>[]>(bounds_.size() + 1)) {}
  void add(double value);
  /// Lines `name_bucket{labels,le="…"}`, `name_sum`, `name_count`; `labels` without braces, may be empty.
  std::string lines(std::string_view name, std::string_view labels) const;

 private:
  std::vector<double> bounds_;
  std::unique_ptr<std::atomic<std::int64_t>[]> counts_;
  std::atomic<double> sum_{0};
};

}  // namespace encore::serve
