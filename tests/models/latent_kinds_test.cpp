// The kinds with a latent layer (mult-vae, recvae) as `train` makes them: what a checkerboard teaches them, the same bits for any
// threads and shards and after any stop, warm starts, and what they refuse. Not their arithmetic (tests of training).
#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <limits>

#include "models/plan.h"
#include "models/table.h"
#include "network/network_model.h"
#include "process/error.h"
#include "process/interruption.h"
#include "temporary_folder.h"
#include "training/checkpoint.h"
#include "training/network_fit.h"
#include "training/tiny_data.h"
#include "training/trainer.h"

namespace encore {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr std::int32_t films = 36, people = 120;

std::int32_t missing_film(std::int32_t user) { return 2 * (user / 2 % (films / 2)) + user % 2; }

/// Even users like even films, odd users odd ones, each misses one of its colour.
Dataset checkerboard() {
  Dataset data = tiny::without_users(films);
  for (std::int32_t user = 0; user < people; ++user) {
    std::vector<std::pair<std::int32_t, float>> row;
    for (std::int32_t film = user % 2; film < films; film += 2)
      if (film != missing_film(user)) row.emplace_back(film, 5.0F);
    tiny::add_user(data, row);
  }
  return data;
}

TrainSettings settings_of(const std::string& model, std::int64_t epochs, std::int64_t shards = 1, std::int64_t threads = 1) {
  TrainSettings settings;
  settings.model = model;
  settings.hidden = model == "mult-vae" ? std::vector<std::int64_t>{20, 6, 20} : std::vector<std::int64_t>{20, 6};
  settings.learning_rate = 0.01, settings.batch_size = 30, settings.block_items = 16;
  settings.epochs = epochs, settings.shards = shards, settings.threads = threads;
  if (model == "mult-vae") settings.knobs = {{"beta", 0.1}, {"anneal", std::int64_t{40}}};
  return settings;
}

std::vector<float> numbers_of(const Model& model) {
  std::vector<float> all;
  for (const auto& one : model.tensors()) {
    const auto& [name, shape, values, stride] = one.tensor;
    const std::int64_t rows = shape.size() == 1 ? 1 : shape[0], width = shape.back();
    for (std::int64_t r = 0; r < rows; ++r) all.insert(all.end(), values + r * stride, values + r * stride + width);
  }
  return all;
}

std::shared_ptr<const Model> trained(const Dataset& data, const TrainSettings& settings) {
  const TrainingPlan plan = plan_training(settings, people);
  ClusterWorld world(plan.shards, plan.threads);
  const auto fit = begin_fit({data, plan, world});
  run_to_end(*fit, {data, plan, world}, "unused", {});
  return fit->model();
}

class LatentKind : public testing::TestWithParam<std::string> {
 protected:
  void TearDown() override { forget_interruption(); }
  Dataset data_ = checkerboard();
};

TEST_P(LatentKind, RecommendsTheMissingFilmOfTheRightColour) {
  const auto model = trained(data_, settings_of(GetParam(), 60));
  int right = 0;
  for (std::int32_t user = 0; user < people; ++user) {
    InputRows rows;
    rows.add(model->input(), data_.scale, data_.ratings.items_of(user), data_.ratings.ratings_of(user));
    std::vector<float> scores;
    model->score(rows, [&](const ScoreBlock& block) {
      for (std::int64_t i = 0; i < block.items; ++i) scores.push_back(block.score[i * block.stride]);
    });
    for (const std::int32_t seen : data_.ratings.items_of(user))
      scores[static_cast<std::size_t>(seen)] = -std::numeric_limits<float>::infinity();
    right += std::ranges::max_element(scores) - scores.begin() == missing_film(user) ? 1 : 0;
  }
  EXPECT_EQ(right, people);
}

TEST_P(LatentKind, HasTheSameBitsForAnyShardsAndThreads) {
  const std::vector<float> alone = numbers_of(*trained(data_, settings_of(GetParam(), 3)));
  for (const auto& [shards, threads] : {std::pair{2, 2}, {3, 1}, {3, 3}, {5, 2}})
    EXPECT_EQ(numbers_of(*trained(data_, settings_of(GetParam(), 3, shards, threads))), alone) << shards << " shards";
}

TEST_P(LatentKind, GoesOnAfterAnyStopWithTheSameBits) {
  const TrainSettings settings = settings_of(GetParam(), 3, 2, 2);
  const std::vector<float> whole = numbers_of(*trained(data_, settings));
  const int last = GetParam() == "recvae" ? 18 : 8;  // an epoch of recvae has 16 steps, the prior changes before the 13th
  for (int stop_at = 1; stop_at <= last; ++stop_at) {
    const TemporaryFolder folder;
    const TrainingPlan plan = plan_training(settings, people);
    ClusterWorld world(plan.shards, plan.threads);
    const FitContext context{data_, plan, world};
    const auto fit = begin_fit(context);
    int calls = 0;
    TrainingObserver observer;
    observer.on_progress = [&](std::int64_t, double, double) {
      if (++calls == stop_at) std::raise(SIGINT);
    };
    watch_for_interruption();
    EXPECT_THROW(run_to_end(*fit, context, folder.path(), observer), Interrupted);
    forget_interruption();
    ClusterWorld other(plan.shards, plan.threads);
    const TrainingPlan read = read_checkpoint_head(folder.path()).plan;
    const FitContext again{data_, read, other};
    const auto resumed = begin_fit(again);
    resumed->resume(folder.path());
    run_to_end(*resumed, again, folder.path(), {});
    EXPECT_EQ(numbers_of(*resumed->model()), whole) << "stopped after step " << stop_at;
  }
}

TEST_P(LatentKind, StartsFromAnOlderModelOfItsKind) {
  const TrainSettings settings = settings_of(GetParam(), 2);
  TrainedModel older;
  older.model = trained(data_, settings);
  older.items = data_.items;
  const TrainingPlan plan = plan_training(settings, people);
  ClusterWorld world(plan.shards, plan.threads);
  const FitContext context{data_, plan, world};
  const auto fit = begin_fit(context);
  EXPECT_EQ(fit->warm_start(older, "nowhere").matched, films);
  EXPECT_EQ(numbers_of(*fit->model()), numbers_of(*older.model)) << "nothing is trained yet";
  run_to_end(*fit, context, "unused", {});
  EXPECT_NE(numbers_of(*fit->model()), numbers_of(*older.model));

  TrainSettings plain;
  plain.model = "mult-dae", plain.hidden = settings.hidden, plain.epochs = 1;
  older.model = trained(data_, plain);
  EXPECT_THAT([&] { begin_fit(context)->warm_start(older, "older"); },
              ThrowsMessage<UserError>("older is another kind of model; give the same --model and --hidden to start from it"));
}

INSTANTIATE_TEST_SUITE_P(table, LatentKind, testing::Values("mult-vae", "recvae"), [](const auto& one) {
  std::string name = one.param;
  std::erase(name, '-');
  return name;
});

TEST(LatentKinds, RefuseWidthsWithoutALatentLayerInTheirPlace) {
  for (const auto& [model, hidden, said] :
       {std::tuple{"mult-vae", std::vector<std::int64_t>{200},
                   "--hidden needs the latent layer in the middle: two widths, or three, or another odd number with --model mult-vae"},
        {"mult-vae", {200, 100, 100, 200},
         "--hidden needs the latent layer in the middle: two widths, or three, or another odd number with --model mult-vae"},
        {"recvae", {600, 200, 600},
         "--hidden needs two widths, of the encoder's layers and of the latent layer with --model recvae"}}) {
    TrainSettings settings;
    settings.model = model, settings.hidden = hidden;
    EXPECT_THAT([&] { plan_training(settings, 100); }, ThrowsMessage<UserError>(said));
  }
}

TEST(LatentKinds, OfMultVaeTrainInEveryParallelMode) {
  const Dataset data = checkerboard();
  for (const std::string_view mode : parallel_names()) {
    TrainSettings settings = settings_of("mult-vae", 3, 2, 2);
    settings.parallel = std::string(mode);
    const auto model = trained(data, settings);
    for (const float one : numbers_of(*model)) ASSERT_TRUE(std::isfinite(one)) << mode;
    if (mode == "async") continue;  // not deterministic, and it says so
    EXPECT_EQ(numbers_of(*trained(data, settings)), numbers_of(*model)) << mode;
  }
}

TEST(LatentKinds, OfRecVaeShareTheWorkByItemsAlone) {
  TrainSettings settings;
  settings.model = "recvae", settings.parallel = "users-epoch";
  EXPECT_THAT([&] { plan_training(settings, 100); }, ThrowsMessage<UserError>(HasSubstr("--parallel does nothing with --model recvae")));
}

}  // namespace
}  // namespace encore
