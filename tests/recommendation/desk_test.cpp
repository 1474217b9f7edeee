// One block of different questions, on any number of threads, gives each the answer that it gets alone; and a desk keeps
// its conditions.
#include "recommendation/desk.h"
#include <gmock/gmock.h>
#include <cmath>
#include <thread>
#include "evaluation/tiny_dataset.h"
#include "folder/model_folder.h"
#include "process/error.h"
#include "temporary_folder.h"

namespace encore {
namespace {

std::vector<std::pair<std::int32_t, float>> cells(const Recommendation& answer) {
  std::vector<std::pair<std::int32_t, float>> pairs;
  for (const auto& scored : answer.items) pairs.emplace_back(scored.item, scored.score);
  return pairs;
}

TEST(Desk, AnswersABlockOfDifferentQuestionsAsItAnswersEachAlone) {
  for (const auto& architecture : allowed_architectures()) {
    const TrainedModel model = tiny_model(architecture, 700);
    const Recommender recommender(model, std::vector<std::uint8_t>(700, 1), 1);
    std::vector<std::uint8_t> thirds(700);
    for (std::size_t item = 0; item < thirds.size(); item += 3) thirds[item] = 1;
    std::vector<Profile> people;
    for (std::int32_t i = 0; i < 40; ++i)
      people.push_back({{i, i + 100, i + 400}, {5, static_cast<float>(1 + i % 5), 4.5F}, {i, i + 1, i + 100}});
    std::vector<Question> questions;
    for (std::size_t i = 0; i < people.size(); ++i) {
      questions.push_back({&people[i], static_cast<std::int64_t>(1 + i % 7)});
      if (i % 2 == 0) questions.back().fits = thirds;
    }
    const auto together = recommender.answer(questions, 1);
    for (int threads = 2; threads < 5; ++threads) {
      const auto again = recommender.answer(questions, threads);
      for (std::size_t i = 0; i < people.size(); ++i) EXPECT_EQ(cells(together[i]), cells(again[i]));
    }
    for (std::size_t i = 0; i < people.size(); ++i) {
      EXPECT_EQ(cells(together[i]), cells(recommender.answer({&questions[i], 1}, 1).front()));
      EXPECT_EQ(std::ssize(together[i].items), questions[i].k);
      for (const auto& scored : together[i].items) {
        if (i % 2 == 0) {
          EXPECT_EQ(scored.item % 3, 0);
        }
      }
    }
  }
}

TEST(Desk, ScoresOfAFewItemsAreThoseOfTheAnswer) {
  const TrainedModel model = tiny_model(named_model("mult-dae").architecture, 75);
  const Recommender recommender(model, std::vector<std::uint8_t>(75, 1), 1);
  const Profile person{{2, 5, 9}, {5, 4, 4}, {2, 5, 9}};
  const Question question{&person, 72};
  const auto answer = recommender.answer({&question, 1}, 1).front();
  for (const auto& [item, score] : answer.items) {
    const std::vector<std::int32_t> one{item};
    EXPECT_NEAR(std::exp(recommender.scores_of(one, {person})[0][0]), score, 1e-7);
  }
}

TEST(Desk, KeepsConditionsAndMayBeAskedByManyThreads) {
  const TemporaryFolder folder;
  write_model(folder / "model", tiny_model(named_model("mult-dae").architecture, 75), "");
  const Desk desk((folder / "model").string());
  const FilmMask first = desk.films_where("movieId > 3");
  EXPECT_EQ(first, desk.films_where("movieId > 3"));
  for (int i = 0; i < 70; ++i) desk.films_where("movieId > 3 AND movieId > " + std::to_string(i));
  EXPECT_NE(first, desk.films_where("movieId > 3"));
  EXPECT_EQ(*first, *desk.films_where("movieId > 3"));
  EXPECT_THROW(desk.films_where("nonsense >"), UserError);
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] { EXPECT_TRUE(desk.finder().find(desk.model().items.title[5]).has_value()); });
}

}  // namespace
}  // namespace encore
