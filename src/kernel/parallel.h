// parallel_for: one loop over indices on several threads; the first exception of any thread reaches the caller.
#pragma once
#include <cstdint>
#include <functional>

namespace encore::kernel {

/// Calls body(index) for every index of [0, count), each once, in any order, on up to `threads` threads (the caller is
/// one). After a body threw, no new index starts, and the first exception is rethrown here. A body computes with
/// FlushToZero.
void parallel_for(std::int64_t count, int threads, const std::function<void(std::int64_t)>& body);

}  // namespace encore::kernel
