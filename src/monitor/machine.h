// What kind of machine this is, for whoever reads measurements. Not what the process may use of it, except for the
// container's limits (process/resources.h).
#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace encore {

struct Machine {
  std::string processor;  ///< as the system names it
  std::int64_t physical_cores = 0, logical_cores = 0;
  std::optional<double> processor_limit;  ///< of the container, in cores
  std::int64_t memory_bytes = 0;
  std::optional<std::int64_t> memory_limit_bytes;  ///< of the container
  std::string system;                              ///< "Debian GNU/Linux 12 (bookworm)"
};

Machine this_machine();

}  // namespace encore
