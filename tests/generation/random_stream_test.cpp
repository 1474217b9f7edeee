// Streams are SplitMix64, differ by seed, purpose and index, and have the moments they should.
#include "generation/random_stream.h"

#include <gtest/gtest.h>
#include <set>
#include "generation/alias_table.h"

namespace encore::generation {
namespace {

TEST(RandomStream, SameKeySameNumbers) {
  RandomStream a(42, Purpose::picks, 7), b(42, Purpose::picks, 7);
  for (int n = 0; n < 100; ++n) EXPECT_EQ(a.next(), b.next());
}

TEST(RandomStream, EveryPartOfTheKeyCounts) {
  std::set<std::uint64_t> first;
  for (std::uint64_t seed : {0, 1, 42})
    for (const Purpose purpose : {Purpose::film, Purpose::picks})
      for (std::uint64_t index = 0; index < 1000; ++index) first.insert(RandomStream(seed, purpose, index).next());
  EXPECT_EQ(first.size(), 6'000U);
}

TEST(RandomStream, MomentsAcrossNeighbouringStreams) {
  // One number from each of many streams: neighbours must be as independent as numbers of one stream.
  constexpr int streams = 200'000;
  double uniform = 0, normal = 0, square = 0, exponential = 0;
  for (int index = 0; index < streams; ++index) {
    RandomStream random(1, Purpose::stars, index);
    uniform += random.uniform();
    const double value = random.normal();
    normal += value;
    square += value * value;
    exponential += random.exponential();
  }
  EXPECT_NEAR(uniform / streams, 0.5, 0.003);
  EXPECT_NEAR(normal / streams, 0, 0.01);
  EXPECT_NEAR(square / streams, 1, 0.015);
  EXPECT_NEAR(exponential / streams, 1, 0.01);
}

TEST(AliasTable, DrawsInProportion) {
  const std::vector<double> weights = {1, 0, 3, 6};
  const AliasTable table(weights);
  RandomStream random(3, Purpose::picks, 0);
  std::vector<double> drawn(weights.size());
  for (int n = 0; n < 100'000; ++n) ++drawn[table.draw(random)];
  EXPECT_EQ(drawn[1], 0);
  for (const int index : {0, 2, 3}) EXPECT_NEAR(drawn[index] / 100'000, weights[index] / 10, 0.006);
}

}  // namespace
}  // namespace encore::generation
