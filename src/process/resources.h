// What this process may use of the machine: processors (affinity, container) and memory (container). Not what it does
// use (monitor/).
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>

namespace encore {

/// What the control groups around this process allow; nothing where they set no limit.
struct ContainerLimits {
  std::optional<double> processors;  ///< 1.5: one and a half
  std::optional<std::int64_t> memory_bytes;
};

/// The least of the process's own group and all groups around it, of cgroup v2 and v1. `root` holds `proc` and `sys`.
ContainerLimits container_limits(const std::filesystem::path& root = "/");

/// What the processor, the affinity and the container allow, at least 1.
int available_threads();
/// The number that the user asked for (at least 1), or else `available_threads()`.
int threads_to_use(std::optional<std::int64_t> wanted);
/// What the machine has, or what the container allows of it.
std::int64_t available_memory();
/// What this process may still take, in bytes: of what the machine has left, and of what the container allows it. `root` holds
/// `proc` and `sys`.
std::int64_t free_memory(const std::filesystem::path& root = "/");

}  // namespace encore
