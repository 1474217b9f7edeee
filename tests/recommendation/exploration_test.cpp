// Shares, draws and what they depend on, on a small network with ratings that are set here.
#include "model/exploration.h"

#include <gmock/gmock.h>

#include <numeric>
#include <set>

#include "evaluation/tiny_dataset.h"

namespace encore {
namespace {

/// 100 films, of which the even ones have 50 ratings, the odd ones 1; films 3 and 98 are retired, film 5 was added.
TrainedModel a_model() {
  TrainedModel model = tiny_model(named_model("mult-dae").architecture, 100);
  for (std::size_t item = 0; item < 100; ++item) model.items.training_ratings[item] = item % 2 == 0 ? 50 : 1;
  model.items.training_ratings[5] = 0;
  model.items.added.assign(100, 0), model.items.retired.assign(100, 0);
  model.items.added[5] = 1, model.items.retired[3] = model.items.retired[98] = 1;
  return model;
}

class Exploring : public testing::Test {
 protected:
  ExploredAnswer asked(const Profile& one, std::int64_t k, Exploration wish, std::span<const std::uint8_t> fits = {}) {
    const Question question{&one, k, fits};
    return explorer.explored(recommender, {&question, 1}, recommender.answer({&question, 1}, 1), {&wish, 1}, 1).front();
  }
  std::vector<std::int32_t> films(const ExploredAnswer& made, int explored) {
    std::vector<std::int32_t> found;
    for (std::size_t i = 0; i < made.answer.items.size(); ++i)
      if (explored < 0 || (made.explored[i] != 0) == (explored == 1)) found.push_back(made.answer.items[i].item);
    return found;
  }
  std::vector<Profile> people() {
    std::vector<Profile> all;
    for (std::int32_t i = 0; i < 60; ++i) all.push_back({{i, i + 20, i + 40}, {5, 4, 5}, {i, i + 20, i + 40}});
    return all;
  }
  TrainedModel model = a_model();
  Recommender recommender{model, std::vector<std::uint8_t>(100, 1), 10};
  Explorer explorer{model};
  const Profile person{{2, 5, 9}, {5, 1.5F, 4}, {2, 5, 9}};
};

TEST_F(Exploring, AThirdOfThePlacesGoesToFilmsWithFewRatings) {
  const auto plain = asked(person, 9, {.share = 0});
  const auto made = asked(person, 9, {.share = 1.0 / 3 + 1e-12});
  ASSERT_EQ(made.answer.items.size(), 9U);
  EXPECT_EQ(films(plain, 1).size(), 0U);
  ASSERT_EQ(films(made, 1).size(), 3U);
  for (const std::int32_t film : films(made, 1)) EXPECT_TRUE(film % 2 == 1 && film != 3 && film != 5 && film != 9) << film;
  std::vector<std::int32_t> first = films(plain, -1);
  first.resize(6);
  EXPECT_EQ(films(made, 0), first) << "the others are those that were best, in their order";
  const std::vector<std::int32_t> all = films(made, -1);
  EXPECT_EQ(std::set<std::int32_t>(all.begin(), all.end()).size(), 9U);
}

TEST_F(Exploring, TheShareHoldsInTheMeanForAnyK) {
  std::size_t places = 0;
  for (const Profile& one : people()) places += films(asked(one, 5, {.share = 0.1}), 1).size();
  EXPECT_GE(places, 15U);  // of 60 lists of 5 places: 30 expected, standard deviation 3.9
  EXPECT_LE(places, 45U);
}

TEST_F(Exploring, SeedAndRatingsDecideAndNothingElse) {
  const auto list = [&](std::uint64_t seed) { return films(asked(person, 20, {.share = 0.4, .seed = seed}), -1); };
  EXPECT_EQ(list(1), list(1));
  EXPECT_NE(list(1), list(2));
  const std::vector<Profile> all = people();
  const auto together = explorer.recommend(recommender, all, 10, {.share = 0.4});
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto alone = asked(all[i], 10, {.share = 0.4});
    ASSERT_EQ(together[i].items.size(), alone.answer.items.size());
    for (std::size_t n = 0; n < alone.answer.items.size(); ++n) {
      EXPECT_EQ(together[i].items[n].item, alone.answer.items[n].item);
      EXPECT_EQ(together[i].items[n].score, alone.answer.items[n].score);
    }
  }
}

TEST_F(Exploring, OtherSeedsFindOtherFilms) {
  std::set<std::int32_t> found;
  for (std::uint64_t seed = 0; seed < 50; ++seed)
    for (const std::int32_t film : films(asked(person, 10, {.share = 0.2, .seed = seed}), 1)) found.insert(film);
  EXPECT_EQ(found.size(), 20U) << "each of the ten best for each of the two places";
}

TEST_F(Exploring, WhoHasNoTasteYetGetsAnyOfThem) {
  std::set<std::int32_t> found;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const auto made = asked({}, 10, {.share = 0.5, .seed = seed});
    EXPECT_EQ(made.answer.kind, ScoreKind::ratings);
    EXPECT_EQ(films(made, 1).size(), 5U);
    for (const std::int32_t film : films(made, 1)) found.insert(film);
  }
  EXPECT_EQ(found.size(), 49U) << "all odd ones but the retired one";
  EXPECT_TRUE(found.contains(5));
}

TEST_F(Exploring, ConditionsHold) {
  std::vector<std::uint8_t> fits(100, 0);
  for (const std::size_t film : {7, 10, 12, 14, 16}) fits[film] = 1;
  const auto made = asked(person, 4, {.share = 0.5}, fits);
  EXPECT_EQ(made.answer.items.size(), 4U);
  for (const std::int32_t film : films(made, -1)) EXPECT_EQ(fits[static_cast<std::size_t>(film)], 1);
  EXPECT_LE(films(made, 1).size(), 1U) << "there is one, and the places of others are not left empty";
  fits[7] = 0;
  EXPECT_EQ(asked(person, 4, {.share = 1}, fits).answer.items.size(), 4U);
  EXPECT_EQ(films(asked(person, 4, {.share = 1}, fits), 1).size(), 0U);
}

TEST_F(Exploring, AllPlacesCanBeExplored) {
  EXPECT_EQ(films(asked(person, 10, {.share = 1}), 1).size(), 10U);
  EXPECT_EQ(films(asked(person, 1000, {.share = 1}), -1).size(), films(asked(person, 1000, {.share = 0}), -1).size()) << "all there are";
}

}  // namespace
}  // namespace encore
