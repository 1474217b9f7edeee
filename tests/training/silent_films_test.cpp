// A film that no training user has as an input starts with zeros, keeps them, and counts for nobody who is judged; in a later training
// that knows it, it starts fresh.
#include <gtest/gtest.h>

#include "evaluation/ranking.h"
#include "network/network_model.h"
#include "every_mode.h"
#include "tiny_data.h"
#include "training/network_fit.h"
#include "training/trainer.h"
#include "training/warm_start.h"

namespace encore {
namespace {

constexpr std::int32_t unrated = 30, unliked = 31;

TrainingPlan plan_of(const std::string& model) {
  TrainingPlan plan;
  plan.architecture = named_model(model).architecture;
  plan.learning = named_model(model).training;
  plan.architecture.hidden = {8};
  plan.learning.epochs = 2, plan.learning.batch_size = 20, plan.learning.learning_rate = 0.01;
  plan.block_items = 16;
  return plan;
}

/// 40 training users of 30 films; nobody rates film 30, all give film 31 one star. A validation user with `given`.
Dataset data_with(const std::vector<std::int32_t>& given) {
  Dataset all = tiny::random_ratings(40, 30, 0.2, 3), data = tiny::without_users(33);
  for (std::int32_t user = 0; user < all.users.size(); ++user) {
    std::vector<std::pair<std::int32_t, float>> row;
    const auto items = all.ratings.items_of(user);
    const auto stars = all.ratings.ratings_of(user);
    for (std::size_t i = 0; i < items.size(); ++i) row.emplace_back(items[i], stars[i]);
    row.emplace_back(unliked, 1.0F);
    tiny::add_user(data, row);
  }
  std::vector<std::pair<std::int32_t, float>> row{{3, 5.0F}};
  for (const std::int32_t item : given) row.emplace_back(item, 5.0F);
  tiny::add_user(data, row, Fold::validation);
  data.ratings.part.resize(data.ratings.item.size());
  for (std::size_t i = 0; i < row.size(); ++i)
    data.ratings.part[data.ratings.part.size() - row.size() + i] = i == 0 ? Part::target : Part::given;
  return data;
}

class SilentFilmsOfEveryMode : public testing::TestWithParam<Parallel> {};

TEST_P(SilentFilmsOfEveryMode, TheyStaySilentAndDoNotCountWhereUsersAreJudged) {
  TrainingPlan plan = plan_of("mult-dae");
  plan.parallel = GetParam(), plan.shards = GetParam() == Parallel::elephas ? 1 : 2;
  const Dataset with = data_with({9, unrated, unliked}), without = data_with({9});
  std::vector<History> histories;
  for (const Dataset* data : {&with, &without}) {
    ClusterWorld world(plan.shards, 1);
    NetworkFit fit({*data, plan, world});
    while (!fit.finished()) fit.step({});
    EXPECT_FALSE(fit.model()->knows(unrated));
    EXPECT_FALSE(fit.model()->knows(unliked)) << "a binary input never holds it";
    EXPECT_TRUE(fit.model()->knows(9));
    histories.push_back(fit.history());
    const auto judged = ranking_quality(*fit.model(), *data, Fold::validation, 1)["ndcg@100"];
    EXPECT_EQ(judged, fit.history()[static_cast<std::size_t>(fit.record().best_epoch - 1)].validation_ndcg);
  }
  for (std::size_t epoch = 0; epoch < 2; ++epoch)
    EXPECT_EQ(histories[0][epoch].validation_ndcg, histories[1][epoch].validation_ndcg);
}

INSTANTIATE_TEST_SUITE_P(Parallel, SilentFilmsOfEveryMode, every_mode(), name_of_mode);

TEST(SilentFilms, AreInputsOfAModelThatReadsRatings) {
  const Dataset data = data_with({9});
  const TrainingState state = fresh_state(plan_of("autorec"), data);
  EXPECT_TRUE(state.model().first.is_silent(unrated));
  EXPECT_FALSE(state.model().first.is_silent(unliked)) << "one star is an input like any other";
}

TEST(SilentFilms, StartFreshWhereALaterTrainingKnowsThem) {
  const TrainingPlan plan = plan_of("mult-dae");
  const Dataset before = data_with({9});
  TrainingState older = fresh_state(plan, before);
  const TrainedModel model = train(before, plan, older, "unused", {});
  Dataset now = before;
  tiny::add_user(now, {{4, 5.0F}, {unrated, 5.0F}});
  WarmStartCounts counts;
  const TrainingState state = warm_state(plan, now, model, "unused", counts);
  EXPECT_FALSE(state.model().first.is_silent(unrated));
  EXPECT_TRUE(state.model().first.is_silent(unliked));
  EXPECT_TRUE(std::equal(state.model().first.row(4), state.model().first.row(5), network_of(*model.model).first.row(4)));
}

}  // namespace
}  // namespace encore
