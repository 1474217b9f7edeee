// Ratings in any order become the matrix that their sorted order gives.
#include "dataset/rating_collector.h"

#include <gmock/gmock.h>
#include <algorithm>
#include <random>
#include "process/error.h"

namespace encore {
namespace {

using testing::ElementsAre;

TEST(RatingCollector, SortsByUserAndItem) {
  RatingCollector collector(4);
  collector.add(3, 7, 1.5F, Part::none);
  collector.add(0, 9, 2, Part::none);
  collector.add(3, 2, 5, Part::none);
  collector.add(0, 1, 4, Part::none);
  EXPECT_EQ(collector.size(), 4);
  const RatingMatrix matrix = collector.finish();
  EXPECT_THAT(matrix.start, ElementsAre(0, 2, 2, 2, 4));
  EXPECT_THAT(matrix.item, ElementsAre(1, 9, 2, 7));
  EXPECT_THAT(matrix.rating, ElementsAre(4, 2, 5, 1.5F));
  EXPECT_TRUE(matrix.part.empty());  // nobody is held out
  EXPECT_EQ(collector.size(), 0);
}

TEST(RatingCollector, KeepsParts) {
  RatingCollector collector(1);
  collector.add(0, 2, 5, Part::target);
  collector.add(0, 1, 3, Part::none);
  collector.add(0, 0, 4, Part::given);
  const RatingMatrix matrix = collector.finish();
  EXPECT_THAT(matrix.part, ElementsAre(Part::given, Part::none, Part::target));
}

/// More rows than a chunk holds, in all buckets.
TEST(RatingCollector, GivesTheSameForEveryOrder) {
  constexpr std::int32_t users = 1000, items = 300;
  std::vector<std::pair<std::int32_t, std::int32_t>> pairs;
  for (std::int32_t user = 0; user < users; ++user) {
    for (std::int32_t item = user % 3; item < items; item += 1 + user % 2) pairs.emplace_back(user, item);
  }
  const std::vector<std::pair<std::int32_t, std::int32_t>> sorted = pairs;
  std::mt19937 random(7);
  std::shuffle(pairs.begin(), pairs.end(), random);
  RatingCollector collector(users);
  for (const auto& [user, item] : pairs) collector.add(user, item, static_cast<float>(user + item), Part::none);
  const RatingMatrix matrix = collector.finish();
  ASSERT_EQ(matrix.users(), users);
  std::size_t at = 0;
  for (std::int32_t user = 0; user < users; ++user) {
    for (std::size_t i = 0; i < matrix.items_of(user).size(); ++i, ++at) {
      ASSERT_EQ(std::pair(user, matrix.items_of(user)[i]), sorted[at]);
      ASSERT_EQ(matrix.ratings_of(user)[i], static_cast<float>(user + sorted[at].second));
    }
  }
  EXPECT_EQ(at, sorted.size());
}

TEST(RatingCollector, TakesBackWhatCameAfterAMark) {
  RatingCollector collector(2);
  collector.add(0, 1, 4, Part::none);
  const RatingCollector::Mark mark = collector.mark();
  for (std::int32_t item = 0; item < 70000; ++item) collector.add(1, item, 1, Part::given);  // into a second chunk
  collector.add(0, 1, 4, Part::none);
  collector.undo_to(mark);
  EXPECT_EQ(collector.size(), 1);
  collector.add(1, 5, 2, Part::none);
  collector.add(0, 0, 3, Part::none);
  const RatingMatrix matrix = collector.finish();
  EXPECT_THAT(matrix.item, ElementsAre(0, 1, 5));
  EXPECT_THAT(matrix.rating, ElementsAre(3, 4, 2));
  EXPECT_TRUE(matrix.part.empty());
}

TEST(RatingCollector, NamesAPairThatCameTwice) {
  RatingCollector collector(300);
  collector.add(299, 8, 4, Part::none);
  collector.add(299, 8, 5, Part::none);
  try {
    collector.finish();
    FAIL() << "no error";
  } catch (const UserError& error) {
    EXPECT_STREQ(error.what(), "user 299 has item 8 twice; keep one rating of each pair");
  }
}

TEST(RatingCollector, MayStayEmpty) {
  EXPECT_THAT(RatingCollector(2).finish().start, ElementsAre(0, 0, 0));
  EXPECT_THAT(RatingCollector(0).finish().start, ElementsAre(0));
}

}  // namespace
}  // namespace encore
