// Trainings of several processes against the training of one (sessions.h).
#include "training/sessions.h"

namespace encore {
namespace {

TEST_F(Sessions, of_item_shards_end_with_the_bits_of_one_process) {
  const Dataset data = data_with_validation();
  for (const std::string model : {"mult-dae", "reference", "autorec"}) {
    const Result alone = train_alone(data, plan_for(model, 1));
    for (const auto& [processes, local_ranks] : {std::pair{2, 1}, {4, 1}, {3, 2}, {12, 1}}) {
      const std::string what = fmt::format("{} by {} × {}", model, processes, local_ranks);
      const Result cluster = train_together(data, plan_for(model, 1), processes, local_ranks);
      expect_same_bits(alone.model, cluster.model, what);
      ASSERT_EQ(cluster.records.size(), 3U);
      for (std::size_t e = 0; e < 3; ++e)
        for (const char* key : {"train_loss", "validation_loss", "validation_ndcg@100"})
          EXPECT_EQ(alone.records[e].at(key), cluster.records[e].at(key)) << what << " " << key;
      EXPECT_GT(alone.records[2].at("validation_ndcg@100"), 0);
      EXPECT_EQ(cluster.records[2].at("workers").size(), static_cast<std::size_t>(processes));
    }
  }
}

TEST_F(Sessions, that_average_replicas_end_with_the_bits_of_one_process) {
  const Dataset data = data_with_validation();
  for (const Parallel mode : {Parallel::users_epoch, Parallel::elephas}) {
    for (const bool sync_every_epoch : {true, false}) {
      if (mode == Parallel::users_epoch && !sync_every_epoch) continue;
      for (const auto& [processes, local_ranks] : {std::pair{2, 1}, {4, 1}, {2, 2}}) {
        TrainingPlan plan = plan_for("mult-dae", processes * local_ranks, mode);
        plan.sync_every_epoch = sync_every_epoch;
        plan.learning.batch_size = 9;
        const Result alone = train_alone(data, plan), cluster = train_together(data, plan, processes, local_ranks);
        const std::string what =
            fmt::format("{} by {} × {}, {}", name_of(mode), processes, local_ranks, sync_every_epoch);
        expect_same_bits(alone.model, cluster.model, what);
        for (std::size_t e = 0; e < 3; ++e)
          for (const char* key : {"train_loss", "validation_loss", "validation_ndcg@100"})
            EXPECT_NEAR(alone.records[e].at(key).get<double>(), cluster.records[e].at(key).get<double>(), 1e-12)
                << what << " " << key;
        EXPECT_EQ(cluster.records[0].at("workers")[0].at("losses").size(), static_cast<std::size_t>(local_ranks));
      }
    }
  }
}

TEST_F(Sessions, that_share_each_step_by_users_end_near_one_process) {
  const Dataset data = data_with_validation();
  for (const std::string model : {"mult-dae", "reference", "autorec"}) {
    const Result alone = train_alone(data, plan_for(model, 1));
    for (const auto& [processes, local_ranks] : {std::pair{2, 1}, {3, 1}, {2, 2}}) {
      const Result cluster = train_together(data, plan_for(model, 1, Parallel::users_step), processes, local_ranks);
      const std::string what = fmt::format("{} by {} × {}", model, processes, local_ranks);
      for (std::size_t e = 0; e < 3; ++e)
        for (const char* key : {"train_loss", "validation_loss"}) {
          const double expected = alone.records[e].at(key);
          EXPECT_NEAR(expected, cluster.records[e].at(key).get<double>(), 1e-5 * expected) << what << " " << key;
        }
      EXPECT_EQ(cluster.records[2].at("steps"), 15) << what;  // 90 users in batches of 20, three times
    }
  }
}

TEST_F(Sessions, without_common_steps_learn) {
  const Dataset data = data_with_validation();
  for (const bool every_batch : {true, false}) {
    TrainingPlan plan = plan_for("mult-dae", 1, Parallel::async);
    plan.push_every_batch = every_batch, plan.lock = every_batch;
    plan.learning.epochs = 25;
    const Result cluster = train_together(data, plan, 3, 1);
    ASSERT_EQ(cluster.records.size(), 25U);
    EXPECT_LT(cluster.records[24].at("train_loss"), 0.97 * cluster.records[0].at("train_loss").get<double>());
    EXPECT_GT(cluster.records[24].at("steps"), 25 * 3);
  }
}

TEST_F(Sessions, that_only_count_are_the_same_too) {
  const Dataset data = data_with_validation();
  const TrainingPlan plan = plan_for("popularity", 1);
  expect_same_bits(train_alone(data, plan).model, train_together(data, plan, 3, 1).model, "popularity");
}

TEST_F(Sessions, go_on_from_the_parts_of_a_world_of_another_size) {
  const Dataset data = data_with_validation();
  TrainingPlan plan = plan_for("mult-dae", 2);
  plan.patience = 5;
  const Result alone = train_alone(data, plan);
  together(2, 1, [&](int process, ClusterWorld& world) {
    const Dataset own = rows_of(data, plan, world);
    TrainingSession session(own, plan, &world, begin_fit);
    session.run_epoch();
    session.save(file("state", process));
  });
  plan.shards = 3;
  together(3, 1, [&](int process, ClusterWorld& world) {
    const Dataset own = rows_of(data, plan, world);
    TrainingSession session(own, plan, &world, begin_fit);
    session.load(files("state", 2));
    while (!session.finished()) session.run_epoch();
    session.save_model(file("model", process));
  });
  expect_same_bits(alone.model, read_model_parts(files("model", 3)).model, "2, then 3 processes");
}

TEST_F(Sessions, refuse_parts_that_do_not_fit) {
  const Dataset data = data_with_validation();
  const TrainingPlan plan = plan_for("mult-dae", 2);
  together(2, 1, [&](int process, ClusterWorld& world) {
    const Dataset own = rows_of(data, plan, world);
    TrainingSession session(own, plan, &world, begin_fit);
    session.run_epoch();
    session.save(file("state", process));
    session.save_model(file("model", process));
    session.run_epoch();
    session.save(file("later", process));
  });
  TrainingSession session(data, plan, nullptr, begin_fit);
  EXPECT_THAT(
      [&] {
        session.load({file("state", 0), file("later", 1)});
      },
      testing::ThrowsMessage<UserError>(testing::HasSubstr("is from another epoch than the parts beside it")));
  EXPECT_THROW(session.load({file("state", 0)}), UserError);  // half of the items
  EXPECT_THROW(session.load({}), UserError);
  EXPECT_THROW(session.load({file("model", 0), file("model", 1)}), UserError);
  EXPECT_THROW(read_model_parts({file("model", 1)}), UserError);
  Dataset other = data;
  other.fingerprint = "another";
  TrainingSession stranger(other, plan, nullptr, begin_fit);
  EXPECT_THROW(stranger.load(files("state", 2)), UserError);
}

TEST_F(Sessions, refuse_replicas_of_fewer_workers) {
  const Dataset data = data_with_validation();
  TrainingPlan plan = plan_for("mult-dae", 2);
  plan.parallel = Parallel::users_epoch;
  together(2, 1, [&](int process, ClusterWorld& world) {
    const Dataset own = rows_of(data, plan, world);
    TrainingSession session(own, plan, &world, begin_fit);
    session.run_epoch();
    session.save(file("replica", process));
  });
  plan.shards = 3;
  together(3, 1, [&](int process, ClusterWorld& world) {
    const Dataset own = rows_of(data, plan, world);
    TrainingSession session(own, plan, &world, begin_fit);
    if (process < 2)
      session.load(files("replica", 2));
    else
      EXPECT_THAT([&] { session.load(files("replica", 2)); },
                  testing::ThrowsMessage<UserError>("the training to go on from had fewer workers than 3"));
    world.of(0).barrier();  // none leaves while others still meet
  });
}

TEST_F(Sessions, refuse_a_plan_for_another_number_of_ranks) {
  const Dataset data = data_with_validation();
  ClusterWorld world(2, 2);
  EXPECT_THROW(TrainingSession(data, plan_for("mult-dae", 3), &world, begin_fit), UserError);
}

}  // namespace
}  // namespace encore
