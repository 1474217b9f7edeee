// ease whose matrix lies with several processes: the model of one, bit for bit, dense and with the largest weights only, with settings
// that follow from the data, from validation users or from options.
#include "linear/closed_form.h"
#include "linear/inverse_by_users.h"
#include "models/ease_form.h"
#include "models/plan.h"
#include "training/sessions.h"

namespace encore {
namespace {

/// Two tiles and a little; the validation users have something to find, and some have films that were only seen.
Dataset films_of_three_tiles(std::int32_t users) {
  Dataset data = tiny::random_ratings(users, 410, 0.05, 3);
  for (std::int32_t u = 0; u < 30; ++u) {
    const std::int32_t step = 3 + u % 5;
    tiny::add_user(data, {{u, 5.0F}, {u + step, 4.5F}, {u + 9 * step, 4.0F}, {u + 20 * step, 4.0F}, {u + 50 * step, 5.0F}},
                   Fold::validation);
    for (std::size_t i = data.ratings.part.size() - 5; i < data.ratings.part.size(); ++i)
      data.ratings.part[i] = i % 3 == 0 ? Part::target : Part::given;
  }
  data.seen.start.assign(static_cast<std::size_t>(data.users.size()) + 1, 0);
  for (std::int32_t u = users; u < data.users.size(); ++u) {
    data.seen.item.push_back(u - users + 100), data.seen.item.push_back(u - users + 300);
    data.seen.start[static_cast<std::size_t>(u) + 1] = std::ssize(data.seen.item);
  }
  return data;
}

TrainingPlan plan_of_ease(const Dataset& data, NamedValues knobs) {
  TrainSettings settings;
  settings.model = "ease", settings.knobs = std::move(knobs), settings.threads = 1, settings.shards = 1;
  TrainingPlan plan = plan_training(settings, std::ssize(data.users_in(Fold::train)), std::ssize(data.users_in(Fold::validation)));
  plan.block_items = 16;
  return plan;
}

class SharedEase : public Sessions {
 protected:
  void expect_the_model_of_one(const Dataset& data, const TrainingPlan& plan, int processes, int local_ranks, const std::string& what) {
    ClusterWorld world(1, 1);
    const FitContext context{data, plan, world};
    const std::unique_ptr<Fit> fit = begin_fit(context);
    run_to_end(*fit, context, "unused", {});
    const TrainedModel alone = finished_model(*fit, data, plan);
    const Result cluster = train_together(data, plan, processes, local_ranks);
    expect_same_bits(alone, cluster.model, what);
    EXPECT_EQ(alone.model->architecture(), cluster.model.model->architecture()) << what;
  }
};

TEST_F(SharedEase, ends_with_the_bits_of_one_process) {
  for (const std::int32_t users : {420, 120}) {
    const Dataset data = films_of_three_tiles(users);
    ASSERT_EQ(fewer_users(users, data.items.size()), users == 120);
    for (const NamedValues& knobs : {NamedValues{{"l2", 30.0}, {"denoise", 0.3}, {"relax", 0.4}, {"balance", 0.25}},
                                     NamedValues{{"l2", 30.0}, {"keep", std::int64_t{6}}}, NamedValues{}})
      for (const auto& [processes, local_ranks] : {std::pair{2, 1}, {3, 2}, {5, 1}})
        expect_the_model_of_one(data, plan_of_ease(data, knobs), processes, local_ranks,
                                fmt::format("{} users, {} settings, {} × {}", users, knobs.size(), processes, local_ranks));
  }
}

TEST_F(SharedEase, weighs_counts_as_one_process_does) {
  Dataset data = films_of_three_tiles(420);
  data.scale = {1, 9, 1, false, true};
  for (std::size_t i = 0; i < data.ratings.rating.size(); ++i) data.ratings.rating[i] = static_cast<float>(1 + i % 9);
  expect_the_model_of_one(data, plan_of_ease(data, {{"l2", 30.0}, {"balance", 0.25}}), 3, 1, "counts");
}

TEST_F(SharedEase, asks_the_validation_users) {
  const Dataset data = films_of_three_tiles(420);
  ClusterWorld world(1, 1);
  const TrainingPlan plan = plan_of_ease(data, {});
  EXPECT_TRUE(asks_validation_users(training_likes(data), plan));
  EXPECT_FALSE(asks_validation_users(training_likes(data), plan_of_ease(data, {{"l2", 30.0}})));
}

TEST_F(SharedEase, refuses_everywhere_what_one_process_refuses) {
  Dataset nobody = films_of_three_tiles(20);
  for (float& stars : nobody.ratings.rating) stars = 1;
  std::vector<std::string> sentences;
  std::mutex guard;
  together(2, 1, [&](int, ClusterWorld& world) {
    TrainingPlan plan = plan_of_ease(nobody, {});
    plan.shards = 2;
    const Dataset own = rows_of(nobody, plan, world);
    TrainingSession session(own, plan, &world, begin_fit);
    try {
      session.run_epoch();
    } catch (const std::exception& error) {
      const std::lock_guard lock(guard);
      sentences.emplace_back(error.what());
    }
  });
  ASSERT_EQ(sentences.size(), 2U);
  EXPECT_THAT(sentences, testing::Contains(testing::HasSubstr("no training user has a rating that this model learns from")));
}

TEST_F(SharedEase, refuses_a_share_that_no_worker_has_room_for) {
  Dataset data = tiny::without_users(1'000'000);
  for (std::int32_t u = 0; u < 2; ++u) tiny::add_user(data, {{u, 5.0F}});
  std::vector<std::string> sentences;
  std::mutex guard;
  together(2, 1, [&](int, ClusterWorld& world) {
    TrainingPlan plan = plan_of_ease(data, {{"l2", 30.0}});
    plan.shards = 2;
    try {
      TrainingSession session(data, plan, &world, begin_fit);
    } catch (const UserError& error) {
      const std::lock_guard lock(guard);
      sentences.emplace_back(error.what());
    }
    world.of(0).barrier();
  });
  ASSERT_EQ(sentences.size(), 2U);
  for (const std::string& one : sentences)
    EXPECT_THAT(one, testing::AllOf(testing::HasSubstr("in each of 2 workers for 1,000,000 films"),
                                    testing::HasSubstr("take more workers, which need less each, or --model elsa")));
}

TEST_F(SharedEase, says_who_was_lost) {
  const Dataset data = films_of_three_tiles(420);
  std::string sentence;
  together(2, 1, [&](int process, ClusterWorld& world) {
    TrainingPlan plan = plan_of_ease(data, {{"l2", 30.0}});
    plan.shards = 2;
    const Dataset own = rows_of(data, plan, world);
    TrainingSession session(own, plan, &world, begin_fit);
    world.of(0).barrier();     // both have met
    if (process == 1) return;  // as a process that was killed: its connection closes
    try {
      session.run_epoch();
    } catch (const PeerLost& error) {
      sentence = error.what();
    }
  });
  EXPECT_THAT(sentence, testing::HasSubstr("rank 1"));
}

}  // namespace
}  // namespace encore
