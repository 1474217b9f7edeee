// Subnormal numbers (below 2⁻¹²⁶ in f32) as zeros, for as long as an object lives: results are flushed, operands taken as
// zero. Training and scoring compute so, because processors take up to a hundred times as long for an operation with a
// subnormal number, and softmax outputs and second moments of a trained model are full of them. Not for code whose
// subnormal results count, and never left set for a caller's own code.
#pragma once
#include <cstdint>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace encore::kernel {

/// Sets the thread's control register, and sets it back to what it was. Calls that compute under it must be opaque to the compiler.
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
