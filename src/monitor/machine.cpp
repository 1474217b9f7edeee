// Reads /proc/cpuinfo and /etc/os-release.
#include "monitor/machine.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <utility>

#include "process/resources.h"

namespace encore {
namespace {

/// "model name\t: AMD EPYC" → "AMD EPYC" for the key "model name"; empty for another key.
std::string value_of(const std::string& line, const std::string& key) {
  if (!line.starts_with(key)) return {};
  const std::size_t colon = line.find(": ");
  return colon == std::string::npos ? std::string() : line.substr(colon + 2);
}

void read_processor(Machine& machine) {
  std::ifstream file("/proc/cpuinfo");
  std::set<std::pair<std::string, std::string>> cores;  // of each socket
  std::string socket;
  for (std::string line; std::getline(file, line);) {
    if (const std::string name = value_of(line, "model name"); !name.empty()) machine.processor = name;
    if (const std::string id = value_of(line, "physical id"); !id.empty()) socket = id;
    if (const std::string id = value_of(line, "core id"); !id.empty()) cores.emplace(socket, id);
  }
  machine.logical_cores = std::max(1L, sysconf(_SC_NPROCESSORS_ONLN));
  machine.physical_cores = cores.empty() ? machine.logical_cores : static_cast<std::int64_t>(cores.size());
}

std::string system_name() {
  std::ifstream file("/etc/os-release");
  constexpr std::string_view key = "PRETTY_NAME=\"";
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(key) && line.ends_with('"')) return line.substr(key.size(), line.size() - key.size() - 1);
  utsname names{};
  return uname(&names) == 0 ? std::string(names.sysname) + " " + names.release : "Linux";
}

}  // namespace

Machine this_machine() {
  Machine machine;
  read_processor(machine);
  if (machine.processor.empty()) {
    utsname names{};
    if (uname(&names) == 0) machine.processor = names.machine;
  }
  const ContainerLimits limits = container_limits();
  machine.processor_limit = limits.processors;
  machine.memory_limit_bytes = limits.memory_bytes;
  machine.memory_bytes = std::int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGE_SIZE);
  machine.system = system_name();
  return machine;
}

}  // namespace encore
