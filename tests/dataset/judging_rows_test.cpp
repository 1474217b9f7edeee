// Ratings that are split become training rows and judging rows.
#include "dataset/judging_rows.h"
#include <gmock/gmock.h>

namespace encore {
namespace {

using testing::ElementsAre;

/// Two users, four films; the second user has nothing to train on.
Dataset split() {
  Dataset dataset;
  dataset.fingerprint = "f";
  for (const char* id : {"a", "b", "c", "d"}) dataset.items.id.emplace_back(id);
  dataset.items.ratings = {2, 1, 2, 1};
  dataset.items.training_ratings = {1, 0, 0, 1};
  dataset.users = {true, {"1", "2"}, {Fold::train, Fold::train}};
  dataset.ratings = {{0, 4, 6},
                     {0, 1, 2, 3, 0, 2},
                     {5, 4, 1, 2, 3, 5},
                     {Part::none, Part::hidden, Part::target, Part::none, Part::target, Part::hidden}};
  return dataset;
}

std::vector<Part> parts_of(const Dataset& dataset, std::int32_t user) {
  const auto parts = dataset.ratings.parts_of(user);
  return {parts.begin(), parts.end()};
}
std::vector<std::int32_t> items_of(const Dataset& dataset, std::int32_t user) {
  const auto items = dataset.ratings.items_of(user);
  return {items.begin(), items.end()};
}

TEST(JudgingRows, FollowTheTrainingRows) {
  const Dataset dataset = with_judging_rows(split());
  EXPECT_THAT(dataset.users.fold, ElementsAre(Fold::train, Fold::train, Fold::validation, Fold::test));
  EXPECT_THAT(dataset.users.id, ElementsAre("1", "2", "1", "1"));
  EXPECT_THAT(items_of(dataset, 0), ElementsAre(0, 3));
  EXPECT_THAT(parts_of(dataset, 0), ElementsAre(Part::none, Part::none));
  EXPECT_THAT(items_of(dataset, 1), ElementsAre()) << "all of the second user's ratings are held out";
  EXPECT_THAT(items_of(dataset, 2), ElementsAre(0, 1, 3)) << "what is held out for testing is unknown to validation";
  EXPECT_THAT(parts_of(dataset, 2), ElementsAre(Part::given, Part::target, Part::given));
  // The test rating of film 2 is not liked: held out, but nothing to be found; the validation rating is hidden.
  EXPECT_THAT(items_of(dataset, 3), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(parts_of(dataset, 3), ElementsAre(Part::given, Part::hidden, Part::none, Part::given));
}

TEST(JudgingRows, OfImplicitDataAreAllTargets) {
  Dataset dataset = split();
  dataset.scale.implicit = true;
  EXPECT_THAT(parts_of(with_judging_rows(std::move(dataset)), 3),
              ElementsAre(Part::given, Part::hidden, Part::target, Part::given));
}

TEST(AllForTraining, LeavesNothingToJudge) {
  const Dataset dataset = all_for_training(split());
  EXPECT_TRUE(dataset.ratings.part.empty());
  EXPECT_THAT(dataset.items.training_ratings, ElementsAre(2, 1, 2, 1));
  EXPECT_EQ(dataset.fingerprint, "f-all-ratings");
  EXPECT_THAT(dataset.users.fold, ElementsAre(Fold::train, Fold::train));
}

}  // namespace
}  // namespace encore
