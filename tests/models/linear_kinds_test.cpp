// ease, elsa, item-knn and blend as kinds: what two groups of users who share no film teach them, the same bits for any threads
// and shards, and how they refuse.
#include <gmock/gmock.h>

#include "evaluation/tiny_dataset.h"
#include "linear/linear_models.h"
#include "models/plan.h"
#include "models/table.h"
#include "process/error.h"
#include "training/trainer.h"

namespace encore {
namespace {

constexpr std::int32_t squares = 12;

/// Even users like even films, odd users odd ones, each all but two of them.
Dataset small_checkerboard() {
  DatasetMaker maker(squares);
  for (std::int32_t user = 0; user < 40; ++user) {
    std::vector<DatasetMaker::Cell> ratings;
    for (std::int32_t film = user % 2; film < squares; film += 2)
      if (film / 2 != user / 2 % 6 && film / 2 != user / 3 % 6) ratings.push_back({film, 5.0F});
    maker.user(Fold::train, ratings);
  }
  return maker.dataset;
}

std::shared_ptr<const Model> trained_on(const Dataset& data, TrainSettings settings, int threads = 2) {
  settings.threads = threads, settings.shards = threads;
  const TrainingPlan plan = plan_training(settings, 40);
  ClusterWorld world(plan.shards, plan.threads);
  const FitContext context{data, plan, world};
  const auto fit = begin_fit(context);
  run_to_end(*fit, context, "unused", {});
  return fit->model();
}

TrainSettings kind(std::string name, NamedValues knobs = {}) {
  TrainSettings settings;
  settings.model = std::move(name);
  settings.knobs = std::move(knobs);
  return settings;
}

std::vector<TrainSettings> all_kinds() {
  std::vector<TrainSettings> all{kind("ease"), kind("ease", {{"l2", 2.0}, {"keep", std::int64_t{4}}}), kind("item-knn"),
                                 kind("elsa", {{"width", std::int64_t{8}}})};
  all.back().epochs = 5;
  all.push_back(kind("blend", {{"parts", std::string("ease,item-knn")}}));
  return all;
}

std::vector<float> scores(const Model& model, std::vector<std::int32_t> likes) {
  InputRows rows;
  rows.value.assign(likes.size(), 1.0F);
  rows.start = {0, std::ssize(likes)};
  rows.item = std::move(likes);
  std::vector<float> all;
  model.score(rows, [&](const ScoreBlock& block) {
    for (std::int64_t i = 0; i < block.items; ++i) all.push_back(block.score[i * block.stride]);
  });
  return all;
}

TEST(LinearKinds, TellTheSquaresOfACheckerboardApart) {
  const Dataset data = small_checkerboard();
  for (const TrainSettings& settings : all_kinds()) {
    const auto model = trained_on(data, settings);
    for (const std::int32_t colour : {0, 1}) {
      const auto found = scores(*model, {colour, colour + 4});
      ASSERT_EQ(std::ssize(found), squares);
      float worst_own = 1e9F, best_other = -1e9F;
      for (std::int32_t film = 0; film < squares; ++film) {
        if (film == colour || film == colour + 4) continue;
        float& bound = film % 2 == colour ? worst_own : best_other;
        bound = film % 2 == colour ? std::min(bound, found[static_cast<std::size_t>(film)])
                                   : std::max(bound, found[static_cast<std::size_t>(film)]);
      }
      EXPECT_GT(worst_own, best_other) << *settings.model;
    }
  }
}

TEST(LinearKinds, HaveTheSameBitsForAnyThreadsAndShards) {
  const Dataset data = small_checkerboard();
  for (const TrainSettings& settings : all_kinds())
    EXPECT_EQ(scores(*trained_on(data, settings, 1), {0, 3}), scores(*trained_on(data, settings, 3), {0, 3})) << *settings.model;
}

TEST(LinearKinds, ScoresAreSumsOfWeights) {
  const Dataset data = small_checkerboard();
  for (const TrainSettings& settings : all_kinds()) {
    const auto model = std::dynamic_pointer_cast<const LinearModel>(trained_on(data, settings));
    if (!model) continue;  // a blend is no sum of weights
    const auto both = scores(*model, {0, 5});
    for (std::int32_t to = 0; to < squares; ++to)
      EXPECT_NEAR(both[static_cast<std::size_t>(to)], model->weight(0, to) + model->weight(5, to), 1e-6);
  }
}

/// As `prepare --count log` has them: the more often, the heavier, and 1 where liking begins.
TEST(LinearKinds, LearnFromWhatCountsWeigh) {
  Dataset data = small_checkerboard();
  data.scale = {1, 9, 1, false};
  for (std::size_t i = 0; i < data.ratings.rating.size(); ++i) data.ratings.rating[i] = static_cast<float>(1 + i % 9);
  Dataset weighing = data, once = data;
  weighing.scale.log_counts = once.scale.log_counts = true;
  std::ranges::fill(once.ratings.rating, 1.0F);
  std::vector<TrainSettings> all = all_kinds();
  all.push_back(kind("mult-dae"));
  all.back().epochs = 2;
  for (const TrainSettings& settings : all) {
    const auto plain = scores(*trained_on(data, settings), {0, 3});
    EXPECT_NE(scores(*trained_on(weighing, settings), {0, 3}), plain) << *settings.model;
    EXPECT_EQ(scores(*trained_on(once, settings), {0, 3}), plain) << *settings.model << ": a count of 1 weighs 1";
  }
  EXPECT_EQ(scores(*trained_on(weighing, kind("popularity")), {0}), scores(*trained_on(data, kind("popularity")), {0}));
  try {
    trained_on(weighing, kind("reference"));
    FAIL();
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("--model reference learns ratings on a scale, and counts that weigh (--count log)"));
  }
}

TEST(LinearKinds, RefuseDataWithoutLikesAndPartsThatAreNone) {
  DatasetMaker nobody(3);
  nobody.user(Fold::train, {{0, 1}});
  for (const TrainSettings& settings : all_kinds()) EXPECT_THROW(trained_on(nobody.dataset, settings), UserError);
  for (const char* parts : {"ease", "ease,ease", "ease,blend", "ease,reference", "ease,nothing"})
    EXPECT_THROW(trained_on(small_checkerboard(), kind("blend", {{"parts", std::string(parts)}})), UserError) << parts;
  EXPECT_THAT([] { trained_on(small_checkerboard(), kind("blend", {{"parts", std::string("ease,nothing")}})); },
              testing::ThrowsMessage<UserError>(testing::HasSubstr("there is no model 'nothing'; --parts may be ")));
}

}  // namespace
}  // namespace encore
