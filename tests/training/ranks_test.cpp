// Exceptions in the threads of a training: the caller gets the first one, with its words, and no other rank waits for
// ever.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exchange/blocks.h"
#include "exchange/cluster_world.h"
#include "exchange/partials.h"
#include "training/epoch_runner.h"

namespace encore {
namespace {

constexpr int ranks = 3;

/// Rank `failing` throws in its tenth round; the others go on meeting until they are told.
void run_until_failure(ClusterWorld& world, int failing) {
  run_ranks(world, [&](int rank) {
    Partials mine(kernel::device_named("cpu"), Join::sum, 4, 16);
    for (int round = 0; round < 100'000; ++round) {
      if (rank == failing && round == 10)
        throw std::runtime_error("rank " + std::to_string(rank) + " is out of memory");
      mine.start(4);
      made_up::add_blocks(mine, rank, rank + 1);
      world.of(rank).join(Channel::first_sums, mine);
    }
  });
}

TEST(Ranks, AnExceptionInAnyOfThemReachesTheCallerWithItsWords) {
  for (int failing = 0; failing < ranks; ++failing) {
    for (const int at_once : {1, ranks}) {
      ClusterWorld world(ranks, at_once);
      EXPECT_THAT(
          [&] { run_until_failure(world, failing); },
          ::testing::ThrowsMessage<std::runtime_error>("rank " + std::to_string(failing) + " is out of memory"));
    }
  }
}

TEST(Ranks, WithoutAWorldTheOthersEndTheirWork) {
  std::vector<int> done(ranks, 0);
  const auto body = [&](int rank) {
    if (rank == 1) throw std::runtime_error("no luck");
    done[static_cast<std::size_t>(rank)] = 1;
  };
  EXPECT_THAT([&] { run_ranks(ranks, body); }, ::testing::ThrowsMessage<std::runtime_error>("no luck"));
  EXPECT_THAT(done, ::testing::ElementsAre(1, 0, 1));
}

}  // namespace
}  // namespace encore
