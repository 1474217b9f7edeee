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

}  // namespace
}  // namespace encore::kernel
