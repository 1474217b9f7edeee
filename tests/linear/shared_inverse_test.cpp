// A matrix whose rows lie with several processes, here threads of one, against the inverse of one process: the same bits.
#include "linear/shared_inverse.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "kernel/counter_hash.h"
#include "linear/sharing_threads.h"
#include "linear/symmetric_inverse.h"

namespace encore {
namespace {

SquareMatrix gram_of_chance(std::int64_t size) {
  const kernel::CounterHash random(11, kernel::Purpose::initial_weights, 0);
  SquareMatrix a = SquareMatrix::zeros(size);
  for (std::int64_t i = 0; i < size; ++i)
    for (std::int64_t j = i; j < size; ++j) {
      double sum = i == j ? 3 : 0;
      for (std::uint64_t r = 0; r < 6; ++r)
        sum += static_cast<double>(random.uniform(r, static_cast<std::uint64_t>(i))) *
               static_cast<double>(random.uniform(r, static_cast<std::uint64_t>(j)));
      a.row(i)[j] = a.row(j)[i] = static_cast<float>(sum);
    }
  return a;
}

/// Tiles that are not kept hold what must not be read.
MatrixRows rows_of(const SquareMatrix& whole, const Sharers& sharers) {
  MatrixRows rows = MatrixRows::zeros(whole.size, sharers);
  const TileShares shares(whole.size, sharers);
  for (std::int64_t i = rows.first; i < rows.first + rows.count; ++i)
    for (std::int64_t j = 0; j < whole.size; ++j) rows.row(i)[j] = shares.is_kept(i / 192, j / 192) ? whole.row(i)[j] : NAN;
  return rows;
}

TEST(SharedInverse, HasTheBitsOfOneProcess) {
  for (const std::int64_t size : {1, 17, 192, 193, 400, 576, 700, 960}) {
    SquareMatrix expected = gram_of_chance(size);
    const SquareMatrix before = expected;
    ASSERT_TRUE(invert_negated(expected, 2));
    for (const int processes : {1, 2, 3, 5}) {
      std::vector<std::int64_t> rows_seen(static_cast<std::size_t>(processes));
      share_among_threads(processes, [&](const Sharers& sharers) {
        MatrixRows rows = rows_of(before, sharers);
        ASSERT_TRUE(invert_shared(rows, sharers, processes == 2 ? 3 : 1));
        for (std::int64_t i = rows.first; i < rows.first + rows.count; ++i)
          ASSERT_TRUE(std::equal(rows.row(i), rows.row(i) + rows.stride, expected.row(i)))
              << "row " << i << " of " << size << " with " << processes;
        rows_seen[static_cast<std::size_t>(sharers.process)] = rows.count;
        EXPECT_LE(static_cast<std::int64_t>(rows.values.size()) * 4, MatrixRows::bytes(size, processes));
      });
      std::int64_t sum = 0;
      for (const std::int64_t one : rows_seen) sum += one;
      EXPECT_EQ(sum, size) << processes;
    }
  }
}

TEST(SharedInverse, RefusesOnEveryProcessWhatIsNotPositiveDefinite) {
  SquareMatrix a = gram_of_chance(500);
  a.row(450)[450] = -1;
  share_among_threads(3, [&](const Sharers& sharers) {
    MatrixRows rows = rows_of(a, sharers);
    EXPECT_FALSE(invert_shared(rows, sharers, 1));
  });
}

TEST(SharedInverse, EveryPairIsKeptOnceAndEveryRowIsAsMuchWork) {
  for (const std::int64_t size : {100, 192 * 2, 192 * 7, 192 * 8}) {
    const TileShares shares(size, {0, 1, {}});
    std::int64_t least = shares.tiles, most = 0;
    for (std::int64_t i = 0; i < shares.tiles; ++i) {
      std::int64_t kept = 0;
      for (std::int64_t j = 0; j < shares.tiles; ++j) {
        kept += shares.is_kept(i, j);
        EXPECT_EQ(shares.is_kept(i, j) && shares.is_kept(j, i), i == j);
        EXPECT_TRUE(shares.is_kept(i, j) || shares.is_kept(j, i));
      }
      least = std::min(least, kept), most = std::max(most, kept);
    }
    EXPECT_LE(most - least, 1);
  }
  for (const int processes : {1, 2, 3, 5, 9})
    for (int process = 0; process < processes; ++process) {
      const TileShares shares(192 * 6, {process, processes, {}});
      for (std::int64_t i = 0; i < 6; ++i) EXPECT_EQ(shares.owner(i) == process, shares.is_own(i)) << i << " " << processes;
    }
}

TEST(SharedInverse, EndsEverywhereWhenOneIsStopped) {
  const SquareMatrix a = gram_of_chance(500);
  EXPECT_EQ(share_among_threads(3,
                                [&](const Sharers& sharers) {
                                  MatrixRows rows = rows_of(a, sharers);
                                  invert_shared(rows, sharers, 1, [&](std::int64_t k) {
                                    if (k == 1 && sharers.process == 1) throw std::runtime_error("stopped");
                                  });
                                }),
            "stopped");
}

}  // namespace
}  // namespace encore
