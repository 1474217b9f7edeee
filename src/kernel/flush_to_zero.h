// Results below the smallest normal number as zeros, for as long as an object lives: what instructions for bfloat16 do
// by themselves. Not for code whose denormal results count.
#pragma once
#include <cstdint>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace encore::kernel {

/// Sets the thread's control register, and sets it back. Calls that compute under it must be opaque to the compiler.
class FlushToZero {
 public:
  FlushToZero() : before_(get()) { set(before_ | flags); }
  ~FlushToZero() { set(before_); }
  FlushToZero(const FlushToZero&) = delete;
  FlushToZero& operator=(const FlushToZero&) = delete;

 private:
#if defined(__x86_64__)
  static constexpr std::uint64_t flags = 0x8040;  // MXCSR: flush results to zero, take denormal operands as zero
  static std::uint64_t get() { return _mm_getcsr(); }
  static void set(std::uint64_t value) { _mm_setcsr(static_cast<unsigned>(value)); }
#elif defined(__aarch64__)
  static constexpr std::uint64_t flags = std::uint64_t{1} << 24;  // FPCR.FZ: both
  static std::uint64_t get() {
    std::uint64_t value;
    asm volatile("mrs %0, fpcr" : "=r"(value));
    return value;
  }
  static void set(std::uint64_t value) { asm volatile("msr fpcr, %0" : : "r"(value)); }
#else
  static constexpr std::uint64_t flags = 0;  // no other processor is known to have the flag
  static std::uint64_t get() { return 0; }
  static void set(std::uint64_t) {}
#endif
  std::uint64_t before_;
};

}  // namespace encore::kernel
