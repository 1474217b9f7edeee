// The table of shapes adds up, scales, and refuses what leaves no data set.
#include "generation/shape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include "process/error.h"

namespace encore::generation {
namespace {

class EveryShape : public testing::TestWithParam<std::string_view> {};

void expect_sums(const Shape& shape) {
  std::int64_t titles = 0, rated = 0, ratings = 0;
  for (const Era& era : shape.eras) {
    EXPECT_LE(era.rated, era.titles) << era.first_year;
    titles += era.titles;
    rated += era.rated;
    ratings += era.ratings;
  }
  EXPECT_EQ(titles, shape.movies);
  EXPECT_EQ(rated, shape.rated_movies);
  EXPECT_EQ(ratings, shape.ratings);
}

TEST_P(EveryShape, ErasSumToTheWholeSet) { expect_sums(shape_of(GetParam(), 1)); }

TEST_P(EveryShape, ErasStillSumWhenScaled) { expect_sums(shape_of(GetParam(), 0.25)); }

TEST_P(EveryShape, StarSharesSumToOne) {
  double sum = 0;
  for (const double share : shape_of(GetParam(), 1).star_shares) sum += share;
  EXPECT_NEAR(sum, 1, 1e-3);
}

INSTANTIATE_TEST_SUITE_P(Table, EveryShape, testing::ValuesIn(shape_names()));

TEST(Shape, Ml25mHasTheStudysTable1) {
  const Shape shape = shape_of("ml-25m", 1);
  std::int64_t titles = 0, rated = 0, ratings = 0;
  std::vector<std::array<std::int64_t, 3>> nested;
  for (int era = 0; era < 3; ++era) {
    titles += shape.eras[era].titles;
    rated += shape.eras[era].rated;
    ratings += shape.eras[era].ratings;
    nested.push_back({titles, rated, ratings});
  }
  EXPECT_THAT(nested, testing::ElementsAre(std::array<std::int64_t, 3>{2'980, 2'821, 565'530},
                                           std::array<std::int64_t, 3>{6'566, 6'271, 1'288'730},
                                           std::array<std::int64_t, 3>{11'524, 10'691, 2'737'837}));
}

TEST(Shape, ScaleShrinksUsersFullyAndFilmsByTheRoot) {
  const Shape shape = shape_of("ml-25m", 0.01);
  EXPECT_EQ(shape.users, 1'625);
  EXPECT_EQ(shape.ratings, 250'001);
  EXPECT_EQ(shape.movies, 6'242);
  EXPECT_EQ(shape.rated_movies, 5'905);
}

TEST(Shape, TakesAmountsOfItsOwn) {
  const Shape shape = shape_of("ml-25m", Amounts{.users = 100'000, .films = 100'000, .ratings = 5'000'000});
  EXPECT_EQ(shape.users, 100'000);
  EXPECT_EQ(shape.rated_movies, 100'000);
  EXPECT_EQ(shape.ratings, 5'000'000);
  expect_sums(shape);
}

TEST(Shape, FilmsAndRatingsFollowUsers) {
  const Shape by_users = shape_of("ml-latest-small", Amounts{.users = 305}), by_scale = shape_of("ml-latest-small", 0.5);
  EXPECT_EQ(by_users.users, by_scale.users);
  EXPECT_EQ(by_users.rated_movies, by_scale.rated_movies);
  EXPECT_EQ(by_users.ratings, by_scale.ratings);
}

TEST(Shape, AmountsThatCannotBeMetTogetherAreAUsersMistake) {
  for (const Amounts& wrong : {Amounts{.users = 1'000, .ratings = 15'000}, Amounts{.films = 30'000'000}, Amounts{.films = 500}})
    EXPECT_THROW(shape_of("ml-25m", wrong), UserError);
}

TEST(Shape, UnknownNameIsAUsersMistake) {
  EXPECT_THAT([] { shape_of("ml-9m", 1); },
              testing::ThrowsMessage<UserError>(testing::HasSubstr("ml-25m, ml-1m, ml-latest-small")));
}

TEST(Shape, TooSmallAScaleIsAUsersMistake) {
  EXPECT_THAT([] { shape_of("ml-latest-small", 0.01); },
              testing::ThrowsMessage<UserError>(
                  testing::AllOf(testing::HasSubstr("--scale, --users"), testing::HasSubstr("6 users"))));
}

}  // namespace
}  // namespace encore::generation
