// Threads at a barrier, as many as run or more: nobody is let through early, and an abort wakes all.
#include "exchange/barrier.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "exchange/exchange.h"

namespace encore {
namespace {

constexpr int threads = 7;

class BarrierOf : public testing::TestWithParam<int> {};

TEST_P(BarrierOf, LetsNobodyThroughBeforeAllHaveArrived) {
  Barrier barrier(threads, GetParam());
  constexpr int rounds = 1500;
  std::atomic<int> arrived{0}, running{0}, early{0}, too_many{0};
  {
    std::vector<std::jthread> all;
    for (int t = 0; t < threads; ++t) {
      all.emplace_back([&] {
        barrier.enter();
        for (int round = 0; round < rounds; ++round) {
          too_many += running.fetch_add(1) >= GetParam();
          arrived.fetch_add(1);
          running.fetch_sub(1);
          barrier.wait();
          early += arrived.load() < threads * (round + 1);
        }
        barrier.leave();
      });
    }
  }
  EXPECT_EQ(arrived, threads * rounds);
  EXPECT_EQ(early, 0);
  EXPECT_EQ(too_many, 0);
}

TEST_P(BarrierOf, WakesAllWhenOneGivesUp) {
  Barrier barrier(threads, GetParam());
  std::atomic<int> woken{0};
  {
    std::vector<std::jthread> all;
    for (int t = 1; t < threads; ++t) {
      all.emplace_back([&] {
        barrier.enter();
        EXPECT_THROW(barrier.wait(), WorldAborted);
        ++woken;
        barrier.leave();
      });
    }
    barrier.abort();
  }
  EXPECT_EQ(woken, threads - 1);
}

INSTANTIATE_TEST_SUITE_P(Running, BarrierOf, testing::Values(1, 2, 3, threads));

}  // namespace
}  // namespace encore
