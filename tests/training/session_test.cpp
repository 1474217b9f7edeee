// Trainings of several processes against the training of one: each "process" here is a thread with a world and rows of
// its own, connected to the others by real sockets.
#include "training/session.h"

#include <gmock/gmock.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "models/model_files.h"
#include "models/model_parts.h"
#include "models/table.h"
#include "process/error.h"
#include "temporary_folder.h"
#include "tiny_data.h"
#include "training/epoch_loop.h"
#include "training/items_runner.h"
#include "training/lone_worker.h"
#include "training/part_file.h"
#include "training/trainer.h"
#include "training/warm_start.h"

namespace encore {
namespace {

using Json = nlohmann::json;

Dataset data_with_validation() {
  Dataset data = tiny::random_ratings(90, 150, 0.08, 9);
  tiny::add_user(data, {{0, 5.0F}, {7, 4.0F}, {9, 3.0F}}, Fold::validation);
  for (std::int32_t u = 0; u < 6; ++u) {
    tiny::add_user(data, {{u, 5.0F}, {u + 8, 4.5F}, {u + 60, 4.0F}, {u + 100, 4.0F}, {u + 130, 5.0F}},
                   Fold::validation);
    data.ratings.part[data.ratings.part.size() - 1 - static_cast<std::size_t>(u % 3)] = Part::target;
    for (std::size_t i = data.ratings.part.size() - 5; i < data.ratings.part.size(); ++i)
      if (data.ratings.part[i] == Part::none) data.ratings.part[i] = Part::given;
  }
  return data;
}

TrainingPlan plan_for(const std::string& model, int shards, Parallel parallel = Parallel::items) {
  TrainingPlan plan;
  plan.architecture = model_kind(model).architecture;
  plan.learning = model_kind(model).training;
  plan.architecture.hidden =
      model == "reference" ? std::vector<std::int64_t>{20, 5, 20} : std::vector<std::int64_t>{24};
  if (model == "popularity") plan.architecture.hidden.clear();
  plan.learning.epochs = 3;
  plan.learning.batch_size = 20;
  plan.learning.learning_rate = 0.01;
  plan.block_items = 16;
  plan.parallel = parallel;
  plan.shards = plan.threads = shards;
  return plan;
}

/// The dataset with only those ratings that `keep(user, item)` wants.
template <class Keep>
Dataset part_of(const Dataset& whole, const Keep& keep) {
  Dataset part = whole;
  part.ratings = {};
  for (std::int32_t user = 0; user < whole.users.size(); ++user) {
    const auto items = whole.ratings.items_of(user);
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (!keep(user, items[i])) continue;
      part.ratings.item.push_back(items[i]);
      part.ratings.rating.push_back(whole.ratings.ratings_of(user)[i]);
      part.ratings.part.push_back(whole.ratings.parts_of(user)[i]);
    }
    part.ratings.start.push_back(part.ratings.size());
  }
  return part;
}

class Sessions : public testing::Test {
 protected:
  /// What a process holds of the dataset, as a driver would deal it.
  static Dataset rows_of(const Dataset& whole, const TrainingPlan& plan, const ClusterWorld& world) {
    if (plan.parallel == Parallel::items) {
      const ItemRange range = items_of_process(whole, plan, world);
      return part_of(whole, [&](std::int32_t, std::int32_t item) { return item >= range.first && item < range.last; });
    }
    std::vector<int> owner(static_cast<std::size_t>(whole.users.size()));
    for (std::size_t user = 0; user < owner.size(); ++user) owner[user] = static_cast<int>(user) % world.processes();
    if (has_replicas(plan)) {
      const auto parts = deal_users(users_with_input(whole, plan.architecture.input, Fold::train), plan.seed, plan.shards);
      for (std::size_t rank = 0; rank < parts.size(); ++rank)
        for (const std::int32_t user : parts[rank])
          owner[static_cast<std::size_t>(user)] = static_cast<int>(rank) / world.local_ranks();
    }
    return part_of(whole, [&](std::int32_t user, std::int32_t) {
      return owner[static_cast<std::size_t>(user)] == world.process();
    });
  }

  std::filesystem::path file(const std::string& name, int process) const {
    return folder_ / fmt::format("{}.{}", name, process);
  }
  std::vector<std::filesystem::path> files(const std::string& name, int processes) const {
    std::vector<std::filesystem::path> all;
    for (int p = 0; p < processes; ++p) all.push_back(file(name, p));
    return all;
  }

  /// Runs body(process, world) on as many connected processes.
  void together(int processes, int local_ranks, const std::function<void(int, ClusterWorld&)>& body) {
    std::vector<Listener> listeners;
    ClusterSettings settings;
    settings.processes = processes, settings.local_ranks = settings.running = local_ranks;
    settings.parameters = true, settings.secret = "sixteen bytes or more", settings.identity = "test=1\n",
    settings.timeout_seconds = 20;
    for (int p = 0; p < processes; ++p) {
      listeners.emplace_back("127.0.0.1", 0, 0);
      settings.addresses.push_back(listeners.back().address());
    }
    std::mutex guard;
    std::vector<std::string> failures;
    {
      std::vector<std::jthread> threads;
      for (int p = 0; p < processes; ++p) {
        threads.emplace_back([&, p] {
          try {
            ClusterSettings own = settings;
            own.process = p;
            ClusterWorld world(std::move(listeners[static_cast<std::size_t>(p)]), own);
            body(p, world);
          } catch (const std::exception& error) {
            const std::lock_guard lock(guard);
            failures.emplace_back(error.what());
          }
        });
      }
    }
    EXPECT_THAT(failures, testing::IsEmpty());
  }

  struct Result {
    TrainedModel model;
    std::vector<Json> records;
  };

  /// Trains to the end, and puts the model together.
  Result train_together(const Dataset& data, TrainingPlan plan, int processes, int local_ranks) {
    plan.shards = processes * local_ranks;
    std::vector<Json> records;
    together(processes, local_ranks, [&](int process, ClusterWorld& world) {
      const Dataset own = rows_of(data, plan, world);
      TrainingSession session(own, plan, &world, begin_fit);
      while (!session.finished()) {
        const Json record = Json::parse(session.run_epoch());
        if (process == 0) records.push_back(record);
      }
      session.save_model(file("model", process));
    });
    return {read_model_parts(files("model", processes)).model, records};
  }

  static Result train_alone(const Dataset& data, const TrainingPlan& plan) {
    ClusterWorld world(plan.shards, plan.threads);
    const FitContext context{data, plan, world};
    const std::unique_ptr<Fit> fit = begin_fit(context);
    run_to_end(*fit, context, "unused", {});
    Result result;
    result.model = finished_model(*fit, data, plan);
    for (const EpochRecord& epoch : fit->history())
      result.records.push_back({{"train_loss", epoch.train_loss},
                                {"validation_loss", *epoch.validation_loss},
                                {"validation_ndcg@100", *epoch.validation_ndcg}});
    return result;
  }

  void expect_same_bits(const TrainedModel& a, const TrainedModel& b, const std::string& what) {
    const auto bytes = [&](const TrainedModel& model) {
      write_weights(folder_, *model.model, "");
      std::ifstream in(folder_ / weights_file, std::ios::binary);
      return std::string(std::istreambuf_iterator<char>(in), {});
    };
    EXPECT_EQ(bytes(a), bytes(b)) << what;
  }

  TemporaryFolder temporary_;
  std::filesystem::path folder_ = temporary_.path();
};

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
