// An input of channels (--input channels): the step against a dense network in double precision and its central differences, the same
// bits for any shards, modes and roundtrips, what a checkerboard of seen films teaches, and what is refused. Not who is in which
// channel on the way to an answer (recommendation).
#include "network/channel_sums.h"

#include <gmock/gmock.h>

#include <cmath>
#include <functional>
#include <numeric>

#include "exchange/thread_exchange.h"
#include "model/recommender.h"
#include "models/plan.h"
#include "process/error.h"
#include "small_training.h"
#include "training/shard_step.h"

namespace encore {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr std::int32_t users = 40, items = 37;

Architecture with_channels(double dropout = 0.4) {
  Architecture a = named_model("mult-dae").architecture;
  a.input = Input::channels, a.input_dropout = dropout, a.hidden = {16};
  return a;
}

TEST(Channels, go_by_the_stars) {
  const RatingScale scale;
  EXPECT_EQ(input_value(Input::channels, scale, 4), 1);
  EXPECT_EQ(channel_of(*input_value(Input::channels, scale, 3.5F)), InputChannel::seen);
  EXPECT_EQ(channel_of(*input_value(Input::channels, scale, 2.5F)), InputChannel::seen);
  EXPECT_EQ(channel_of(*input_value(Input::channels, scale, 2)), InputChannel::disliked);
  EXPECT_EQ(channel_of(*input_value(Input::channels, scale, seen_without_stars)), InputChannel::seen);
  for (const Input other : {Input::binary, Input::ratings}) EXPECT_FALSE(input_value(other, scale, seen_without_stars));
}

/// One hidden layer over the entries that the step has gathered: z = W·tanh(Σ x·w/‖t‖ + Σ_c d_c ⊙ Σ x·w/√n_c + b) + b′.
double dense_loss(const Autoencoder& net, const BatchEntries& entries) {
  const auto width = static_cast<std::size_t>(net.first.width);
  std::vector<std::vector<double>> sums(3 * users, std::vector<double>(width));
  std::vector<double> lengths(3 * users);
  for (const Entry& e : entries.of_run()) {
    const auto at = static_cast<std::size_t>(3 * e.row + static_cast<int>(e.channel));
    lengths[at] += e.channel == InputChannel::liked ? static_cast<double>(e.target) * static_cast<double>(e.target) : 1;
    for (std::size_t i = 0; i < width; ++i) sums[at][i] += static_cast<double>(e.input) * static_cast<double>(net.first.row(e.item)[i]);
  }
  double loss = 0;
  for (std::int32_t row = 0; row < users; ++row) {
    std::vector<double> h(width), z(items);
    for (std::size_t i = 0; i < width; ++i) {
      double sum = static_cast<double>(net.first_bias[i]);
      for (int c = 0; c < 3; ++c) {
        const auto at = static_cast<std::size_t>(3 * row + c);
        const double weight = c == 0 ? 1 : static_cast<double>(net.channel(c - 1)[i]);
        if (lengths[at] > 0) sum += weight * sums[at][i] / std::sqrt(lengths[at]);
      }
      h[i] = std::tanh(sum);
    }
    double exponentials = 0;
    std::vector<bool> left_out(items);
    for (const Entry& e : entries.of_run())
      if (e.row == row && e.unrated) left_out[static_cast<std::size_t>(e.item)] = true;
    for (std::int32_t item = 0; item < items; ++item) {
      const float* weights = net.output.row(item);
      double& one = z[static_cast<std::size_t>(item)];
      one = static_cast<double>(weights[width]);
      for (std::size_t i = 0; i < width; ++i) one += h[i] * static_cast<double>(weights[i]);
      if (!left_out[static_cast<std::size_t>(item)]) exponentials += std::exp(one);
    }
    for (const Entry& e : entries.of_run())
      if (e.row == row) loss -= static_cast<double>(e.target) * (z[static_cast<std::size_t>(e.item)] - std::log(exponentials));
  }
  return loss / users;
}

/// The ratings for which `taken` holds become films seen without one.
template <class Taken>
Dataset with_seen(const Dataset& from, const Taken& taken) {
  Dataset data = from;
  data.ratings = {};
  data.seen = {{0}, {}};
  for (std::int32_t user = 0; user < from.ratings.users(); ++user) {
    const auto films = from.ratings.items_of(user);
    for (std::size_t i = 0; i < films.size(); ++i) {
      const float stars = from.ratings.ratings_of(user)[i];
      if (taken(stars)) {
        data.seen.item.push_back(films[i]);
        continue;
      }
      data.ratings.item.push_back(films[i]), data.ratings.rating.push_back(stars);
      if (!from.ratings.part.empty()) data.ratings.part.push_back(from.ratings.parts_of(user)[i]);
    }
    data.ratings.start.push_back(data.ratings.size()), data.seen.start.push_back(std::ssize(data.seen.item));
  }
  return data;
}

TEST(Channels, agree_with_finite_differences) {
  const Dataset data = with_seen(tiny::random_ratings(users, items, 0.3, 5), [](float stars) { return stars == 3; });
  ASSERT_GT(data.seen.item.size(), 20U);
  Autoencoder net = Autoencoder::initialised(with_channels(), items, 11);
  ASSERT_EQ(net.channels(), 2);
  std::vector<std::int32_t> all(users);
  std::iota(all.begin(), all.end(), 0);
  BatchEntries entries(data, net.architecture, {0, 3, 16, items}, 3);
  entries.gather(all, 2);
  std::vector<int> inputs(3);
  for (const Entry& e : entries.of_run()) inputs[static_cast<std::size_t>(e.channel)] += e.input != 0;
  ASSERT_THAT(inputs, testing::Each(testing::Gt(10)));
  for (const kernel::Kernels& device : kernel::devices()) {
    ThreadWorld world(1, 1);
    KeepGradient kept(net);
    ShardStep step(data, net, net, {0, 3, 16, items}, users, 3, world.of(0), device);
    const LossSum sum = step.run(all, 2, kept);
    EXPECT_NEAR(sum.mean(), dense_loss(net, entries), 2e-6 * sum.mean());
    const auto expect = [&](float& weight, double analytic, const std::string& which) {
      const float before = weight;
      weight = before + 2e-4F;
      const double high = weight, above = dense_loss(net, entries);
      weight = before - 2e-4F;
      const double numeric = (above - dense_loss(net, entries)) / (high - static_cast<double>(weight));
      weight = before;
      EXPECT_NEAR(analytic, numeric, 5e-4 * std::abs(numeric) + 1e-6) << device.device << ", " << which;
    };
    for (const std::int64_t item : {0, 17, 36}) expect(net.first.row(item)[2], kept.gradient.first.row(item)[2], "first layer");
    for (const int c : {0, 1})
      for (const std::int64_t i : {0, 7, 15}) expect(net.channel(c)[i], kept.gradient.channel(c)[i], fmt::format("channel {}", c));
    expect(net.first_bias[3], kept.gradient.first_bias[3], "bias");
    expect(net.output.row(5)[1], kept.gradient.output.row(5)[1], "output");
  }
}

TEST(Channels, have_the_same_bits_on_any_number_of_shards_and_threads) {
  const Dataset data = small_data();
  for (const std::int64_t layers : {1, 3}) {
    TrainingPlan plan = small_plan("mult-dae");
    plan.architecture = with_channels();
    plan.architecture.hidden = layers == 1 ? std::vector<std::int64_t>{24} : std::vector<std::int64_t>{24, 8, 24};
    plan.learning.batch_size = 7;
    const auto trained = [&](int shards) {
      plan.shards = shards, plan.threads = std::min(shards, 2);
      TrainingState state = fresh_state(plan, data);
      return train(data, plan, state, "unused", {});
    };
    const TrainedModel one = trained(1);
    for (const int shards : {2, 3, 7}) expect_same_bits(one, trained(shards), fmt::format("{} shards", shards));
    plan.parallel = Parallel::users_step;
    EXPECT_EQ(trained(2).model->tensors().size(), one.model->tensors().size());
  }
}

/// Even users see even films, odd users odd ones; half of what they saw they like, and each misses one of its colour.
Dataset checkerboard_of_seen_films(std::int32_t films, std::int32_t people) {
  Dataset data = tiny::without_users(films);
  for (std::int32_t user = 0; user < people; ++user) {
    std::vector<std::pair<std::int32_t, float>> row;
    for (std::int32_t film = user % 2; film < films; film += 2)
      if ((film / 2 + user / 2) % 5 != 0) row.emplace_back(film, (film / 2 + user / 2) % 2 == 0 ? 5.0F : 3.0F);
    tiny::add_user(data, row);
  }
  return data;
}

TEST(Channels, answer_those_of_whom_nothing_but_seen_films_is_known) {
  constexpr std::int32_t films = 40, people = 120;
  const Dataset data = checkerboard_of_seen_films(films, people);
  for (const Input input : {Input::channels, Input::binary}) {
    TrainingPlan plan = small_plan("mult-dae");
    plan.architecture = with_channels(0.5);
    plan.architecture.input = input;
    plan.learning.epochs = 60;
    TrainingState state = fresh_state(plan, data);
    const TrainedModel model = train(data, plan, state, "unused", {});
    const std::vector<std::uint8_t> any(films, 1);
    const Recommender recommender(model, any, 10);
    for (const std::int32_t colour : {0, 1}) {
      Profile person;
      for (std::int32_t film = colour; film < 16; film += 2) person.seen.push_back(film), person.hidden.push_back(film);
      const Recommendation answer = recommender.recommend({person}).front();
      ASSERT_EQ(answer.items.size(), 10U);
      EXPECT_EQ(answer.kind, input == Input::binary ? ScoreKind::ratings : ScoreKind::probability);
      for (const ScoredItem& one : answer.items) {
        if (input == Input::channels) {
          EXPECT_EQ(one.item % 2, colour) << one.item;
        }
      }
      const Profile stranger;  // a list of its own only where seen films are an input
      EXPECT_EQ(recommender.recommend({stranger}).front().kind, ScoreKind::ratings);
    }
  }
}

TEST(Channels, of_films_seen_without_a_rating_have_the_same_bits_on_any_shards_and_other_inputs_know_nothing_of_them) {
  const Dataset rated = small_data();
  const Dataset seen = with_seen(rated, [](float stars) { return stars > 2 && stars < 4; });
  ASSERT_GT(seen.seen.item.size(), 100U);
  const auto trained = [&](const Dataset& data, Input input, int shards) {
    TrainingPlan plan = small_plan("mult-dae");
    plan.architecture = with_channels();
    plan.architecture.input = input, plan.shards = shards, plan.threads = std::min(shards, 2);
    TrainingState state = fresh_state(plan, data);
    return train(data, plan, state, "unused", {});
  };
  const TrainedModel one = trained(seen, Input::channels, 1);
  for (const int shards : {2, 3, 7}) expect_same_bits(one, trained(seen, Input::channels, shards), fmt::format("{} shards", shards));
  expect_same_bits(trained(rated, Input::binary, 1), trained(seen, Input::binary, 2), "liked films alone");
}

/// Whom nothing ties to the films of their colour but what they have seen, without a rating: everybody likes all films of their colour
/// from 20 on, and has seen those before.
TEST(Channels, answer_by_seen_films_that_nobody_has_rated) {
  constexpr std::int32_t films = 40, people = 80;
  Dataset data = tiny::without_users(films);
  data.seen.start = {0};
  for (std::int32_t user = 0; user < people; ++user) {
    std::vector<std::pair<std::int32_t, float>> row;
    for (std::int32_t film = user % 2; film < films; film += 2) {
      if ((film / 2 + user / 2) % 3 == 0) continue;
      if (film >= 20) row.emplace_back(film, 5.0F);
      else data.seen.item.push_back(film);
    }
    tiny::add_user(data, row);
    data.seen.start.push_back(std::ssize(data.seen.item));
  }
  TrainingPlan plan = small_plan("mult-dae");
  plan.architecture = with_channels(0.5);
  plan.learning.epochs = 60;
  TrainingState state = fresh_state(plan, data);
  const TrainedModel model = train(data, plan, state, "unused", {});
  const Recommender recommender(model, std::vector<std::uint8_t>(films, 1), 8);
  for (const std::int32_t colour : {0, 1}) {
    Profile person;
    for (std::int32_t film = colour; film < 12; film += 2) person.seen.push_back(film), person.hidden.push_back(film);
    const Recommendation answer = recommender.recommend({person}).front();
    ASSERT_EQ(answer.kind, ScoreKind::probability);
    for (const ScoredItem& one : answer.items) EXPECT_TRUE(one.item >= 20 && one.item % 2 == colour) << one.item;
  }
}

TEST(Channels, are_refused_where_they_mean_nothing) {
  const auto plan_of = [](const std::string& model, const std::function<void(TrainSettings&)>& change = {}) {
    TrainSettings settings;
    settings.model = model, settings.input = "channels";
    if (change) change(settings);
    return plan_training(settings, 100);
  };
  EXPECT_NO_THROW(plan_of("mult-dae"));
  EXPECT_NO_THROW(plan_of("mult-vae"));
  EXPECT_THAT([&] { plan_of("recvae"); }, ThrowsMessage<UserError>(HasSubstr("not for --model recvae")));
  EXPECT_THAT([&] { plan_of("reference"); }, ThrowsMessage<UserError>(HasSubstr("not for --loss mse")));
  EXPECT_THAT([&] { plan_of("ease"); }, ThrowsMessage<UserError>(HasSubstr("--input does nothing with --model ease")));
  EXPECT_THAT([&] { plan_of("mult-dae", [](TrainSettings& s) { s.negatives = 5; }); },
              ThrowsMessage<UserError>(HasSubstr("--negatives is for --input binary")));
}

}  // namespace
}  // namespace encore
