// parallel_for: every index once, and exceptions cross the thread border.
#include "kernel/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace encore::kernel {
namespace {

TEST(ParallelFor, calls_every_index_once) {
  for (const int threads : {1, 2, 5}) {
    std::vector<std::atomic<int>> calls(1000);
    parallel_for(1000, threads, [&](std::int64_t i) { ++calls[static_cast<std::size_t>(i)]; });
    for (const auto& c : calls) EXPECT_EQ(c, 1);
  }
  parallel_for(0, 3, [](std::int64_t) { FAIL() << "no index, no call"; });
}

TEST(ParallelFor, hands_the_exception_of_any_thread_to_the_caller) {
  std::atomic<int> calls{0};
  const auto body = [&](std::int64_t i) {
    ++calls;
    if (i == 3) throw std::runtime_error("index three");
  };
  try {
    parallel_for(1'000'000, 4, body);
    FAIL() << "the exception was lost";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "index three");
  }
  EXPECT_LT(calls, 1'000'000) << "work went on after the failure";
}

/// Half of the smallest normal number, computed now: not 0 unless the thread flushes.
float subnormal() {
  volatile float smallest = 0x1p-126F;
  return smallest / 2;
}

TEST(ParallelFor, computes_with_subnormal_numbers_as_zeros_and_leaves_the_caller_as_it_was) {
#if !defined(__x86_64__) && !defined(__aarch64__)
  GTEST_SKIP() << "no flag for subnormal numbers is known on this processor";
#endif
  ASSERT_NE(subnormal(), 0);
  std::atomic<int> flushed{0};
  parallel_for(100, 3, [&](std::int64_t) { flushed += subnormal() == 0; });
  EXPECT_EQ(flushed, 100);
  EXPECT_NE(subnormal(), 0);
  EXPECT_THROW(parallel_for(1, 1, [](std::int64_t) { throw std::runtime_error("in the middle"); }), std::runtime_error);
  EXPECT_NE(subnormal(), 0) << "left set behind an exception";
}

}  // namespace
}  // namespace encore::kernel
