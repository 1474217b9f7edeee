// parallel_for: one loop over indices on several threads; the first exception of any thread reaches the caller.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>

namespace encore::kernel {

/// What the processor and the container's quota (cgroup v1 or v2) allow, at least 1.
int available_threads();
/// The number that the user asked for (at least 1), or else `available_threads()`.
int threads_to_use(std::optional<std::int64_t> wanted);

/// Calls body(index) for every index of [0, count), each once, in any order, on up to `threads` threads (the caller is
/// one). After a body threw, no new index starts, and the first exception is rethrown here.
void parallel_for(std::int64_t count, int threads, const std::function<void(std::int64_t)>& body);

}  // namespace encore::kernel
