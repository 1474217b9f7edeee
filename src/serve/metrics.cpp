// https://prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4.
#include "serve/metrics.h"

#include <unistd.h>
#include <fmt/format.h>
#include <fstream>

namespace encore::serve {

void Metrics::count(std::string_view path, int status, double seconds) {
  auto found = paths_.find(path);
  if (found == paths_.end()) found = paths_.emplace(std::string(path), std::make_unique<OfPath>()).first;
  ++found->second->by_status[status];
  found->second->seconds.add(seconds);
}

std::string Metrics::text() const {
  std::string text =
      "# HELP encore_requests_total Requests that were answered, by path and status.\n"
      "# TYPE encore_requests_total counter\n";
  for (const auto& [path, of] : paths_) {
    for (const auto& [status, count] : of->by_status)
      text += fmt::format("encore_requests_total{{path=\"{}\",status=\"{}\"}} {}\n", path, status, count);
  }
  text += "# HELP encore_request_seconds Time from the first byte of a request to the last of its answer.\n"
          "# TYPE encore_request_seconds histogram\n";
  for (const auto& [path, of] : paths_) text += of->seconds.lines("encore_request_seconds", fmt::format("path=\"{}\"", path));
  return text;
}

std::string gauge(std::string_view name, std::string_view help, double value) {
  return fmt::format("# HELP {0} {1}\n# TYPE {0} gauge\n{0} {2}\n", name, help, value);
}

std::string counter(std::string_view name, std::string_view help, std::int64_t value) {
  return fmt::format("# HELP {0} {1}\n# TYPE {0} counter\n{0} {2}\n", name, help, value);
}

std::int64_t resident_bytes() {
  std::ifstream in("/proc/self/statm");
  std::int64_t all = 0, resident = 0;
  in >> all >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

}  // namespace encore::serve
