// Which features count and how much, computed by hand.
#include "catalogue/feature_numbers.h"

#include <gmock/gmock.h>

#include <cmath>

namespace encore {
namespace {

constexpr std::int64_t all = 1000;

ItemFeatures some_items() {
  return {{{"genre:comedy", 1}, {"genre:long", 1}, {"tag:space", 2}},
          {{"genre:comedy", 1}, {"genre:long", 1}, {"tag:moon", 1}, {"tag:space", 1}},
          {{"genre:long", 1}, {"genre:war", 1}},
          {{"genre:long", 1}},
          {{"genre:comedy", 1}, {"genre:new", 1}, {"genre:war", 1}, {"tag:new", 1}, {"tag:space", 1}}};  // learns nothing, is asked about
}

std::vector<float> row(const FeatureNumbers& numbers, std::int64_t item) {
  std::vector<float> dense(static_cast<std::size_t>(numbers.features));
  for (auto e = numbers.rows.start[static_cast<std::size_t>(item)]; e < numbers.rows.start[static_cast<std::size_t>(item + 1)]; ++e)
    dense[static_cast<std::size_t>(numbers.rows.feature[static_cast<std::size_t>(e)])] = numbers.rows.value[static_cast<std::size_t>(e)];
  return dense;
}

TEST(FeatureNumbers, CountByRarityAndEachColumnHasItsLength) {
  const FeatureNumbers numbers = feature_numbers(some_items(), {1, 1, 1, 1, 0}, all);
  // comedy 2 of 4, war 1, moon 1, space 2; "long" is had by all, "new" by nobody who is learned from. By name: comedy, war, moon, space.
  ASSERT_EQ(numbers.features, 4);
  const auto once = static_cast<float>(std::log(5.0 / 2)), twice = static_cast<float>(std::log(5.0 / 3));
  const float told = std::sqrt(6.0F);
  const float length = std::sqrt(once * once + twice * twice);
  using testing::FloatNear;
  using testing::Pointwise;
  EXPECT_THAT(row(numbers, 0), Pointwise(FloatNear(1e-6F), std::vector<float>{1, 0, 0, told}));
  EXPECT_THAT(row(numbers, 1), Pointwise(FloatNear(1e-6F), std::vector<float>{1, 0, told * once / length, told * twice / length}));
  EXPECT_THAT(row(numbers, 2), Pointwise(FloatNear(1e-6F), std::vector<float>{0, 1, 0, 0}));
  EXPECT_THAT(row(numbers, 3), Pointwise(FloatNear(1e-6F), std::vector<float>{0, 0, 0, 0}));
  EXPECT_THAT(row(numbers, 4), Pointwise(FloatNear(1e-6F), std::vector<float>{twice / length, once / length, 0, told}));
}

TEST(FeatureNumbers, TheMostFrequentStayWhereThereAreTooMany) {
  const FeatureNumbers numbers = feature_numbers(some_items(), {1, 1, 1, 1, 0}, 3);
  ASSERT_EQ(numbers.features, 3) << "comedy, space, and of those that one film has the first by name: war before moon, as genre before tag";
  EXPECT_THAT(row(numbers, 1), testing::Pointwise(testing::FloatNear(1e-6F), std::vector<float>{1, 0, std::sqrt(6.0F)}));
}

TEST(FeatureNumbers, WeightsMayBeOfAnySize) {
  ItemFeatures items = some_items();
  const std::vector<float> usual = row(feature_numbers(items, {1, 1, 1, 1, 0}, all), 1);
  for (const double size : {1e299, 1e-299}) {
    for (NamedFeature& one : items[1]) one.weight = size;
    EXPECT_THAT(row(feature_numbers(items, {1, 1, 1, 1, 0}, all), 1), testing::Pointwise(testing::FloatNear(1e-6F), usual)) << size;
  }
  for (NamedFeature& one : items[1]) one.weight = 0;
  EXPECT_THAT(row(feature_numbers(items, {1, 1, 1, 1, 0}, all), 1), testing::Each(0));
}

}  // namespace
}  // namespace encore
