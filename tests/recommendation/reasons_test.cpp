// Reasons tell the truth: without the rating that is named the film's score falls, and more than without any other of the person's.
#include "recommendation/reasons.h"

#include <gmock/gmock.h>

#include <cmath>

#include "linear/linear_models.h"
#include "linear/low_rank_model.h"
#include "network/tiny_model.h"

namespace encore {
namespace {

constexpr std::int32_t films = 40;

float wave(std::int64_t i, std::int64_t j) { return std::sin(static_cast<float>(3 * i + 7 * j + i * j)); }

TrainedModel with(std::shared_ptr<const Model> model) {
  TrainedModel made = tiny_model(named_model("mult-dae").architecture, films);
  made.model = std::move(model);
  return made;
}

std::vector<TrainedModel> models() {
  SquareMatrix dense = SquareMatrix::zeros(films);
  for (std::int64_t i = 0; i < films; ++i)
    for (std::int64_t j = 0; j < films; ++j) dense.row(i)[j] = i == j ? 0 : wave(i, j);
  kernel::AlignedFloats vectors(films * 16);
  for (std::int64_t i = 0; i < films; ++i)
    for (std::int64_t c = 0; c < 6; ++c) vectors[static_cast<std::size_t>(16 * i + c)] = wave(i, c);
  NeighbourTable few = largest_of_columns(dense, 9, 1);
  return {with(dense_model(std::move(dense), {{"model", "ease"}, {"input", "binary"}})),
          with(low_rank_model(films, 6, 16, std::move(vectors), {{"model", "elsa"}, {"input", "binary"}})),
          with(sparse_model(std::move(few), {{"model", "item-knn"}, {"input", "binary"}})),
          tiny_model(named_model("mult-dae").architecture, films), tiny_model(named_model("autorec").architecture, films)};
}

const Profile person{{1, 4, 9, 16, 25, 36}, {5, 4.5F, 2, 4, 5, 4}, {1, 4, 9, 16, 25, 36}};  // one that likes do not count

TEST(Reasons, AreTheRatingsWithoutWhichTheScoreFallsMost) {
  for (const TrainedModel& model : models()) {
    SCOPED_TRACE(model.model->architecture().dump());
    const Recommender recommender(model, std::vector<std::uint8_t>(films, 1), 10);
    std::vector<std::int32_t> answered;
    const Recommendation answer = recommender.recommend({person}).front();
    for (const ScoredItem& one : answer.items) answered.push_back(one.item);
    const auto reasons = reasons_for(model, recommender, person, answered, 2);
    ASSERT_EQ(reasons.size(), answered.size());
    std::size_t named = 0;
    for (std::size_t i = 0; i < answered.size(); ++i) {
      const double whole = recommender.scores_of({{answered[i]}}, {person})[0][0];
      std::vector<std::pair<double, std::int32_t>> falls;
      for (std::size_t r = 0; r < person.items.size(); ++r) {
        Profile without = person;
        without.items.erase(without.items.begin() + static_cast<std::ptrdiff_t>(r));
        without.stars.erase(without.stars.begin() + static_cast<std::ptrdiff_t>(r));
        const double fall = whole - recommender.scores_of({{answered[i]}}, {without})[0][0];
        if (fall > 1e-6) falls.emplace_back(-fall, person.items[r]);
      }
      std::sort(falls.begin(), falls.end());
      ASSERT_EQ(reasons[i].size(), std::min<std::size_t>(2, falls.size())) << answered[i];
      for (std::size_t r = 0; r < reasons[i].size(); ++r, ++named) {
        EXPECT_EQ(reasons[i][r].item, falls[r].second) << answered[i];
        EXPECT_NEAR(reasons[i][r].gain, -falls[r].first, 1e-5);
      }
    }
    EXPECT_GT(named, 5U);
  }
}

TEST(Reasons, AreNeverFilmsThatWereDisliked) {
  Architecture architecture = named_model("mult-dae").architecture;
  architecture.input = Input::channels;
  const TrainedModel model = tiny_model(architecture, films);
  const Recommender recommender(model, std::vector<std::uint8_t>(films, 1), 10);
  Profile torn = person;
  torn.stars = {5, 1, 3, 1, 2.5F, 4};
  std::vector<std::int32_t> answered;
  const Recommendation answer = recommender.recommend({torn}).front();
  for (const ScoredItem& one : answer.items) answered.push_back(one.item);
  std::size_t named = 0;
  for (const auto& list : reasons_for(model, recommender, torn, answered, 6)) {
    for (const Reason& reason : list) EXPECT_TRUE(reason.item == 1 || reason.item == 36) << reason.item;
    named += list.size();
  }
  EXPECT_GT(named, 0U);
}

TEST(Reasons, OfASumCountAllRatingsOfALongProfile) {
  constexpr std::int32_t many = 600;
  SquareMatrix weights = SquareMatrix::zeros(many);
  weights.row(0)[many - 1] = 1;  // the first rating of the longest profile says all
  TrainedModel model = tiny_model(named_model("mult-dae").architecture, many);
  model.model = dense_model(std::move(weights), {{"model", "ease"}, {"input", "binary"}});
  Profile all;
  for (std::int32_t film = 0; film < many - 1; ++film) all.items.push_back(film), all.stars.push_back(5);
  all.hidden = all.items;
  const Recommender recommender(model, std::vector<std::uint8_t>(many, 1), 1);
  const auto reasons = reasons_for(model, recommender, all, std::vector<std::int32_t>{many - 1}, 2);
  ASSERT_EQ(reasons.front().size(), 1U);
  EXPECT_EQ(reasons.front()[0].item, 0);
  EXPECT_EQ(reasons.front()[0].gain, 1);
}

}  // namespace
}  // namespace encore
