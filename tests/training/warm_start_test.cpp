// Starting from an older model whose catalogue was another one.
#include "training/warm_start.h"

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <filesystem>

#include "folder/model_folder.h"
#include "models/popularity.h"
#include "network/network_model.h"
#include "process/error.h"
#include "temporary_folder.h"
#include "tiny_data.h"
#include "training/checkpoint.h"
#include "training/trainer.h"

namespace encore {
namespace {

class WarmStart : public testing::Test {
 protected:
  void SetUp() override {
    plan_.architecture = named_model("mult-dae").architecture;
    plan_.architecture.hidden = {24};
    plan_.learning = {.learning_rate = 0.01, .batch_size = 20, .epochs = 3};
    plan_.block_items = 16;
    older_ = tiny::random_ratings(60, 40, 0.15, 3);
    TrainingState state = fresh_state(plan_, older_);
    model_ = train(older_, plan_, state, folder_, {});
    std::filesystem::create_directories(folder_ / "older");
    write_model_files(folder_ / "older", model_, to_csv(state.history));
    kept_ = state;
  }

  /// The older catalogue without its first two films and with a new one between and one at the end.
  Dataset changed_data() const {
    Dataset data = tiny::random_ratings(60, 40, 0.15, 4);
    for (std::size_t i = 0; i < 40; ++i)
      data.items.id[i] = std::to_string(i < 10 ? i + 3 : i == 10 ? 1000 : i < 39 ? i + 2 : 2000);
    return data;
  }

  TemporaryFolder temporary_;
  std::filesystem::path folder_ = temporary_.path();
  TrainingPlan plan_;
  Dataset older_;
  TrainedModel model_;
  TrainingState kept_;
};

TEST_F(WarmStart, matches_rows_by_source_id) {
  WarmStartCounts counts;
  const TrainingState state =
      warm_state(plan_, changed_data(), read_model(folder_ / "older"), folder_ / "older", counts);
  EXPECT_EQ(counts.matched, 38);
  EXPECT_EQ(counts.fresh, 2);
  EXPECT_EQ(counts.gone, 2);
  EXPECT_FALSE(counts.with_moments);
  const Autoencoder& now = state.workers[0].network;
  const Autoencoder fresh = Autoencoder::initialised(plan_.architecture, 40, plan_.seed);
  const auto same = [](const ItemTable& a, std::int64_t i, const ItemTable& b, std::int64_t k) {
    return std::memcmp(a.row(i), b.row(k), static_cast<std::size_t>(a.width) * sizeof(float)) == 0;
  };
  EXPECT_TRUE(same(now.first, 0, network_of(*model_.model).first, 2)) << "the film with id 3";
  EXPECT_TRUE(same(now.output, 38, network_of(*model_.model).output, 39)) << "the film with id 40";
  EXPECT_TRUE(same(now.first, 10, fresh.first, 10)) << "a new film";
  EXPECT_EQ(now.output.row(0)[24], network_of(*model_.model).output.row(2)[24]) << "its bias";
  EXPECT_EQ(now.first_bias, network_of(*model_.model).first_bias);
  EXPECT_EQ(state.workers[0].steps, 0);
}

TEST_F(WarmStart, needs_the_channels_of_the_older_model) {
  WarmStartCounts counts;
  TrainingPlan other = plan_;
  other.architecture.input = Input::channels;
  EXPECT_THAT([&] { warm_state(other, older_, read_model(folder_ / "older"), folder_ / "older", counts); },
              ::testing::ThrowsMessage<UserError>(::testing::HasSubstr("was trained with --input binary; give the same --input")));
  TrainingState fresh = fresh_state(other, older_);
  std::filesystem::create_directories(folder_ / "channels");
  write_model_files(folder_ / "channels", train(older_, other, fresh, folder_, {}), to_csv(fresh.history));
  const TrainedModel with_channels = read_model(folder_ / "channels");
  EXPECT_THAT([&] { warm_state(plan_, older_, with_channels, folder_ / "channels", counts); },
              ::testing::ThrowsMessage<UserError>(::testing::HasSubstr("was trained with --input channels")));
  const TrainingState warm = warm_state(other, older_, with_channels, folder_ / "channels", counts);
  EXPECT_EQ(warm.workers[0].network.first_bias, network_of(*with_channels.model).first_bias);
}

TEST_F(WarmStart, brings_the_moments_where_they_were_kept) {
  write_checkpoint(folder_ / "older", plan_, kept_, older_.fingerprint);
  WarmStartCounts counts;
  const TrainingState state =
      warm_state(plan_, changed_data(), read_model(folder_ / "older"), folder_ / "older", counts);
  EXPECT_TRUE(counts.with_moments);
  EXPECT_EQ(state.workers[0].steps, kept_.workers[0].steps);
  EXPECT_EQ(state.workers[0].moments.output_square.row(0)[3], kept_.workers[0].moments.output_square.row(2)[3]);
  EXPECT_EQ(state.workers[0].moments.first_mean.row(10)[3], 0) << "a new film has none";
}

TEST_F(WarmStart, begins_better_than_from_scratch) {
  WarmStartCounts counts;
  TrainingState warm = warm_state(plan_, older_, read_model(folder_ / "older"), folder_ / "older", counts),
                fresh = fresh_state(plan_, older_);
  plan_.learning.epochs = 1;
  train(older_, plan_, warm, folder_, {});
  train(older_, plan_, fresh, folder_, {});
  EXPECT_LT(warm.history[0].train_loss, fresh.history[0].train_loss);
}

TEST(FreshState, starts_at_the_mean_where_only_rated_cells_count) {
  Dataset data = tiny::without_users(3);
  tiny::add_user(data, {{0, 5.0F}, {1, 2.0F}});
  tiny::add_user(data, {{1, 3.5F}});
  tiny::add_user(data, {{2, 0.5F}}, Fold::test);
  TrainingPlan plan;
  plan.architecture = named_model("autorec").architecture;
  plan.architecture.hidden = {4};
  EXPECT_FLOAT_EQ(fresh_state(plan, data).workers[0].network.output.row(2)[4], 0.7F) << "(5 + 2 + 3.5) / 3 stars of 5";
  plan.architecture.output = OutputKind::sigmoid;
  EXPECT_FLOAT_EQ(fresh_state(plan, data).workers[0].network.output.row(2)[4], std::log(0.7F / 0.3F));
  plan.architecture.loss = Loss::mse;
  EXPECT_EQ(fresh_state(plan, data).workers[0].network.output.row(2)[4], 0) << "all cells count: most are zero";
}

TEST_F(WarmStart, refuses_other_hidden_layers) {
  plan_.architecture.hidden = {25};
  WarmStartCounts counts;
  EXPECT_THROW(warm_state(plan_, older_, read_model(folder_ / "older"), folder_ / "older", counts), UserError);
}

TEST_F(WarmStart, refuses_another_kind_of_model) {
  WarmStartCounts counts;
  model_.model = popularity_model(std::vector<float>(40, 1));
  EXPECT_THAT([&] { warm_state(plan_, older_, model_, folder_ / "older", counts); },
              testing::ThrowsMessage<UserError>(testing::HasSubstr("is another kind of model")));
}

TEST_F(WarmStart, refuses_a_folder_that_is_no_model) {
  WarmStartCounts counts;
  EXPECT_THROW(warm_state(plan_, older_, read_model(folder_ / "nothing"), folder_ / "nothing", counts), UserError);
}

TEST_F(WarmStart, a_damaged_checkpoint_is_named) {
  write_checkpoint(folder_ / "older", plan_, kept_, older_.fingerprint);
  std::filesystem::resize_file(checkpoint_file(folder_ / "older"), 5000);
  EXPECT_THROW(read_checkpoint_head(folder_ / "older"), UserError);
  EXPECT_THROW(read_checkpoint_head(folder_ / "nothing"), UserError);
}

}  // namespace
}  // namespace encore
