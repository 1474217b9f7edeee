// Trials answered by a function instead of a training: who goes on, who returns, who wins; and the same whatever happens between.
#include "tuning/search.h"

#include <gmock/gmock.h>

#include <set>

#include "tuning/importance.h"
#include "tuning/sampler.h"

namespace encore {
namespace {

using testing::ElementsAre;

using Value = std::function<double(const TrialRequest&)>;

/// Kinds without epochs are done at once; the others have three rungs.
RunTrials answered_by(const Value& value, std::vector<TrialRequest>* asked = nullptr, std::size_t at_most = 10'000) {
  const auto left = std::make_shared<std::size_t>(at_most);
  return [=](const std::vector<TrialRequest>& requests) {
    std::vector<std::optional<TrialAnswer>> answers;
    for (const TrialRequest& request : requests) {
      if (*left == 0) {
        answers.emplace_back();
        continue;
      }
      --*left;
      if (asked != nullptr) asked->push_back(request);
      TrialAnswer answer;
      answer.finished = request.model == "ease" || request.rung == last_rung;
      answer.value = value(request);
      answers.emplace_back(answer);
    }
    return answers;
  };
}

double dropout_of(const TrialRequest& request) { return request.options.value("dropout", 0.5); }

std::vector<SearchSpace> one_option() {
  return search_spaces("mult-dae", std::vector<std::string>{"dropout=0:0.9", "hidden=8", "batch-size=8", "learning-rate=1",
                                                             "weight-decay=0"});
}

std::vector<std::int64_t> at_rung(const std::vector<TrialRequest>& asked, int rung) {
  std::vector<std::int64_t> trials;
  for (const TrialRequest& request : asked)
    if (request.rung == rung) trials.push_back(request.trial);
  return trials;
}

TEST(Search, TheBestThirdGoesOnAndTheDefaultsAlways) {
  std::vector<TrialRequest> asked;
  const auto spaces = one_option();
  const SearchRules rules{.trials = 9};
  const auto trials = search(spaces, rules, answered_by([](const TrialRequest& r) { return static_cast<double>(r.trial); }, &asked));
  EXPECT_EQ(at_rung(asked, 0).size(), 9U);
  EXPECT_THAT(at_rung(asked, 1), ElementsAre(1, 7, 8, 9));
  EXPECT_THAT(at_rung(asked, 2), ElementsAre(1, 8, 9));  // a third of four is two
  EXPECT_EQ(winner_of(trials, false)->number, 9);
  EXPECT_EQ(winner_of(trials, true)->number, 1);
  EXPECT_EQ(defaults_of(trials, 0)->number, 1);
}

TEST(Search, WhoFellBehindReturnsWhenTheOthersAreWorse) {
  std::vector<TrialRequest> asked;
  const auto spaces = one_option();
  const SearchRules rules{.trials = 18};
  search(spaces, rules, answered_by([](const TrialRequest& r) { return -static_cast<double>(r.trial); }, &asked));
  EXPECT_THAT(at_rung(asked, 1), ElementsAre(1, 2, 3, 4, 5, 6));
  std::set<std::pair<std::int64_t, int>> once;
  for (const TrialRequest& request : asked) EXPECT_TRUE(once.emplace(request.trial, request.rung).second) << "computed twice";
}

TEST(Search, KindsAreComparedAmongThemselvesAndDefaultsComeFirst) {
  std::vector<TrialRequest> asked;
  const auto spaces = search_spaces("ease,mult-dae", {});
  const SearchRules rules{.trials = 9};
  search(spaces, rules, answered_by([](const TrialRequest& r) { return r.model == "ease" ? 1.0 : 0.1; }, &asked));
  EXPECT_EQ(asked[0].model, "ease");
  EXPECT_TRUE(asked[0].options.empty());
  EXPECT_EQ(asked[1].model, "mult-dae");
  EXPECT_TRUE(asked[1].options.empty());
  for (const std::int64_t trial : at_rung(asked, 1)) EXPECT_EQ(asked[static_cast<std::size_t>(trial) - 1].model, "mult-dae");
  EXPECT_FALSE(at_rung(asked, 2).empty());
}

TEST(Search, AFailedTrialIsTheWorstAndDoesNotGoOn) {
  const auto spaces = one_option();
  const SearchRules rules{.trials = 9};
  const RunTrials well = answered_by([](const TrialRequest& r) { return static_cast<double>(r.trial); });
  const auto trials = search(spaces, rules, [&](const std::vector<TrialRequest>& requests) {
    auto answers = well(requests);
    for (std::size_t i = 0; i < requests.size(); ++i)
      if (requests[i].trial == 9) answers[i] = TrialAnswer{.failure = "the loss is no longer a number"};
    return answers;
  });
  EXPECT_TRUE(trials[8].failed());
  EXPECT_EQ(trials[8].answers.size(), 1U);
  EXPECT_EQ(winner_of(trials, false)->number, 8);
}

/// As a search that is stopped after so many answers and gone on with: what was answered is known then.
TEST(Search, GoesOnAsIfItHadNeverStopped) {
  const auto spaces = search_spaces("mult-dae,item-knn", {});
  const SearchRules rules{.trials = 30};
  const Value value = [](const TrialRequest& r) { return 1 - std::abs(dropout_of(r) - 0.3) + 0.01 * r.rung; };
  std::vector<TrialRequest> undisturbed;
  search(spaces, rules, answered_by(value, &undisturbed));
  for (const std::size_t stop : {1U, 10U, 17U}) {
    std::vector<TrialRequest> before, after;
    search(spaces, rules, answered_by(value, &before, stop));
    EXPECT_EQ(before.size(), stop);
    search(spaces, rules, answered_by(value, &after));
    ASSERT_EQ(after.size(), undisturbed.size());
    for (std::size_t i = 0; i < after.size(); ++i) EXPECT_EQ(to_json(after[i]), to_json(undisturbed[i]));
  }
}

TEST(Search, EndsWhenEverySettingHasBeenTried) {
  const auto spaces = search_spaces("popularity", {});
  EXPECT_EQ(search(spaces, SearchRules{.trials = 20}, answered_by([](const TrialRequest&) { return 1.0; })).size(), 1U);
}

double distance_of_last(bool learns) {
  const auto spaces = one_option();
  const SearchRules rules{.trials = 54, .learns = learns};
  const auto trials = search(spaces, rules, answered_by([](const TrialRequest& r) { return -std::abs(dropout_of(r) - 0.2); }));
  double sum = 0;
  for (std::size_t t = 27; t < trials.size(); ++t) sum += std::abs(trials[t].options.at("dropout").get<double>() - 0.2);
  return sum / 27;
}

TEST(Search, LearnsWhereToLook) {
  EXPECT_GT(distance_of_last(false), 0.2);  // 0.9 wide: .26 on average
  EXPECT_LT(distance_of_last(true), 0.12);
}

TEST(Sampler, StaysInsideAndDependsOnSeedAndTrial) {
  std::vector<std::vector<double>> points;
  for (std::uint64_t trial = 0; trial < 40; ++trial) {
    SearchRandom random(7, trial), again(7, trial), other(8, trial);
    const auto point = tpe_point(points, 3, random);
    EXPECT_EQ(point, tpe_point(points, 3, again));
    EXPECT_NE(point, tpe_point(points, 3, other));
    for (const double one : point) EXPECT_TRUE(one >= 0 && one < 1) << one;
    points.push_back(point);
  }
}

TEST(Sampler, TakesTurnsToWhatIsGood) {
  std::vector<std::size_t> tried(12, 1);
  tried[0] = tried[1] = tried[2] = 0;  // the good quarter
  int first = 0;
  for (std::uint64_t trial = 0; trial < 500; ++trial) {
    SearchRandom random(1, trial);
    first += tpe_choice(tried, 2, random) == 0;
  }
  EXPECT_NEAR(first / 500.0, 0.8, 0.06);  // (3 + 1) of (3 + 2)
}

// By hand: worth 0 0 3 3 0 0 in the order of the option: groups of two with means 0, 3, 0; mean 1; between 2·1 + 2·4 + 2·1 = 12,
// within 0: all of the variance is explained.
TEST(Importance, IsWhatThirdsExplain) {
  EXPECT_DOUBLE_EQ(*importance_of(std::vector{.1, .2, .3, .4, .5, .6}, std::vector{0., 0., 3., 3., 0., 0.}), 1);
  // 0 2 | 0 2 | 0 2: the groups are alike: nothing is explained
  EXPECT_DOUBLE_EQ(*importance_of(std::vector{.1, .2, .3, .4, .5, .6}, std::vector{0., 2., 0., 2., 0., 2.}), 0);
  // 0 1 | 1 2 | 2 3: means .5, 1.5, 2.5: between 2·1 + 0 + 2·1 = 4, within 3 · ½ = 1.5; (4 − 2·1.5/3)/5.5 = 3/5.5
  EXPECT_DOUBLE_EQ(*importance_of(std::vector{.1, .2, .3, .4, .5, .6}, std::vector{0., 1., 1., 2., 2., 3.}), 3 / 5.5);
  EXPECT_EQ(importance_of(std::vector{.1, .2}, std::vector{0., 1.}), std::nullopt);
  EXPECT_EQ(importance_of(std::vector<double>(6, .5), std::vector<double>(6, 1.)), std::nullopt);
}

}  // namespace
}  // namespace encore
