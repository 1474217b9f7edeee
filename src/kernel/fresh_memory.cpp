// MADV_POPULATE_WRITE, a piece a thread.
#include "kernel/fresh_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>

#include "kernel/parallel.h"

namespace encore::kernel {

void make_ready([[maybe_unused]] void* memory, [[maybe_unused]] std::size_t bytes, [[maybe_unused]] int threads) {
#ifdef MADV_POPULATE_WRITE
  constexpr std::uintptr_t piece = std::uintptr_t{4} << 20;
  const auto begin = (reinterpret_cast<std::uintptr_t>(memory) + piece - 1) / piece * piece;
  const auto end = (reinterpret_cast<std::uintptr_t>(memory) + bytes) / piece * piece;
  if (end <= begin) return;
  parallel_for(static_cast<std::int64_t>((end - begin) / piece), threads, [&](std::int64_t i) {
    ::madvise(reinterpret_cast<void*>(begin + static_cast<std::uintptr_t>(i) * piece), piece, MADV_POPULATE_WRITE);
  });
#endif
}

}  // namespace encore::kernel
