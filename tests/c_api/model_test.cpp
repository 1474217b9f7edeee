// Models through the C interface: the answers of the C++ interface, whatever the cut into calls, and what is refused.
#include <gmock/gmock.h>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include "c_api/encore.h"
#include "evaluation/comparison.h"
#include "evaluation/evaluation.h"
#include "evaluation/figures.h"
#include "evaluation/ranking.h"
#include "evaluation/reconstruction.h"
#include "evaluation/sums.h"
#include "evaluation/tiny_dataset.h"
#include "model/model_config.h"
#include "models/model_files.h"
#include "models/popularity.h"
#include "model/recommender.h"
#include "temporary_folder.h"

namespace encore {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

constexpr std::int32_t items = 75;

/// A model folder without its catalogue, opened through C.
class Opened {
 public:
  explicit Opened(const TrainedModel& model) {
    std::ofstream(folder_ / "config.json") << config_text(model);
    write_weights(folder_ / "", *model.model, model.dataset_fingerprint);
    EXPECT_EQ(encore_model_open((folder_ / "").c_str(), &handle), ENCORE_OK) << encore_last_error();
  }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;
  ~Opened() { encore_model_free(handle); }
  encore_model* handle = nullptr;

 private:
  TemporaryFolder folder_;
};

/// The users of a fold as C wants them.
struct FoldRows {
  std::vector<std::int64_t> start{0};
  std::vector<std::int32_t> item;
  std::vector<float> stars;
  std::vector<std::int8_t> part;

  FoldRows(const Dataset& dataset, const std::vector<std::int32_t>& users) {
    for (const auto user : users) {
      const auto of_user = dataset.ratings.items_of(user);
      for (std::size_t i = 0; i < of_user.size(); ++i) {
        item.push_back(of_user[i]);
        stars.push_back(dataset.ratings.ratings_of(user)[i]);
        part.push_back(static_cast<std::int8_t>(dataset.ratings.parts_of(user)[i]));
      }
      start.push_back(std::ssize(item));
    }
  }
  std::int64_t rows() const { return std::ssize(start) - 1; }
  encore_users users() const { return {rows(), start.data(), item.data(), stars.data()}; }
};

std::vector<TrainedModel> models() {
  std::vector<TrainedModel> all;
  for (const auto& architecture : allowed_architectures()) all.push_back(tiny_model(architecture, items));
  all.push_back(all.front());
  std::vector<float> likes;
  for (std::int32_t i = 0; i < items; ++i) likes.push_back(static_cast<float>(i * 7 % 20));
  all.back().model = popularity_model(likes);
  return all;
}

std::vector<std::int32_t> all_users(const Dataset& dataset) {
  std::vector<std::int32_t> users(static_cast<std::size_t>(dataset.users.size()));
  for (std::size_t user = 0; user < users.size(); ++user) users[user] = static_cast<std::int32_t>(user);
  return users;
}

std::vector<Recommendation> expected_answers(const TrainedModel& model, const FoldRows& rows, std::int64_t k) {
  std::vector<Recommendation> answers;
  const Recommender recommender(model, std::vector<std::uint8_t>(items, 1), k);
  for (std::int64_t row = 0; row < rows.rows(); ++row) {
    const auto begin = rows.start[static_cast<std::size_t>(row)], end = rows.start[static_cast<std::size_t>(row) + 1];
    Profile person;
    person.items.assign(rows.item.begin() + begin, rows.item.begin() + end);
    person.stars.assign(rows.stars.begin() + begin, rows.stars.begin() + end);
    person.hidden = person.items;
    answers.push_back(recommender.recommend({person}).front());
  }
  return answers;
}

TEST(ModelOfC, RecommendsAsTheRecommenderDoes) {
  const Dataset dataset = tiny_dataset(items);
  const FoldRows rows(dataset, all_users(dataset));
  for (const TrainedModel& given : models()) {
    TrainedModel model = given;
    model.items.training_ratings = dataset.items.training_ratings;
    const Opened opened(model);
    const auto expected = expected_answers(model, rows, 7);
    for (const int threads : {1, 4}) {
      const encore_users users = rows.users();
      const auto places = static_cast<std::size_t>(7 * rows.rows());
      std::vector<std::int32_t> item(places), count(static_cast<std::size_t>(rows.rows()));
      std::vector<float> score(places);
      ASSERT_EQ(encore_model_top(opened.handle, &users, nullptr, dataset.items.training_ratings.data(), 7, 0, threads,
                                 item.data(), score.data(), count.data()),
                ENCORE_OK)
          << encore_last_error();
      for (std::size_t row = 0; row < expected.size(); ++row) {
        const auto& best = expected[row].items;
        ASSERT_EQ(count[row], std::ssize(best));
        for (std::size_t rank = 0; rank < 7; ++rank) {
          EXPECT_EQ(item[7 * row + rank], rank < best.size() ? best[rank].item : -1);
          if (rank < best.size()) {
            EXPECT_EQ(score[7 * row + rank], best[rank].score);
          }
        }
      }
    }
  }
}

TEST(ModelOfC, LeavesSeenItemsOutOfEachRowsAnswer) {
  const Dataset dataset = tiny_dataset(items);
  const FoldRows rows(dataset, all_users(dataset));
  const encore_users users = rows.users();
  for (const TrainedModel& given : models()) {
    const Opened opened(given);
    const auto places = static_cast<std::size_t>(items * rows.rows());
    std::vector<std::int32_t> all(places), rest(places), count(static_cast<std::size_t>(rows.rows()));
    std::vector<float> score(places);
    const auto top = [&](const encore_users* seen, std::vector<std::int32_t>& item) {
      return encore_model_top(opened.handle, &users, seen, dataset.items.training_ratings.data(), items, 0, 1, item.data(),
                              score.data(), count.data());
    };
    ASSERT_EQ(top(nullptr, all), ENCORE_OK) << encore_last_error();
    std::vector<std::int64_t> start = {0};
    std::vector<std::int32_t> seen_items;  // of every second row the best
    for (std::int64_t row = 0; row < rows.rows(); ++row) {
      const std::int32_t best = all[static_cast<std::size_t>(items * row)];
      if (row % 2 == 0 && best >= 0) seen_items.push_back(best);
      start.push_back(std::ssize(seen_items));
    }
    ASSERT_FALSE(seen_items.empty());
    encore_users seen{rows.rows(), start.data(), seen_items.data(), nullptr};
    ASSERT_EQ(top(&seen, rest), ENCORE_OK) << encore_last_error();
    for (std::int64_t row = 0; row < rows.rows(); ++row) {
      const auto list = [&](const std::vector<std::int32_t>& of) {
        std::vector<std::int32_t> found(of.begin() + items * row, of.begin() + items * (row + 1));
        std::erase(found, -1);
        return found;
      };
      std::vector<std::int32_t> expected = list(all);
      if (row % 2 == 0 && !expected.empty()) expected.erase(expected.begin());
      EXPECT_EQ(list(rest), expected) << row;
    }
    seen.rows -= 1;
    EXPECT_EQ(top(&seen, rest), ENCORE_FAILED);
    EXPECT_THAT(encore_last_error(), HasSubstr("another number of rows"));
  }
}

TEST(ModelOfC, ScoresSingleCellsAsItRecommendsThem) {
  const Dataset dataset = tiny_dataset(items);
  const FoldRows rows(dataset, all_users(dataset));
  for (const TrainedModel& given : models()) {
    TrainedModel model = given;
    model.items.training_ratings = dataset.items.training_ratings;
    const Opened opened(model);
    const auto expected = expected_answers(model, rows, 7);
    std::vector<std::int64_t> row;
    std::vector<std::int32_t> item;
    std::vector<float> wanted;
    for (std::size_t r = 0; r < expected.size(); ++r) {
      if (expected[r].kind == ScoreKind::ratings) continue;  // counts, not the model's own scores
      for (const auto& best : expected[r].items) {
        row.push_back(static_cast<std::int64_t>(r));
        item.push_back(best.item);
        wanted.push_back(best.score);
      }
    }
    std::reverse(row.begin(), row.end());  // any order will do, and a pair may come twice
    std::reverse(item.begin(), item.end());
    std::reverse(wanted.begin(), wanted.end());
    row.push_back(row.front()), item.push_back(item.front()), wanted.push_back(wanted.front());
    const encore_users users = rows.users();
    std::vector<float> score(row.size());
    ASSERT_EQ(encore_model_scores(opened.handle, &users, row.data(), item.data(), std::ssize(row), 3, score.data()),
              ENCORE_OK)
        << encore_last_error();
    EXPECT_EQ(score, wanted);
  }
}

std::vector<std::int64_t> likes_of(const Dataset& dataset) {
  std::vector<std::int64_t> liked(items);
  for (const auto user : dataset.users_in(Fold::train)) {
    for (std::size_t i = 0; i < dataset.ratings.items_of(user).size(); ++i) {
      if (dataset.ratings.ratings_of(user)[i] >= dataset.scale.liked)
        ++liked[static_cast<std::size_t>(dataset.ratings.items_of(user)[i])];
    }
  }
  return liked;
}

/// Rules and their handle.
struct Rules {
  encore_rules* handle = nullptr;
  Json described;

  Rules(const Opened& opened, const Dataset& dataset, const Json& said, const std::uint8_t* candidate = nullptr,
        const std::uint8_t* slice_items = nullptr) {
    EXPECT_EQ(encore_rules_new(opened.handle, said.dump().c_str(), dataset.items.training_ratings.data(), likes_of(dataset).data(),
                               candidate, slice_items, &handle),
              ENCORE_OK)
        << encore_last_error();
    char* text = nullptr;
    EXPECT_EQ(encore_rules_describe(handle, &text), ENCORE_OK);
    described = Json::parse(text);
    encore_free(text);
  }
  ~Rules() { encore_rules_free(handle); }
  Rules(const Rules&) = delete;
  Rules& operator=(const Rules&) = delete;
};

/// The figures of a fold whose users are judged in pieces of `piece`; and what each user added, where `of_users` takes it.
Json judged(const Opened& opened, const Rules& rules, const Dataset& dataset, Fold fold, std::size_t piece, bool ranked,
            std::map<std::int32_t, std::vector<double>>* of_users = nullptr) {
  const auto users = dataset.users_in(fold);
  const auto means = item_means(dataset);
  std::vector<std::int64_t> exposures(rules.described["exposures"].get<std::size_t>());
  const std::size_t width = 2 * rules.described["metrics"].size();
  char* sums = nullptr;
  for (std::size_t first = 0; first < users.size(); first += piece) {
    const std::vector<std::int32_t> some(
        users.begin() + static_cast<std::ptrdiff_t>(first),
        users.begin() + static_cast<std::ptrdiff_t>(std::min(first + piece, users.size())));
    const FoldRows rows(dataset, some);
    const encore_users of_piece = rows.users();
    std::vector<double> shares(2 * some.size() * width);
    std::vector<std::int32_t> given(some.size()), targets(some.size());
    EXPECT_EQ(encore_model_judge(opened.handle, rules.handle, &of_piece, some.data(), ranked ? rows.part.data() : nullptr, means.data(), 2,
                                 &sums, exposures.data(), of_users ? shares.data() : nullptr, given.data(), targets.data()),
              ENCORE_OK)
        << encore_last_error();
    for (std::size_t row = 0; of_users && row < some.size(); ++row)
      if (targets[row] > 0)
        (*of_users)[some[row]].assign(shares.begin() + static_cast<std::ptrdiff_t>(row * width),
                                      shares.begin() + static_cast<std::ptrdiff_t>((row + 1) * width));
  }
  char* figures = nullptr;
  EXPECT_EQ(encore_model_figures(opened.handle, rules.handle, sums, exposures.data(), &figures), ENCORE_OK);
  Json json = Json::parse(figures);
  encore_free(sums);
  encore_free(figures);
  return json;
}

void expect_equal(const Json& a, const Json& b) {
  ASSERT_EQ(a.is_null(), b.is_null()) << a << b;
  if (a.is_null()) return;
  ASSERT_EQ(a.size(), b.size());
  for (const auto& [key, value] : b.items()) {
    if (value.is_number_float()) {
      EXPECT_NEAR(a.at(key).get<double>(), value.get<double>(), 1e-12 * std::abs(value.get<double>())) << key;
    } else {
      EXPECT_EQ(a.at(key), value) << key;
    }
  }
}

TEST(ModelOfC, JudgesInPiecesAsEvaluationDoesAtOnce) {
  const Dataset dataset = tiny_dataset(items);
  for (const TrainedModel& given : models()) {
    const TrainedModel& model = given;
    const Opened opened(model);
    const Rules rules(opened, dataset, Json::object());
    const Json whole_errors = errors_json(reconstruction_errors(model, dataset, Fold::test, 1), true);
    const Json train_errors = errors_json(reconstruction_errors(model, dataset, Fold::train, 1), true);
    const Json ranking = quality_json(ranking_quality(*model.model, dataset, Fold::test, 1));
    const Json popularity = quality_json(popularity_quality(dataset, Fold::test, 1));
    for (const std::size_t piece : {1000UL, 64UL, 7UL}) {
      const Json test = judged(opened, rules, dataset, Fold::test, piece, true);
      expect_equal(test["errors"], whole_errors);
      expect_equal(test["ranking"], ranking);
      expect_equal(test["popularity"], popularity);
      const Json train = judged(opened, rules, dataset, Fold::train, piece, false);
      expect_equal(train["errors"], train_errors);
      EXPECT_TRUE(train["ranking"].is_null());
    }
  }
}

/// All that rules may say, for users in pieces as for all at once.
TEST(ModelOfC, JudgesInPiecesByAllRules) {
  const Dataset dataset = tiny_dataset(items);
  std::vector<std::uint8_t> odd(items), most(items, 1);
  for (std::size_t item = 0; item < odd.size(); ++item) odd[item] = item % 2 == 1;
  most[0] = 0;
  for (const char* metrics : {"ndcg@7,coverage@3,gini@3,coverage@5,auc,novelty@4,harm@6,rmse,mae", "hit@5,ndcg@5"}) {
    RankingRules whole;
    whole.metrics = read_metrics(metrics);
    whole.candidate = most;
    whole.hide_rated = whole.metrics.size() > 2;
    whole.negatives = whole.metrics.size() > 2 ? 0 : 9;
    Json said = {{"metrics", metrics},
                 {"hide_rated", whole.hide_rated},
                 {"negatives", whole.negatives},
                 {"seed", dataset.seed},
                 {"training_users", dataset.users_in(Fold::train).size()},
                 {"slices", {"history", "odd", "popularity"}}};
    whole.slices = slices_by_history(dataset, Fold::test);
    whole.slices.push_back({"odd", odd, {}});
    std::ranges::copy(slices_by_popularity(dataset.items), std::back_inserter(whole.slices));
    for (const TrainedModel& model : models()) {
      const Opened opened(model);
      const RankingJudgement ranking = judge_ranking(model, dataset, Fold::test, whole, 1);
      const RankingJudgement popularity = judge_popularity(dataset, Fold::test, whole, 1);
      const Rules rules(opened, dataset, said, most.data(), odd.data());
      for (const std::size_t piece : {1000UL, 7UL}) {
        std::map<std::int32_t, std::vector<double>> of_users;
        const Json found = judged(opened, rules, dataset, Fold::test, piece, true, &of_users);
        expect_equal(found["ranking"], quality_json(quality_of(ranking.all, whole.metrics, most)));
        expect_equal(found["popularity"], quality_json(quality_of(popularity.all, whole.metrics, most)));
        ASSERT_EQ(found["slices"].size(), whole.slices.size());
        for (std::size_t s = 0; s < whole.slices.size(); ++s) {
          std::vector<std::uint8_t> of_slice = most;
          for (std::size_t item = 0; item < whole.slices[s].items.size(); ++item) of_slice[item] &= whole.slices[s].items[item];
          EXPECT_EQ(found["slices"][s]["slice"], whole.slices[s].name);
          expect_equal(found["slices"][s]["ranking"], quality_json(quality_of(ranking.slices[s], whole.metrics, of_slice)));
          expect_equal(found["slices"][s]["popularity"], quality_json(quality_of(popularity.slices[s], whole.metrics, of_slice)));
        }
        ASSERT_EQ(of_users.size(), ranking.users.size());
        for (std::size_t at = 0; at < ranking.users.size(); ++at)
          for (std::size_t m = 0; m < whole.metrics.size(); ++m) {
            EXPECT_EQ(of_users[ranking.users[at]][2 * m], ranking.shares[at * whole.metrics.size() + m].sum);
            EXPECT_EQ(of_users[ranking.users[at]][2 * m + 1], ranking.shares[at * whole.metrics.size() + m].weight);
          }
      }
    }
  }
}

TEST(ModelOfC, RefusesRulesThatCannotBe) {
  const Dataset dataset = tiny_dataset(items);
  const Opened opened(models().front());
  const auto complaint = [&](const char* said) {
    encore_rules* rules = nullptr;
    const auto& ratings = dataset.items.training_ratings;
    const int code = encore_rules_new(opened.handle, said, ratings.data(), likes_of(dataset).data(), nullptr, nullptr, &rules);
    EXPECT_NE(code, ENCORE_OK);
    return std::string(encore_last_error());
  };
  EXPECT_THAT(complaint(R"({"metrics": "ndgc@10"})"), HasSubstr("'ndgc@10' is no metric"));
  EXPECT_THAT(complaint(R"({"metrics": "auc", "negatives": 9})"), HasSubstr("auc looks at all films, but --negatives 9"));
  EXPECT_THAT(complaint(R"({"slices": ["year < 1980"]})"), HasSubstr("slice_items is a null pointer"));
  EXPECT_THAT(complaint("no object"), HasSubstr("rules_json is no JSON object"));
}

TEST(ModelOfC, ComparesModelsAsTheCommandDoes) {
  const std::vector<double> shares = {.1, 1, .2, 1, .3, 1, .4, 1, .5, 1, .9, 1, .2, 1, .3, 1, .4, 1, .5, 1, .6, 1, .7, 1};
  char* text = nullptr;
  ASSERT_EQ(encore_compare(R"({"names": ["a", "b"], "metrics": "ndcg@10,hit@10", "seed": 7})", shares.data(), 3, &text), ENCORE_OK);
  const Json found = Json::parse(text);
  encore_free(text);
  const std::vector<Share> a = {{.1, 1}, {.3, 1}, {.5, 1}}, b = {{.2, 1}, {.4, 1}, {.6, 1}};
  const auto expected = compared(read_metrics("ndcg@10").front(), a, b, 7);
  EXPECT_EQ(found[0]["metrics"]["ndcg@10"]["difference"], expected->difference);
  EXPECT_EQ(found[0]["metrics"]["ndcg@10"]["interval"][0], expected->low);
  EXPECT_EQ(found[0]["metrics"]["hit@10"]["losses"], 1);
  EXPECT_THAT(found[0]["sentence"].get<std::string>(), HasSubstr("b and a cannot be told apart by NDCG@10"));
  EXPECT_EQ(encore_compare(R"({"names": ["a"], "metrics": "coverage", "seed": 7})", shares.data(), 0, &text), ENCORE_USER_ERROR);
}

TEST(ModelOfC, SaysWhatItIs) {
  for (const auto& [name, predicts, score] :
       {std::tuple("mult-dae", false, "probability"), std::tuple("autorec", true, "stars"),
        std::tuple("reference", false, "probability")}) {
    const TrainedModel model = tiny_model(named_model(name).architecture, items);
    const Opened opened(model);
    char* text = nullptr;
    ASSERT_EQ(encore_model_describe(opened.handle, &text), ENCORE_OK);
    const Json described = Json::parse(text);
    encore_free(text);
    EXPECT_EQ(described["model"], name);
    EXPECT_EQ(described["items"], items);
    EXPECT_EQ(described["predicts_ratings"], predicts);
    EXPECT_EQ(described["score"], score);
    EXPECT_EQ(described["scale"]["maximum"], 5);
    EXPECT_EQ(described["dataset_fingerprint"], model.dataset_fingerprint);
    EXPECT_EQ(described["catalogue_sha256"], catalogue_sha256(model.items));
    EXPECT_EQ(described["config"]["format"], "encore-model");
  }
}

TEST(ModelOfC, RefusesAFolderThatIsNoModel) {
  const TemporaryFolder folder;
  encore_model* model = nullptr;
  EXPECT_EQ(encore_model_open((folder / "").c_str(), &model), ENCORE_USER_ERROR);
  EXPECT_THAT(encore_last_error(), HasSubstr("has no config.json"));
  EXPECT_EQ(encore_model_open((folder / "nowhere").c_str(), &model), ENCORE_USER_ERROR);
  EXPECT_THAT(encore_last_error(), HasSubstr("there is no such folder"));
  std::ofstream(folder / "config.json") << config_text(tiny_model(named_model("mult-dae").architecture, items));
  EXPECT_EQ(encore_model_open((folder / "").c_str(), &model), ENCORE_USER_ERROR);
  EXPECT_THAT(encore_last_error(), HasSubstr("weights.safetensors"));
  EXPECT_EQ(model, nullptr);
}

TEST(ModelOfC, RefusesRowsThatAreNone) {
  const Opened opened(tiny_model(named_model("mult-dae").architecture, items));
  const std::vector<std::int64_t> counts(items, 1);
  std::int32_t item[2], count[1];
  float score[2];
  const float stars[] = {5, 5};
  const auto top = [&](const std::vector<std::int64_t>& start, const std::vector<std::int32_t>& of, std::int64_t k) {
    const encore_users users{1, start.data(), of.data(), stars};
    return encore_model_top(opened.handle, &users, nullptr, counts.data(), k, 0, 1, item, score, count);
  };
  EXPECT_EQ(top({0, 2}, {3, 3}, 2), ENCORE_FAILED);
  EXPECT_THAT(encore_last_error(), HasSubstr("out of order"));
  EXPECT_EQ(top({0, 2}, {3, items}, 2), ENCORE_FAILED);
  EXPECT_EQ(top({2, 0}, {3, 4}, 2), ENCORE_FAILED);
  EXPECT_EQ(top({0, -1}, {3, 4}, 2), ENCORE_FAILED);
  EXPECT_EQ(top({0, 2}, {3, 4}, 0), ENCORE_USER_ERROR);
  EXPECT_THAT(encore_last_error(), HasSubstr("at least 1"));
  EXPECT_EQ(top({0, 2}, {3, 4}, 2), ENCORE_OK);
  EXPECT_EQ(encore_model_describe(nullptr, nullptr), ENCORE_FAILED);
}

}  // namespace
}  // namespace encore
