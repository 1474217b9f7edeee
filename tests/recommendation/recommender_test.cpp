// Fold-in, filters and neighbours, against the plain network.
#include "model/recommender.h"
#include "models/popularity.h"
#include <gmock/gmock.h>
#include <numeric>
#include "database/database.h"
#include "evaluation/tiny_dataset.h"
#include "folder/catalogue_file.h"
#include "temporary_folder.h"
#include "process/error.h"
#include "recommendation/bulk.h"
#include "recommendation/catalogue_filter.h"
#include "recommendation/profile.h"
#include "recommendation/similar.h"

namespace encore {
namespace {

using testing::DoubleNear;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::uint8_t> all_of(const TrainedModel& model) {
  return std::vector<std::uint8_t>(static_cast<std::size_t>(model.items.size()), 1);
}

std::vector<std::int32_t> items_of(const std::vector<ScoredItem>& list) {
  std::vector<std::int32_t> items;
  for (const auto& scored : list) items.push_back(scored.item);
  return items;
}

const Profile person{{2, 5, 9}, {5, 1.5F, 4}, {2, 5, 9}};

TEST(Recommender, AnswersWithTheBestOfThePlainNetwork) {
  for (const auto& architecture : allowed_architectures()) {
    SCOPED_TRACE(std::string(name_of(architecture.output)) + " from " + std::string(name_of(architecture.input)));
    const TrainedModel model = tiny_model(architecture, 75);
    std::vector<double> row(75);
    if (architecture.input == Input::ratings)
      row[2] = 1, row[5] = 0.3, row[9] = 0.8;
    else
      row[2] = 1, row[9] = 1;
    auto expected = plain_outputs(network(model), row);
    if (predicts_ratings(architecture)) {
      for (double& y : expected) y *= 5;
    }
    std::vector<std::int32_t> order;
    for (std::int32_t i = 0; i < 75; ++i) {
      if (i != 2 && i != 5 && i != 9) order.push_back(i);
    }
    std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
      return expected[static_cast<std::size_t>(a)] > expected[static_cast<std::size_t>(b)];
    });
    order.resize(12);
    const auto answer = Recommender(model, all_of(model), 12).recommend({person}).front();
    EXPECT_EQ(items_of(answer.items), order);
    for (const auto& [item, score] : answer.items) {
      EXPECT_THAT(score, testing::FloatNear(static_cast<float>(expected[static_cast<std::size_t>(item)]), 1e-5F));
    }
    EXPECT_EQ(answer.kind, architecture.output == OutputKind::softmax ? ScoreKind::probability
                           : predicts_ratings(architecture)           ? ScoreKind::stars
                                                                      : ScoreKind::score);
  }
}

TEST(Recommender, GivesWhatThereIsWhenKIsGreater) {
  const TrainedModel model = tiny_model(named_model("mult-dae").architecture, 20);
  const auto answer = Recommender(model, all_of(model), 1'000'000).recommend({person}).front();
  EXPECT_EQ(answer.items.size(), 17U);
  EXPECT_THAT(items_of(answer.items), Not(testing::Contains(testing::AnyOf(2, 5, 9))));
}

TEST(Recommender, MayIncludeWhatWasSeen) {
  const TrainedModel model = tiny_model(named_model("mult-dae").architecture, 20);
  Profile open = person;
  open.hidden = {5};
  EXPECT_EQ(Recommender(model, all_of(model), 20).recommend({open}).front().items.size(), 19U);
}

TEST(Recommender, NeverShowsWhatTheTrainingNeverSawOrTheFilterLeavesOut) {
  TrainedModel model = tiny_model(named_model("mult-dae").architecture, 20);
  model.items.training_ratings[7] = 0;
  std::vector<std::uint8_t> even(20);
  for (std::size_t i = 0; i < 20; i += 2) even[i] = 1;
  even[7] = 1;
  const auto answer = Recommender(model, even, 20).recommend({person}).front();
  EXPECT_EQ(answer.items.size(), 9U);  // ten even ones without 2
  for (const auto& scored : answer.items) EXPECT_EQ(scored.item % 2, 0);
  const Recommender none(model, std::vector<std::uint8_t>(20, 0), 5);
  EXPECT_EQ(none.candidates(), 0);
  EXPECT_THAT(none.recommend({person}).front().items, IsEmpty());
}

TEST(Recommender, FallsBackToPopularFilms) {
  TrainedModel model = tiny_model(named_model("mult-dae").architecture, 6);
  model.items.training_ratings = {5, 90, 0, 90, 7, 100};
  const Recommender recommender(model, all_of(model), 3);
  const Profile nobody, disliking{{5}, {2}, {5}};  // a binary input sees no liked film
  const auto answers = recommender.recommend({nobody, disliking, Profile{{2}, {5}, {2}}});
  EXPECT_EQ(answers[2].kind, ScoreKind::probability);
  EXPECT_EQ(answers[0].kind, ScoreKind::ratings);
  EXPECT_THAT(items_of(answers[0].items), ElementsAre(5, 1, 3));
  EXPECT_EQ(answers[0].items[0].score, 100);
  EXPECT_EQ(answers[1].kind, ScoreKind::ratings);
  EXPECT_THAT(items_of(answers[1].items), ElementsAre(1, 3, 4));
}

TEST(Recommender, OfAPopularityModelShowsLikes) {
  TrainedModel model = tiny_model(named_model("mult-dae").architecture, 6);
  model.model = popularity_model({0, 10, 20, 30, 40, 50});
  for (const Profile& anybody : {Profile{}, Profile{{5}, {5}, {5}}}) {
    const auto answer = Recommender(model, all_of(model), 2).recommend({anybody}).front();
    EXPECT_EQ(answer.kind, ScoreKind::likes);
    const std::int32_t first = anybody.hidden.empty() ? 5 : 4;
    EXPECT_THAT(items_of(answer.items), ElementsAre(first, first - 1));
    EXPECT_EQ(answer.items[0].score, static_cast<float>(10 * first));
  }
}

TEST(Recommender, AnswersWithProbabilitiesThatSumToOne) {
  const TrainedModel model = tiny_model(named_model("reference").architecture, 40);
  Profile open = person;
  open.hidden.clear();
  double sum = 0;
  const auto answers = Recommender(model, all_of(model), 40).recommend({open});
  for (const auto& scored : answers.front().items) sum += scored.score;
  EXPECT_THAT(sum, DoubleNear(1, 1e-5));
}

TEST(SimilarItems, AreNearestByCosine) {
  TrainedModel model =
      tiny_model({"test", Input::ratings, false, 0, {2}, Activation::linear, OutputKind::linear, Loss::mse}, 5);
  const float rows[5][2] = {{1, 0}, {10, 10}, {0, 3}, {-1, 0}, {0.5F, 0.1F}};
  change_network(model, [&](Autoencoder& a) {
    for (std::int64_t i = 0; i < 5; ++i) std::copy(rows[i], rows[i] + 2, a.output.row(i));
  });
  auto found = ItemVectors(model).similar(0, 3);
  EXPECT_THAT(items_of(found), ElementsAre(4, 1, 2));
  EXPECT_NEAR(found[1].score, std::sqrt(0.5), 1e-6);
  EXPECT_NEAR(found[2].score, 0, 1e-6);
  EXPECT_EQ(ItemVectors(model).similar(0, 100).size(), 4U);
  model.items.training_ratings[4] = 0;
  EXPECT_THAT(items_of(ItemVectors(model).similar(0, 1)), ElementsAre(1));
  EXPECT_THAT(message_of<UserError>([&] { ItemVectors(model).similar(4, 1); }),
              HasSubstr("no training user rated \"Film 4 (1954)\""));
}

TEST(SimilarItems, NeedVectors) {
  TrainedModel model = tiny_model(named_model("mult-dae").architecture, 5);
  model.model = popularity_model({1, 2, 3, 4, 5});
  EXPECT_THAT(message_of<UserError>([&] { ItemVectors(model).similar(0, 1); }),
              HasSubstr("a popularity model has nothing of films to compare"));
}

class CatalogueFilter : public testing::Test {
 protected:
  void SetUp() override { write_catalogue(file, tiny_catalogue(5)); }  // 1950 … 1954, Drama and Comedy in turn
  TemporaryFolder folder;
  std::filesystem::path file = folder / "items.parquet";
};

TEST_F(CatalogueFilter, ChoosesFilms) {
  EXPECT_THAT(films_where(file, "year >= 1952", true), ElementsAre(0, 0, 1, 1, 1));
  EXPECT_THAT(films_where(file, "genres LIKE '%Comedy%' AND movieId > 3", true), ElementsAre(0, 0, 0, 1, 0));
  EXPECT_THAT(films_where(file, "lower(title) = 'film 2 (1952)' or ratings = 14 -- a comment", true),
              ElementsAre(0, 0, 1, 0, 1));
  EXPECT_THAT(films_where(file, "false", true), Each(0));
  EXPECT_THAT(films_where(file, "null", true), Each(0));
}

TEST_F(CatalogueFilter, TakesExpressionsOnly) {
  for (const char* hostile : {"true) UNION SELECT true FROM (VALUES (1)", "year IN (SELECT 1)", "true; DROP TABLE t",
                              "genre = 'x'", "year =", "userId = 1", "count(*) > 1", ""}) {
    const std::string message = message_of<UserError>([&] { films_where(file, hostile, true); });
    EXPECT_THAT(message, HasSubstr("--where")) << hostile;
  }
}

class Bulk : public testing::Test {
 protected:
  Bulk() : dataset(tiny_dataset()), model(tiny_model(named_model("autorec").architecture, 75)) {
    model.items.title[3] = "Comma, \"quoted\" (1953)";
    model.items.year[4] = std::nullopt;
  }
  Profile profile(std::int32_t user) const {
    std::vector<std::int32_t> same(75);
    std::iota(same.begin(), same.end(), 0);
    return profile_of(dataset, user, same, {}, false, nullptr);
  }
  BulkResult csv(const char* name, int threads) {
    return write_all_as_csv(
        model, lists, dataset.users, [this](std::int32_t user) { return profile(user); }, folder / name, threads,
        [this](std::int64_t users) { reported = users; });
  }
  TemporaryFolder folder;
  Dataset dataset;
  TrainedModel model;
  Recommender recommender{model, all_of(model), 4};
  ListsFor lists = [this](const std::vector<Profile>& people) { return recommender.recommend(people); };
  std::int64_t reported = 0;
};

TEST_F(Bulk, WritesEveryUserInOrder) {
  const BulkResult result = csv("one.csv", 1);
  EXPECT_EQ(result.users, 150);
  EXPECT_EQ(reported, 150);
  EXPECT_EQ(result.rows, 150 * 4);
  EXPECT_EQ(result.popular, 0);
  Database database;
  Rows rows = database.stream(
      "SELECT userId, rank::INTEGER, movieId, title FROM read_csv(?, header = true, quote = '\"', escape = '\"') ",
      {(folder / "one.csv").string()});
  std::int64_t row = 0;
  while (rows.next()) {
    for (std::size_t i = 0; i < rows.size(); ++i, ++row) {
      const auto user = static_cast<std::int32_t>(row / 4);
      const auto answer = recommender.recommend({profile(user)}).front();
      const auto item = static_cast<std::size_t>(answer.items[static_cast<std::size_t>(row % 4)].item);
      ASSERT_EQ(rows.int64(0)[i], std::stoll(dataset.users.id[static_cast<std::size_t>(user)]));
      ASSERT_EQ(rows.int32(1)[i], row % 4 + 1);
      ASSERT_EQ(rows.int64(2)[i], std::stoll(model.items.id[item]));
      ASSERT_EQ(rows.text(3, i), model.items.title[item]);
    }
  }
  EXPECT_EQ(row, 600);
}

TEST_F(Bulk, WritesTheSameBytesOnAnyNumberOfThreads) {
  csv("one.csv", 1);
  csv("five.csv", 5);
  EXPECT_EQ(text_of(folder / "one.csv"), text_of(folder / "five.csv"));
}

TEST_F(Bulk, WritesParquetWithTypes) {
  const BulkResult result = write_all_as_parquet(
      model, lists, dataset.users, [this](std::int32_t user) { return profile(user); }, folder / "all.parquet", 2,
      [](std::int64_t) {});
  EXPECT_EQ(result.rows, 600);
  EXPECT_FALSE(std::filesystem::exists(folder / "all.parquet.csv"));
  Database database;
  EXPECT_EQ(
      database.number(
          "SELECT count(*) FROM read_parquet(?) WHERE typeof(userId) = 'BIGINT' AND typeof(movieId) = 'BIGINT' AND "
          "typeof(rank) = 'INTEGER' AND typeof(score) = 'FLOAT'",
          {(folder / "all.parquet").string()}),
      600);
}

TEST_F(Bulk, SaysThatItCannotWrite) {
  EXPECT_THAT(message_of<UserError>([&] { csv("no/such/folder.csv", 1); }), HasSubstr("no/such/folder.csv': No such file or directory"));
}

}  // namespace
}  // namespace encore
