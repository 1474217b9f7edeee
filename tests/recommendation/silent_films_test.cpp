// Films that no training user had as an input: they do not count in anybody's row, whatever the kind of model, and that is said. And
// lists follow the logits where a sigmoid has reached 1.
#include <gmock/gmock.h>

#include "evaluation/tiny_dataset.h"
#include "folder/model_folder.h"
#include "linear/linear_models.h"
#include "linear/low_rank_model.h"
#include "models/blend_model.h"
#include "process/error.h"
#include "recommendation/desk.h"
#include "recommendation/similar.h"
#include "temporary_folder.h"

namespace encore {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::int32_t films = 40, silent = 7;

std::shared_ptr<const Model> network_without(std::int32_t film, const Architecture& architecture) {
  Autoencoder network = tiny_network(architecture, films);
  std::fill_n(network.first.row(film), network.first.stride, 0.0F);
  return std::make_shared<const NetworkModel>(std::move(network), 16);
}

std::shared_ptr<const Model> dense_without(std::int32_t film) {
  SquareMatrix weights = SquareMatrix::zeros(films);
  for (std::int32_t i = 0; i < films; ++i)
    for (std::int32_t j = 0; j < films; ++j)
      if (i != j && i != film && j != film) weights.row(i)[j] = 0.01F * static_cast<float>((i * 7 + j * 3) % 11);
  return dense_model(std::move(weights), {{"model", "ease"}, {"input", "binary"}, {"keep", 0}});
}

std::shared_ptr<const Model> low_rank_without(std::int32_t film) {
  kernel::AlignedFloats vectors(films * 16);
  for (std::int32_t i = 0; i < films; ++i)
    for (std::int32_t c = 0; c < 3; ++c)
      if (i != film) vectors[static_cast<std::size_t>(i * 16 + c)] = 0.1F * static_cast<float>(1 + (i * 5 + c * 3) % 7);
  return low_rank_model(films, 3, 16, std::move(vectors), {{"model", "elsa"}, {"input", "binary"}, {"width", 3}});
}

struct Kind {
  std::string name;
  std::shared_ptr<const Model> model;
};

std::vector<Kind> kinds() {
  std::vector<Kind> all;
  for (const Architecture& a : allowed_architectures())
    all.push_back({"network " + std::string(name_of(a.output)) + " " + std::string(name_of(a.loss)), network_without(silent, a)});
  all.push_back({"ease", dense_without(silent)});
  all.push_back({"elsa", low_rank_without(silent)});
  all.push_back({"blend", blend_model({{dense_without(silent), 0.5}, {low_rank_without(silent), 0.5}})});
  return all;
}

TrainedModel trained(std::shared_ptr<const Model> model) {
  TrainedModel whole = tiny_model(named_model("mult-dae").architecture, films);
  whole.model = std::move(model);
  return whole;
}

std::vector<std::pair<std::int32_t, float>> cells(const Recommendation& answer) {
  std::vector<std::pair<std::int32_t, float>> pairs;
  for (const auto& [item, score] : answer.items) pairs.emplace_back(item, score);
  return pairs;
}

TEST(SilentFilms, ChangeNobodysAnswerWhateverTheKind) {
  for (const Kind& kind : kinds()) {
    SCOPED_TRACE(kind.name);
    const TrainedModel model = trained(kind.model);
    EXPECT_FALSE(model.model->knows(silent));
    EXPECT_TRUE(model.model->knows(silent + 1));
    const Recommender recommender(model, std::vector<std::uint8_t>(films, 1), 10);
    const std::vector<std::int32_t> hidden{2, silent, 20};
    const Profile with{{2, silent, 20}, {5, 5, 4}, hidden}, without{{2, 20}, {5, 4}, hidden};
    EXPECT_EQ(cells(recommender.recommend({with}).front()), cells(recommender.recommend({without}).front()));
    const std::vector<std::int32_t> asked{1, 30};
    EXPECT_EQ(recommender.scores_of(asked, {with}), recommender.scores_of(asked, {without}));
    // And the model itself, which Spark and the judges ask, says the same of such a row.
    InputRows rows;
    rows.add(model.model->input(), model.scale, with.items, with.stars);
    rows.add(model.model->input(), model.scale, without.items, without.stars);
    model.model->score(rows, [&](const ScoreBlock& block) {
      for (std::int64_t i = 0; i < block.items; ++i) {
        if (block.first + i == silent) continue;
        EXPECT_EQ(block.score[i * block.stride], block.score[i * block.stride + 1]);
      }
    });
    const Profile alone{{silent}, {5}, {silent}};
    EXPECT_EQ(recommender.recommend({alone}).front().kind, ScoreKind::ratings) << "nothing is known of this person";
  }
}

TEST(SilentFilms, AreNamed) {
  const TemporaryFolder folder;
  write_model(folder / "model", trained(network_without(silent, named_model("mult-dae").architecture)), "");
  const Desk desk((folder / "model").string());
  const auto note = [&](const Profile& person) {
    const Question question{&person, 5};
    return note_of(desk, question, desk.recommender().answer({&question, 1}, 1).front(), "--where");
  };
  EXPECT_EQ(note({{2, 20}, {5, 4}, {2, 20}}), "");
  EXPECT_EQ(note({{2, silent}, {5, 4}, {2, silent}}), "no training user likes Film 7 (1957), so it does not count");
  EXPECT_EQ(note({{2, silent}, {5, 1}, {2, silent}}), "") << "a rating that the input leaves out anyway is not lost";
  EXPECT_EQ(note({{silent}, {5}, {silent}}),
            "no training user likes Film 7 (1957), so it does not count; no rating that the model knows: these are the films that most "
            "people rated");
}

/// Weights to others are all that these kinds know of a film, and one that somebody liked need not have any.
TEST(SilentFilms, AreNotSaidToBeLikedByNobodyWhereTheModelCannotTell) {
  const auto blend_of = [](std::shared_ptr<const Model> other) {
    return blend_model({{dense_without(silent), 0.5}, {std::move(other), 0.5}});
  };
  NeighbourTable table{films, 1, {}, {}};
  for (std::int32_t i = 0; i < films; ++i) table.item.push_back(i == 2 ? 3 : 2), table.weight.push_back(0.5F);  // 3 to 2 and 2 to all
  const auto sparse = sparse_model(table, {{"model", "item-knn"}, {"input", "binary"}});
  ASSERT_FALSE(sparse->knows(silent)) << "among the neighbours of none";
  const std::string related = "the model relates Film 7 (1957) to no other film, so it does not count";
  const std::string liked = "no training user likes Film 7 (1957), so it does not count";
  const std::vector<std::pair<std::shared_ptr<const Model>, std::string>> expected{
      {dense_without(silent), related}, {sparse, related},         {blend_of(sparse), related},
      {low_rank_without(silent), liked}, {blend_of(low_rank_without(silent)), liked},
      {network_without(silent, named_model("mult-dae").architecture), liked}};
  for (const auto& [model, sentence] : expected) {
    const TemporaryFolder folder;
    write_model(folder / "model", trained(model), "");
    for (const Weights where : {Weights::in_memory, Weights::in_file}) {
      const Desk desk((folder / "model").string(), where);
      const Profile person{{2, silent}, {5, 5}, {2, silent}};
      const Question question{&person, 5};
      EXPECT_EQ(note_of(desk, question, desk.recommender().answer({&question, 1}, 1).front(), "--where"), sentence);
      EXPECT_EQ(note_of_many(desk.model(), std::vector<std::int32_t>{2, silent, -1}),
                sentence == liked ? "ratings of 1 film do not count, because no training user likes it"
                                  : "ratings of 1 film do not count, because the model relates it to no other film");
    }
  }
  EXPECT_THAT([&] { ItemVectors(trained(sparse)).similar(silent, 3); },
              testing::ThrowsMessage<UserError>("the model relates \"Film 7 (1957)\" to no other film, so none is like it"));
}

TEST(SilentFilms, HaveNothingThatIsLikeThem) {
  for (const Kind& kind : kinds()) {
    SCOPED_TRACE(kind.name);
    const TrainedModel model = trained(kind.model);
    EXPECT_THAT([&] { ItemVectors(model).similar(silent, 3); },
                testing::ThrowsMessage<UserError>(testing::AnyOf(HasSubstr("Film 7 (1957)\", so the model knows nothing about it"),
                                                          HasSubstr("\"Film 7 (1957)\" to no other film, so none is like it"))));
    EXPECT_EQ(ItemVectors(model).similar(silent + 1, 3).size(), 3U);
  }
}

TEST(Sigmoids, AreRankedByTheirLogits) {
  Architecture architecture = named_model("mult-dae").architecture;
  architecture.output = OutputKind::sigmoid, architecture.loss = Loss::binary_cross_entropy, architecture.hidden = {4};
  TrainedModel model = tiny_model(architecture, films);
  change_network(model, [](Autoencoder& network) {
    for (std::int64_t item = 0; item < films; ++item) {
      for (std::int64_t h = 0; h < 4; ++h) network.output.row(item)[h] = 0;
      network.output.row(item)[4] = 40 + static_cast<float>(item);  // σ is 1 from 17 on in single precision
    }
  });
  const Recommender recommender(model, std::vector<std::uint8_t>(films, 1), 3);
  const auto answer = recommender.recommend({{{0}, {5}, {0}}}).front();
  EXPECT_THAT(cells(answer), testing::ElementsAre(std::pair{39, 1.0F}, std::pair{38, 1.0F}, std::pair{37, 1.0F}));
}

}  // namespace
}  // namespace encore
