// What a training will hold is known before it begins: buffers follow the users there are, not --batch-size; what does not fit is
// refused with both numbers and the option that helps.
#include "training/memory_need.h"

#include <gmock/gmock.h>
#include <malloc.h>

#include "every_mode.h"
#include "process/error.h"
#include "tiny_data.h"
#include "training/network_fit.h"
#include "training/trainer.h"

namespace encore {
namespace {

TrainingPlan plan_of(const std::string& model, std::vector<std::int64_t> hidden, std::int64_t batch_size) {
  TrainingPlan plan;
  plan.architecture = named_model(model).architecture;
  plan.learning = named_model(model).training;
  plan.architecture.hidden = std::move(hidden);
  plan.learning.epochs = 2;
  plan.learning.batch_size = batch_size;
  return plan;
}

std::int64_t allocated() {
#if __GLIBC_PREREQ(2, 33)
  const auto in_use = mallinfo2();
#else
  const auto in_use = mallinfo();  // the wheel's glibc; counts in int, which is enough for what is trained here
#endif
  return static_cast<std::int64_t>(in_use.uordblks + in_use.hblkhd);
}

bool counts_memory() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return false;
#else
  return true;
#endif
}

std::vector<float> trained(const Dataset& data, const TrainingPlan& plan) {
  ClusterWorld world(plan.shards, plan.threads);
  NetworkFit fit({data, plan, world});
  while (!fit.finished()) fit.step({});
  std::vector<float> all;
  const std::shared_ptr<const Model> model = fit.model();
  for (const auto& one : model->tensors()) {
    const std::int64_t rows = one.tensor.shape.size() == 2 ? one.tensor.shape[0] : 1, width = one.tensor.shape.back();
    for (std::int64_t row = 0; row < rows; ++row)
      all.insert(all.end(), one.tensor.values + row * one.tensor.stride, one.tensor.values + row * one.tensor.stride + width);
  }
  return all;
}

TEST(RowsOfAStep, AreTheBatchOrTheUsersThereAreButNeverLessThanAPanel) {
  EXPECT_EQ(rows_of_a_step(500, 10'000), 500);
  EXPECT_EQ(rows_of_a_step(65536, 437), 437);
  EXPECT_EQ(rows_of_a_step(65536, 20), 64);
  EXPECT_EQ(rows_of_a_step(30, 20), 30);
}

class MemoryOfEveryMode : public testing::TestWithParam<Parallel> {};

TEST_P(MemoryOfEveryMode, ABatchOfMoreThanEverybodyHasTheBitsAndTheMemoryOfABatchOfEverybody) {
  const Dataset data = tiny::random_ratings(90, 200, 0.05, 4);
  TrainingPlan one = plan_of("mult-dae", {24}, 90), many = plan_of("mult-dae", {24}, 65536);
  for (TrainingPlan* plan : {&one, &many}) plan->parallel = GetParam();
  if (GetParam() == Parallel::elephas) one.learning.batch_size = 45, many.learning.batch_size = 45;  // it wants two batches
  EXPECT_EQ(trained(data, one), trained(data, many));
  const ClusterWorld world(1, 1);
  EXPECT_EQ(memory_need(one, data, world, one.learning.batch_size).total(),
            memory_need(many, data, world, many.learning.batch_size).total());
}

INSTANTIATE_TEST_SUITE_P(Parallel, MemoryOfEveryMode, every_mode(), name_of_mode);

TEST(MemoryNeed, IsWhatATrainingHolds) {
  if (!counts_memory()) GTEST_SKIP() << "the checkers replace the allocator that is asked";
  struct Row {
    std::string name, model;
    std::vector<std::int64_t> hidden;
    std::int64_t users, items, batch;
    int shards;
    Parallel parallel = Parallel::items;
  };
  const std::vector<Row> rows{{"many films", "mult-dae", {200}, 50, 9000, 64, 1},
                              {"large batch", "mult-dae", {32}, 3000, 2000, 65536, 1},
                              {"large batch, two shards", "mult-dae", {32}, 3000, 2000, 65536, 2},
                              {"wide", "mult-dae", {4000}, 400, 500, 500, 1},
                              {"no softmax", "autorec", {500}, 1500, 1000, 1500, 1},
                              {"three layers", "reference", {300, 40, 300}, 500, 3000, 256, 1},
                              {"replicas", "mult-dae", {100}, 200, 5000, 100, 4, Parallel::users_epoch},
                              {"gradients", "mult-dae", {100}, 200, 5000, 100, 4, Parallel::users_step},
                              {"a server", "mult-dae", {100}, 200, 5000, 100, 4, Parallel::async}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const Dataset data = tiny::random_ratings(static_cast<std::int32_t>(row.users), static_cast<std::int32_t>(row.items), 0.02, 1);
    TrainingPlan plan = plan_of(row.model, row.hidden, row.batch);
    plan.shards = plan.threads = row.shards;
    plan.parallel = row.parallel;
    ClusterWorld world(plan.shards, plan.threads);
    const std::int64_t before = allocated();
    NetworkFit fit({data, plan, world});
    fit.step({});
    const std::shared_ptr<const Model> model = fit.model();
    const auto held = static_cast<double>(allocated() - before);
    const auto need = static_cast<double>(memory_need(plan, data, world, row.batch).total());
    // Up to one huge page beside each table is set aside to align it, and never touched.
    EXPECT_GT(need, 0.75 * held) << need / held;
    EXPECT_LT(need, 1.25 * held) << need / held;
  }
}

TEST(RequireMemory, SaysWhatIsNeededWhatThereIsAndWhatHelps) {
  const Dataset data = tiny::random_ratings(2000, 1000, 0.02, 1);
  const ClusterWorld world(1, 1);
  const TrainingPlan plan = plan_of("mult-dae", {200}, 65536);
  const std::int64_t need = memory_need(plan, data, world, 65536).total();
  EXPECT_NO_THROW(require_memory(plan, data, world, need));
  const auto said = [&](const TrainingPlan& of, const ClusterWorld& in, std::int64_t available) -> std::string {
    try {
      require_memory(of, data, in, available);
    } catch (const UserError& error) {
      return error.what();
    }
    return "nothing";
  };
  const std::string batch = said(plan, world, need / 3);
  EXPECT_THAT(batch, testing::HasSubstr("for a batch of 2,000 users"));
  EXPECT_THAT(batch, testing::HasSubstr("--batch-size 256 needs "));
  EXPECT_THAT(said(plan_of("mult-dae", {16384}, 64), world, 100 << 20),
              testing::HasSubstr("take narrower --hidden layers, or prepare with --min-item-ratings"));
  TrainingPlan replicas = plan_of("mult-dae", {200}, 1);
  replicas.parallel = Parallel::users_epoch, replicas.shards = 8;
  EXPECT_THAT(said(replicas, ClusterWorld(8, 8), 8 << 20), testing::HasSubstr("with fewer --shards there are fewer copies"));
}

}  // namespace
}  // namespace encore
