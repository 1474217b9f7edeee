// A rating of 0 stars and no rating are two things: in what a masked loss is over, in the starting biases, in what is
// judged and in what is hidden in an answer.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "evaluation/evaluation.h"
#include "model/recommender.h"
#include "network/network_model.h"
#include "tiny_data.h"
#include "training/network_loss.h"
#include "training/epoch_loop.h"
#include "training/trainer.h"
#include "training/warm_start.h"

namespace encore {
namespace {

constexpr std::int32_t films = 40;

/// 120 users who gave 0 stars to the films with an even number and 10 to the others, half of all films each.
Dataset of_two_opinions() {
  Dataset data = tiny::without_users(films);
  data.scale = {0, 10, 8, false};
  for (std::int32_t user = 0; user < 120; ++user) {
    std::vector<std::pair<std::int32_t, float>> row;
    for (std::int32_t i = (user / 2) % 2; i < films; i += 1 + (user + i) % 3)
      row.emplace_back(i, i % 2 == 0 ? 0.0F : 10.0F);
    tiny::add_user(data, row);
  }
  return data;
}

TrainingPlan autorec() {
  TrainingPlan plan;
  plan.architecture = named_model("autorec").architecture;
  plan.learning = named_model("autorec").training;
  plan.learning.epochs = 60, plan.learning.batch_size = 20, plan.learning.learning_rate = 0.01;
  return plan;
}

/// A network that answers with `value` for every film, whatever goes in.
TrainedModel always(float value) {
  TrainedModel model;
  Autoencoder network = Autoencoder::shaped(named_model("autorec").architecture, films);
  for (std::int64_t i = 0; i < films; ++i) network.output.row(i)[network.output.width] = value;
  model.model = std::make_shared<const NetworkModel>(std::move(network), 128);
  return model;
}

TEST(ARatingOfZero, is_an_input_and_a_value) {
  const RatingScale scale{0, 10, 0, false};
  Architecture architecture;
  architecture.input = Input::ratings;
  EXPECT_EQ(input_value(architecture.input, scale, 0), 0.0F);
  EXPECT_EQ(input_value(architecture.input, scale, 5), 0.5F);
  architecture.input = Input::binary;
  EXPECT_EQ(input_value(architecture.input, scale, 0), 1.0F);  // --liked 0
  EXPECT_EQ(input_value(architecture.input, {0, 10, 8, false}, 7.5F), std::nullopt);
}

TEST(ARatingOfZero, counts_in_the_error_of_what_is_rated) {
  Dataset data = tiny::without_users(films);
  data.scale = {0, 10, 8, false};
  tiny::add_user(data, {{0, 0.0F}, {1, 10.0F}, {2, 0.0F}, {3, 5.0F}});
  tiny::add_user(data, {{4, 0.0F}});  // nothing but zeros
  const TrainedModel model = always(0.5F);
  // Errors of 5, 5, 5, 0 and 5 stars.
  EXPECT_NEAR(*reconstruction_errors(model, data, Fold::train, 1).rmse_rated, std::sqrt(4 * 25 / 5.0), 1e-6);
  EXPECT_NEAR(mean_loss(network_of(*model.model), data, Fold::train, 1, 16), 4 * 0.25 / 5, 1e-7);
}

TEST(ARatingOfZero, counts_among_what_biases_start_from_and_who_is_trained_on) {
  Dataset data = tiny::without_users(films);
  data.scale = {0, 10, 8, false};
  tiny::add_user(data, {{0, 0.0F}, {1, 10.0F}, {2, 0.0F}});
  tiny::add_user(data, {{4, 0.0F}});
  const InputSum inputs = sum_of_inputs(data, Input::ratings);
  EXPECT_EQ(inputs.count, 4);
  EXPECT_EQ(inputs.sum, 1);
  const TrainingState state = fresh_state(autorec(), data);
  EXPECT_FLOAT_EQ(state.workers[0].network.output.row(7)[50], 0.25F);
  EXPECT_EQ(users_with_input(data, Input::ratings, Fold::train).size(), 2U);
  EXPECT_EQ(users_with_input(data, Input::binary, Fold::train).size(), 1U);
}

TEST(ARatingOfZero, is_learned) {
  const Dataset data = of_two_opinions();
  for (const Parallel mode : {Parallel::items, Parallel::users_step}) {
    TrainingPlan plan = autorec();
    plan.parallel = mode, plan.shards = plan.threads = 2;
    TrainingState state = fresh_state(plan, data);
    const TrainedModel model = train(data, plan, state, "unused", {});
    EXPECT_LT(*reconstruction_errors(model, data, Fold::train, 1).rmse_rated, 0.3);
    const Recommendation answer =
        Recommender(model, std::vector<std::uint8_t>(films, 1), films).recommend({{{1}, {10.0F}, {1}}})[0];
    ASSERT_EQ(answer.items.size(), films - 1U);
    for (const ScoredItem& film : answer.items) EXPECT_NEAR(film.score, film.item % 2 == 0 ? 0 : 10, 1) << film.item;
  }
}

TEST(ARatingOfZero, is_hidden_when_it_was_given) {
  Dataset data = tiny::without_users(films);
  data.scale = {0, 10, 8, false};
  for (int user = 0; user < 3; ++user) tiny::add_user(data, {{0, 10.0F}, {1, 9.0F}, {2, 8.0F}});
  tiny::add_user(data, {{0, 0.0F}, {1, 9.0F}, {2, 8.0F}}, Fold::test);
  data.ratings.part[9] = data.ratings.part[10] = Part::given, data.ratings.part[11] = Part::target;
  // Film 0 was given, with 0 stars: of the three candidates only the target is left, so it ranks first.
  EXPECT_EQ(ranking_quality(*always(0.5F).model, data, Fold::test, 1)["ndcg@10"].value(), 1);
  EXPECT_EQ(popularity_quality(data, Fold::test, 1)["ndcg@10"].value(), 1);
}

}  // namespace
}  // namespace encore
