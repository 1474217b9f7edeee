// What the server has done so far, in the text format of Prometheus.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include "serve/histogram.h"

namespace encore::serve {

/// Of the server's thread alone, like everything that calls it.
class Metrics {
 public:
  /// `path` is the row of the table of paths, never what a client sent.
  void count(std::string_view path, int status, double seconds);
  /// Requests and latencies; what others know is appended by `gauge` and `counter`.
  std::string text() const;

 private:
  struct OfPath {
    std::map<int, std::int64_t> by_status;
    Histogram seconds{{0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1, 2, 4, 8}};
  };
  std::map<std::string, std::unique_ptr<OfPath>, std::less<>> paths_;
};

std::string gauge(std::string_view name, std::string_view help, double value);
std::string counter(std::string_view name, std::string_view help, std::int64_t value);
/// Of this process now, in bytes.
std::int64_t resident_bytes();

}  // namespace encore::serve
