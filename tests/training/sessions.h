// Trainings of several processes for tests: each "process" is a thread with a world and rows of its own, connected to the others by
// real sockets.
#pragma once
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
#include "training/session.h"
#include "training/part_file.h"
#include "training/trainer.h"
#include "training/warm_start.h"

namespace encore {

using Json = nlohmann::json;

inline Dataset data_with_validation() {
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

inline TrainingPlan plan_for(const std::string& model, int shards, Parallel parallel = Parallel::items) {
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
  part.seen = {};
  for (std::int32_t user = 0; user < whole.users.size(); ++user) {
    const auto items = whole.ratings.items_of(user);
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (!keep(user, items[i])) continue;
      part.ratings.item.push_back(items[i]);
      part.ratings.rating.push_back(whole.ratings.ratings_of(user)[i]);
      part.ratings.part.push_back(whole.ratings.parts_of(user)[i]);
    }
    part.ratings.start.push_back(part.ratings.size());
    if (whole.seen.start.empty()) continue;
    if (user == 0) part.seen.start.push_back(0);
    for (const std::int32_t item : whole.seen.items_of(user))
      if (keep(user, item)) part.seen.item.push_back(item);
    part.seen.start.push_back(std::ssize(part.seen.item));
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

}  // namespace encore
