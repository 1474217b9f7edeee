// Float buffers on 64-byte borders, so that vector loads never cross a cache line; large ones on huge pages where the
// system has them. Not an owner of any shape.
#pragma once
#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

namespace encore::kernel {

/// As many floats as fill whole cache lines, 16 each.
constexpr std::int64_t padded(std::int64_t floats) { return (floats + 15) / 16 * 16; }

/// Weights and moments are swept from end to end in each step; with pages of 4 KB that costs an address lookup every
/// 1,024 numbers.
constexpr std::size_t huge_page = std::size_t{2} << 20;

template <class T>
struct AlignedAllocator {
  using value_type = T;
  AlignedAllocator() = default;
  template <class U>
  AlignedAllocator(const AlignedAllocator<U>&) {}
  T* allocate(std::size_t n) {
    const std::size_t bytes = n * sizeof(T);
    if (bytes < huge_page) return static_cast<T*>(::operator new (bytes, std::align_val_t{64}));
    void* memory = ::operator new (bytes, std::align_val_t{huge_page});
    madvise(memory, bytes / huge_page * huge_page, MADV_HUGEPAGE);  // a wish: where it is refused nothing is lost
    return static_cast<T*>(memory);
  }
  void deallocate(T* p, std::size_t n) {
    const bool large = n * sizeof(T) >= huge_page;
    ::operator delete (p, large ? std::align_val_t{huge_page} : std::align_val_t{64});
  }
  template <class U>
  bool operator==(const AlignedAllocator<U>&) const {
    return true;
  }
};

using AlignedFloats = std::vector<float, AlignedAllocator<float>>;

}  // namespace encore::kernel
