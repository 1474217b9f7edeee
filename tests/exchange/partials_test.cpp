// The tree of blocks: any cut into ranks gives the bits of a single rank; absent units cost nothing and are zero.
#include "exchange/partials.h"

#include <gtest/gtest.h>

#include <random>
#include <thread>

#include "exchange/thread_exchange.h"

namespace encore {
namespace {

const kernel::Kernels& cpu() { return kernel::device_named("cpu"); }

/// Fills one block's leaf: unit u gets random numbers, unless (block + u) % 3 == 0, which stays absent.
void add_block(Partials& partials, std::int64_t block) {
  partials.open(block);
  std::mt19937 random(static_cast<unsigned>(block));
  std::uniform_real_distribution<float> uniform(-1, 1);
  for (std::int64_t unit = 0; unit < partials.units(); ++unit) {
    if ((block + unit) % 3 == 0) continue;
    float* to = partials.touch(unit);
    for (std::int64_t i = 0; i < partials.floats(); ++i) to[i] += uniform(random);
  }
  partials.close();
}

std::vector<float> joined(std::int64_t blocks, const std::vector<std::int64_t>& cuts, Join join, std::int64_t floats) {
  const int ranks = static_cast<int>(cuts.size()) - 1;
  ThreadWorld world(ranks, ranks);
  std::vector<float> result;
  std::vector<std::jthread> threads;
  for (int rank = 0; rank < ranks; ++rank) {
    threads.emplace_back([&, rank] {
      Partials mine(cpu(), join, 7, floats);
      for (int repeat = 0; repeat < 3; ++repeat) {  // buffers are used again and again
        mine.start(7);
        for (std::int64_t b = cuts[static_cast<std::size_t>(rank)]; b < cuts[static_cast<std::size_t>(rank) + 1]; ++b)
          add_block(mine, b);
        const float* total = world.of(rank).join(Channel::first_sums, mine);
        if (rank == ranks - 1) result.assign(total, total + 7 * floats);
        world.of(rank).barrier();
      }
    });
  }
  threads.clear();
  EXPECT_EQ(blocks, cuts.back());
  return result;
}

TEST(Partials, give_the_same_bits_for_any_cut_into_ranks) {
  for (const auto& [join, floats] :
       {std::pair{Join::sum, std::int64_t{32}}, std::pair{Join::softmax, std::int64_t{80}}}) {
    const std::vector<float> alone = joined(13, {0, 13}, join, floats);
    EXPECT_EQ(alone, joined(13, {0, 6, 13}, join, floats));
    EXPECT_EQ(alone, joined(13, {0, 1, 2, 13}, join, floats));
    EXPECT_EQ(alone, joined(13, {0, 5, 5, 9, 12, 13}, join, floats)) << "one rank owns nothing";
    EXPECT_EQ(alone, joined(13, {0, 0, 13, 13}, join, floats));
  }
}

TEST(Partials, sum_every_block_once) {
  Partials partials(cpu(), Join::sum, 1, 16);
  partials.start(1);
  for (std::int64_t b = 0; b < 11; ++b) {
    partials.open(b);
    partials.touch(0)[3] += 1;
    partials.close();
  }
  EXPECT_EQ(partials.list().size(), 3U) << "8 + 2 + 1";
  ThreadWorld world(1, 1);
  EXPECT_EQ(world.of(0).join(Channel::softmax, partials)[3], 11);
}

TEST(Partials, that_nobody_touched_are_zero) {
  Partials partials(cpu(), Join::sum, 2, 16);
  ThreadWorld world(1, 1);
  partials.start(2);
  const float* total = world.of(0).join(Channel::first_sums, partials);
  for (int i = 0; i < 32; ++i) EXPECT_EQ(total[i], 0);
}

TEST(ThreadWorld, wakes_waiting_ranks_when_one_fails) {
  for (const int running : {3, 1}) {
    ThreadWorld world(3, running);
    std::atomic<int> aborted{0};
    std::vector<std::jthread> threads;
    for (int rank = 0; rank < 3; ++rank) {
      threads.emplace_back([&, rank] {
        world.barrier().enter();
        if (rank == 1) world.of(1).abort();
        try {
          if (rank != 1) world.of(rank).barrier();
        } catch (const WorldAborted&) {
          ++aborted;
        }
        world.barrier().leave();
      });
    }
    threads.clear();
    EXPECT_EQ(aborted, 2);
  }
}

}  // namespace
}  // namespace encore
