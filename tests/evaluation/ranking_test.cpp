// The ranking protocol: by hand on five films, then against sorting dense rows.
#include "evaluation/ranking.h"
#include <gmock/gmock.h>
#include <map>
#include <numeric>
#include <set>
#include "evaluation/metrics.h"
#include "evaluation/tiny_dataset.h"

namespace encore {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

/// Films 0 to 5; film 5 has no training rating, films 0 and 1 are liked by two and one.
Dataset by_hand() {
  DatasetMaker maker(6);
  maker.user(Fold::train, {{0, 5}, {1, 4}, {2, 3}, {3, 1}});
  maker.user(Fold::train, {{0, 4}, {1, 2}, {4, 3.5F}});
  maker.user(Fold::test, {{0, 5, Part::given}, {1, 1}, {2, 5, Part::target}, {5, 4, Part::target}});
  maker.user(Fold::test, {{3, 5, Part::target}, {4, 4, Part::given}});
  maker.user(Fold::test, {{0, 5}, {4, 5}});  // nothing to find
  return maker.dataset;
}

Autoencoder ranking_network(const std::vector<float>& biases) {
  Architecture architecture = named_model("mult-dae").architecture;
  architecture.hidden = {3};
  Autoencoder network = Autoencoder::shaped(architecture, std::ssize(biases));
  for (std::size_t i = 0; i < biases.size(); ++i) network.output.row(static_cast<std::int64_t>(i))[3] = biases[i];
  return network;
}

TEST(Popularity, RanksCandidatesByLikesOfTrainingUsers) {
  EXPECT_THAT(items_by_popularity(by_hand()), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(candidates_of(by_hand().items), ElementsAre(1, 1, 1, 1, 1, 0));
}

TEST(RankingQuality, AgreesWithNumbersByHand) {
  // First user: 0 is hidden, 5 is never shown: 4 3 2 1; targets 2 (rank 3) and 5 (a miss).
  // Second user: 4 is hidden: 3 2 1 0; target 3 at rank 1.
  const auto quality = ranking_quality(NetworkModel(ranking_network({0, 1, 2, 3, 4, 5}), 16), by_hand(), Fold::test, 1);
  EXPECT_EQ(quality.users, 2);
  EXPECT_THAT(quality["recall@20"].value(), DoubleNear((0.5 + 1) / 2, 1e-12));
  EXPECT_THAT(quality["recall@50"].value(), DoubleNear((0.5 + 1) / 2, 1e-12));
  const double first = 0.5 / (1 + 0.6309297535714575);
  EXPECT_THAT(quality["ndcg@10"].value(), DoubleNear((first + 1) / 2, 1e-12));
  EXPECT_THAT(quality["ndcg@100"].value(), DoubleNear((first + 1) / 2, 1e-12));
  EXPECT_THAT(quality["precision@10"].value(), DoubleNear(0.1, 1e-12));
  EXPECT_THAT(quality["coverage"].value(), DoubleNear(1, 1e-12));
  // shown: film 0 once, 1 twice, 2 twice, 3 twice, 4 once → c = 1 1 2 2 2: (−4 −2 + 0 + 4 + 8) / (5 · 8)
  EXPECT_THAT(quality["gini"].value(), DoubleNear(6.0 / 40, 1e-12));
}

TEST(RankingQuality, OfPopularityAgreesWithNumbersByHand) {
  // First user: 1 2 3 4, target 2 at rank 2 and a miss; second: 0 1 2 3, target at rank 4.
  const auto quality = popularity_quality(by_hand(), Fold::test, 1);
  EXPECT_EQ(quality.users, 2);
  EXPECT_THAT(quality["recall@20"].value(), DoubleNear(0.75, 1e-12));
  EXPECT_THAT(quality["ndcg@10"].value(),
              DoubleNear((0.6309297535714575 / 1.6309297535714575 + 0.43067655807339306) / 2, 1e-12));
}

TEST(RankingQuality, RanksEqualScoresByItem) {
  const auto ties = ranking_quality(NetworkModel(ranking_network({1, 1, 1, 1, 1, 1}), 16), by_hand(), Fold::test, 1);
  const auto descending = ranking_quality(NetworkModel(ranking_network({5, 4, 3, 2, 1, 0}), 16), by_hand(), Fold::test, 1);
  EXPECT_EQ(ties["ndcg@10"].value(), descending["ndcg@10"].value());
}

TEST(RankingQuality, OfNobodyIsEmpty) {
  Dataset dataset = by_hand();
  EXPECT_EQ(ranking_quality(NetworkModel(ranking_network({0, 1, 2, 3, 4, 5}), 16), dataset, Fold::validation, 1).users, 0);
  dataset.ratings.part.clear();  // nobody is held out
  EXPECT_EQ(ranking_quality(NetworkModel(ranking_network({0, 1, 2, 3, 4, 5}), 16), dataset, Fold::test, 1).users, 0);
  EXPECT_EQ(popularity_quality(dataset, Fold::test, 1).users, 0);
}

/// What nobody could see cannot move the numbers: a target's stars.
TEST(RankingQuality, IsBlindToWhatIsHidden) {
  const Dataset dataset = tiny_dataset();
  Dataset changed = dataset;
  for (std::size_t i = 0; i < changed.ratings.item.size(); ++i) {
    if (changed.ratings.part[i] == Part::target) changed.ratings.rating[i] = 4;
  }
  for (const auto& architecture : allowed_architectures()) {
    const Autoencoder network = tiny_network(architecture, 75);
    const auto a = ranking_quality(NetworkModel(network, 16), dataset, Fold::test, 1),
               b = ranking_quality(NetworkModel(network, 16), changed, Fold::test, 1);
    EXPECT_EQ(a["ndcg@100"].value(), b["ndcg@100"].value());
    EXPECT_EQ(a["gini"].value(), b["gini"].value());
  }
}

TEST(RankingQuality, AgreesWithSortedDenseRowsForEveryArchitecture) {
  const Dataset dataset = tiny_dataset();
  for (const auto& architecture : allowed_architectures()) {
    SCOPED_TRACE(std::string(name_of(architecture.output)) + " from " + std::string(name_of(architecture.input)));
    const Autoencoder network = tiny_network(architecture, 75);
    double recall = 0, ndcg = 0, users = 0;
    std::map<std::int32_t, std::int64_t> shown;
    for (const auto user : dataset.users_in(Fold::test)) {
      const auto given = dense_row(dataset, user, Input::ratings, Part::given),
                 target = dense_row(dataset, user, Input::ratings, Part::target);
      std::vector<std::int32_t> targets, ranked;
      for (std::int32_t i = 0; i < 75; ++i) {
        if (target[static_cast<std::size_t>(i)] > 0) targets.push_back(i);
        const bool candidate = dataset.items.training_ratings[static_cast<std::size_t>(i)] > 0;
        if (candidate && given[static_cast<std::size_t>(i)] == 0) ranked.push_back(i);
      }
      if (targets.empty()) continue;
      const auto scores = plain_scores(network, dense_row(dataset, user, architecture.input, Part::given));
      std::stable_sort(ranked.begin(), ranked.end(), [&](std::int32_t a, std::int32_t b) {
        return scores[static_cast<std::size_t>(a)] > scores[static_cast<std::size_t>(b)];
      });
      recall += recall_at(20, ranked, targets);
      ndcg += ndcg_at(100, ranked, targets);
      for (std::size_t rank = 0; rank < 10; ++rank) ++shown[ranked[rank]];
      ++users;
    }
    const auto quality = ranking_quality(NetworkModel(network, 16), dataset, Fold::test, 2);
    EXPECT_EQ(static_cast<double>(quality.users), users);
    EXPECT_THAT(quality["recall@20"].value(), DoubleNear(recall / users, 1e-12));
    EXPECT_THAT(quality["ndcg@100"].value(), DoubleNear(ndcg / users, 1e-12));
    const auto candidate = candidates_of(dataset.items);
    EXPECT_THAT(quality["coverage"].value(),
                DoubleNear(static_cast<double>(shown.size()) / std::accumulate(candidate.begin(), candidate.end(), 0.0),
                           1e-12));
  }
}

TEST(RankingQuality, DoesNotDependOnThreadsOrBlocks) {
  const Dataset dataset = tiny_dataset();
  const Autoencoder network = tiny_network(named_model("autorec").architecture, 75);
  const auto one = ranking_quality(NetworkModel(network, 16), dataset, Fold::test, 1),
             many = ranking_quality(NetworkModel(network, 64), dataset, Fold::test, 4);
  EXPECT_EQ(one["ndcg@100"].value(), many["ndcg@100"].value());
  EXPECT_EQ(one["recall@50"].value(), many["recall@50"].value());
  EXPECT_EQ(one["gini"].value(), many["gini"].value());
  EXPECT_EQ(popularity_quality(dataset, Fold::test, 1)["ndcg@100"].value(),
            popularity_quality(dataset, Fold::test, 4)["ndcg@100"].value());
}

}  // namespace
}  // namespace encore
