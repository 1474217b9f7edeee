// Fresh memory that several threads have the system clear: for tables that are filled at once, of which clearing takes longer than filling.
// Not an allocator (aligned.h).
#pragma once
#include <cstddef>
#include <vector>

namespace encore::kernel {

/// Has the pages of [memory, memory + bytes), which nobody has written to, made ready by `threads` threads. A wish: where the system knows
/// no such thing, the first write does it.
void make_ready(void* memory, std::size_t bytes, int threads);

/// `size` zeros, whose pages were cleared by `threads` threads.
template <class Numbers>
Numbers zeros_by(std::size_t size, int threads) {
  Numbers numbers;
  numbers.reserve(size);
  make_ready(numbers.data(), size * sizeof(typename Numbers::value_type), threads);
  numbers.resize(size);
  return numbers;
}

}  // namespace encore::kernel
