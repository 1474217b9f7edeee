// Reads the files of the control groups.
#include "process/resources.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>
#include <string_view>

namespace encore {
namespace {

namespace fs = std::filesystem;

template <class Number>
void lower(std::optional<Number>& limit, Number found) {
  if (!limit || found < *limit) limit = found;
}

/// cgroup v2: "max 100000" or "150000 100000"; "max" or bytes.
void read_unified(const fs::path& group, ContainerLimits& limits) {
  std::string quota, bytes;
  double period = 0;
  if (std::ifstream file(group / "cpu.max"); file >> quota >> period && quota != "max" && period > 0)
    lower(limits.processors, std::stod(quota) / period);
  if (std::ifstream file(group / "memory.max"); file >> bytes && bytes != "max")
    lower(limits.memory_bytes, std::int64_t{std::stoll(bytes)});
}

/// cgroup v1: microseconds in two files, −1 without a limit.
void read_processors(const fs::path& group, ContainerLimits& limits) {
  double quota = 0, period = 0;
  std::ifstream quota_file(group / "cpu.cfs_quota_us"), period_file(group / "cpu.cfs_period_us");
  if (quota_file >> quota && period_file >> period && quota > 0 && period > 0) lower(limits.processors, quota / period);
}

/// cgroup v1: bytes; without a limit the greatest number of pages, far above any machine's.
void read_memory(const fs::path& group, ContainerLimits& limits) {
  constexpr std::int64_t none = std::int64_t{1} << 62;
  std::int64_t bytes = 0;
  if (std::ifstream file(group / "memory.limit_in_bytes"); file >> bytes && bytes < none)
    lower(limits.memory_bytes, bytes);
}

/// Calls read(folder) for the group `path` of the hierarchy mounted at `mount`, and for all groups around it.
template <class Read>
void walk_up(const fs::path& mount, const std::string& path, Read read) {
  for (fs::path group = fs::path(path).relative_path();; group = group.parent_path()) {
    read(mount / group);
    if (group.empty()) return;
  }
}

bool lists(std::string_view controllers, std::string_view wanted) {
  return ("," + std::string(controllers) + ",").find("," + std::string(wanted) + ",") != std::string::npos;
}

}  // namespace

ContainerLimits container_limits(const fs::path& root) {
  ContainerLimits limits;
  const fs::path mounts = root / "sys/fs/cgroup";
  std::ifstream groups(root / "proc/self/cgroup");  // "0::/path" of v2; "4:memory:/path" of v1
  for (std::string line; std::getline(groups, line);) {
    const std::size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1), path = line.substr(second + 1);
    if (controllers.empty()) walk_up(mounts, path, [&](const fs::path& group) { read_unified(group, limits); });
    if (lists(controllers, "cpu")) {
      walk_up(mounts / "cpu", path, [&](const fs::path& group) { read_processors(group, limits); });
    }
    if (lists(controllers, "memory")) {
      walk_up(mounts / "memory", path, [&](const fs::path& group) { read_memory(group, limits); });
    }
  }
  return limits;
}

int available_threads() {
  cpu_set_t set;
  CPU_ZERO(&set);
  int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
  if (const auto quota = container_limits().processors) count = std::min(count, static_cast<int>(std::ceil(*quota)));
  return std::max(count, 1);
}

int threads_to_use(std::optional<std::int64_t> wanted) {
  return wanted ? static_cast<int>(*wanted) : available_threads();
}

std::int64_t available_memory() {
  const std::int64_t machine = std::int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGE_SIZE);
  return std::min(machine, container_limits().memory_bytes.value_or(machine));
}

std::int64_t free_memory(const fs::path& root) {
  std::int64_t machine = 0;
  std::ifstream file(root / "proc/meminfo");
  for (std::string name, rest; file >> name; std::getline(file, rest)) {
    std::int64_t kilobytes = 0;
    if (!(file >> kilobytes)) break;
    if (name == "MemAvailable:" || name == "SwapFree:") machine += kilobytes * 1024;
  }
  if (machine == 0) machine = available_memory();
  const auto limit = container_limits(root).memory_bytes;
  if (!limit) return machine;
  std::int64_t whole = 0, resident = 0;  // pages
  if (!(std::ifstream(root / "proc/self/statm") >> whole >> resident)) resident = 0;
  return std::min(machine, std::max<std::int64_t>(*limit - resident * sysconf(_SC_PAGE_SIZE), 0));
}

}  // namespace encore
