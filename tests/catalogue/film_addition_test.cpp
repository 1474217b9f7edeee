// New films in models of every kind that can take them, on a checkerboard whose colours are genres: what a new film is told and says
// follows its colour, and what was there stays, bit for bit. Not the command (tests/commands/items_command_test.cpp).
#include "catalogue/film_addition.h"

#include <gmock/gmock.h>

#include "models/added_items.h"
#include "models/plan.h"
#include "model/unopened_model.h"
#include "models/table.h"
#include "process/error.h"
#include "training/tiny_data.h"
#include "training/trainer.h"

namespace encore {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr std::int32_t films = 36, people = 120;

/// Even users love red films and dislike blue ones, odd users the other way round; each knows most of both. Ids are 10, 20, 30, …
Dataset checkerboard() {
  Dataset data = tiny::without_users(films);
  for (std::int32_t film = 0; film < films; ++film) {
    const auto row = static_cast<std::size_t>(film);
    data.items.id[row] = std::to_string(10 * (film + 1));
    data.items.genres[row] = film % 2 == 0 ? "Red|Long" : "Blue|Long";
  }
  for (std::int32_t user = 0; user < people; ++user) {
    std::vector<std::pair<std::int32_t, float>> row;
    for (std::int32_t film = 0; film < films; ++film)
      if ((film / 2 + user / 2) % 9 != 0) row.emplace_back(film, film % 2 == user % 2 ? 5.0F : 1.0F);
    tiny::add_user(data, row);
  }
  return data;
}

TrainSettings settings_of(const ModelKind& kind) {
  TrainSettings settings;
  settings.model = std::string(kind.name);
  settings.threads = 1;
  if (!kind.architecture.hidden.empty()) {
    settings.hidden = kind.name == "mult-vae"  ? std::vector<std::int64_t>{20, 6, 20}
                      : kind.name == "recvae" ? std::vector<std::int64_t>{20, 6}
                                               : std::vector<std::int64_t>{12};
    settings.learning_rate = 0.01, settings.batch_size = 30, settings.epochs = 60;
  }
  if (kind.name == "elsa") settings.knobs = {{"width", std::int64_t{8}}};
  return settings;
}

TrainedModel trained(const Dataset& data, const TrainSettings& settings) {
  const TrainingPlan plan = plan_training(settings, people);
  ClusterWorld world(plan.shards, plan.threads);
  const auto fit = begin_fit({data, plan, world});
  run_to_end(*fit, {data, plan, world}, "unused", {});
  TrainedModel model;
  model.model = fit->model(), model.items = data.items, model.scale = data.scale;
  return model;
}

NewFilm film(const std::string& id, const std::string& genres) {
  return {.id = id, .title = "Newcomer " + id, .genres = genres, .year = 1950, .features = {}, .line = 2};
}

/// One new film before all others, one in the middle, one behind.
std::vector<NewFilm> newcomers() { return {film("1000", "Red|Long"), film("55", "Blue|Long"), film("1", "Red")}; }

std::int32_t place_of(const TrainedModel& model, const std::string& id) {
  return static_cast<std::int32_t>(std::ranges::find(model.items.id, id) - model.items.id.begin());
}

/// Raw scores of all films for somebody with these ratings, told by ids.
std::map<std::string, float> scores_for(const TrainedModel& model, const std::map<std::string, float>& ratings) {
  InputRows rows;
  std::vector<std::int32_t> items;
  std::vector<float> stars;
  for (std::int32_t item = 0; item < model.items.size(); ++item)
    if (const auto found = ratings.find(model.items.id[static_cast<std::size_t>(item)]); found != ratings.end())
      items.push_back(item), stars.push_back(found->second);
  rows.add(model.model->input(), model.scale, items, stars);
  std::map<std::string, float> scores;
  model.model->score(rows, [&](const ScoreBlock& block) {
    for (std::int64_t i = 0; i < block.items; ++i)
      scores[model.items.id[static_cast<std::size_t>(block.first + i)]] = block.score[i * block.stride];
  });
  return scores;
}

std::vector<float> numbers_of(const Model& model) {
  std::vector<float> all;
  for (const auto& one : model.tensors()) {
    const auto& [name, shape, values, stride] = one.tensor;
    const std::int64_t rows = shape.size() == 1 ? 1 : shape[0], width = shape.back();
    for (std::int64_t r = 0; r < rows; ++r) all.insert(all.end(), values + r * stride, values + r * stride + width);
  }
  return all;
}

const std::map<std::string, float> likes_red = {{"10", 5}, {"30", 5}, {"50", 5}, {"20", 1}, {"40", 1}, {"60", 1}};
const std::map<std::string, float> likes_blue = {{"10", 1}, {"30", 1}, {"50", 1}, {"20", 5}, {"40", 5}, {"60", 5}};

class EveryKind : public testing::TestWithParam<TrainSettings> {
 protected:
  const Dataset data_ = checkerboard();
  const TrainedModel before_ = trained(data_, GetParam());
  const bool keeps_few_ = GetParam().model == "item-knn" || GetParam().knobs.contains("keep");
};

TEST_P(EveryKind, ANewFilmIsToldToThoseWhoLikeItsColour) {
  const GrownModel grown = with_new_films(before_, {}, newcomers(), 1);
  const auto red = scores_for(grown.model, likes_red), blue = scores_for(grown.model, likes_blue);
  EXPECT_GT(red.at("1000"), red.at("55"));
  EXPECT_GT(red.at("1"), red.at("55"));
  EXPECT_LT(blue.at("1000"), blue.at("55"));
  for (std::size_t j = 0; j < 3; ++j) {
    ASSERT_FALSE(grown.alike[j].empty());
    for (const std::int32_t item : grown.alike[j])
      EXPECT_EQ(grown.model.items.genres[static_cast<std::size_t>(item)].substr(0, 3), newcomers()[j].genres.substr(0, 3));
  }
}

TEST_P(EveryKind, OldFilmsKeepTheirScoresBitForBit) {
  const GrownModel grown = with_new_films(before_, {}, newcomers(), 2);
  if (const auto* unopened = dynamic_cast<const UnopenedModel*>(grown.model.model.get())) {
    EXPECT_EQ(unopened->parameters(), unopened->opened().parameters());
    EXPECT_EQ(unopened->architecture(), unopened->opened().architecture());
    EXPECT_EQ(unopened->items(), unopened->opened().items());
    EXPECT_EQ(numbers_of(*unopened), numbers_of(unopened->opened()));
  }
  ASSERT_EQ(grown.model.items.size(), films + 3);
  const auto before = scores_for(before_, likes_red), after = scores_for(grown.model, likes_red);
  for (const auto& [id, score] : before) EXPECT_EQ(after.at(id), score) << id;
}

TEST_P(EveryKind, ALikeOfANewFilmCounts) {
  const GrownModel grown = with_new_films(before_, {}, newcomers(), 1);
  const auto& model = *grown.model.model;
  EXPECT_EQ(model.knows(place_of(grown.model, "1000")), !keeps_few_);
  if (keeps_few_) return;
  const auto scores = scores_for(grown.model, {{"1000", 5}});
  double red = 0, blue = 0;
  for (std::int32_t item = 0; item < films; ++item) (item % 2 == 0 ? red : blue) += scores.at(std::to_string(10 * (item + 1)));
  EXPECT_GT(red, blue);
  EXPECT_GT(scores.at("1"), scores.at("55")) << "two new films, one to the other";
}

TEST_P(EveryKind, TheSameBitsForAnyThreadsAndInTwoGoes) {
  const auto all = newcomers();
  const GrownModel at_once = with_new_films(before_, {}, all, 1);
  EXPECT_EQ(numbers_of(*with_new_films(before_, {}, all, 3).model.model), numbers_of(*at_once.model.model));
  const GrownModel first = with_new_films(before_, {}, {all[0], all[1]}, 1);
  const GrownModel second = with_new_films(first.model, first.features, {all[2]}, 1);
  EXPECT_EQ(second.model.items.id, at_once.model.items.id);
  EXPECT_EQ(second.model.items.added, at_once.model.items.added);
  EXPECT_EQ(numbers_of(*second.model.model), numbers_of(*at_once.model.model));
}

TEST_P(EveryKind, NewFilmsMayBeAnswersAndTheirPlacesAreThoseOfTheirIds) {
  const GrownModel grown = with_new_films(before_, {}, newcomers(), 1);
  const Catalogue& items = grown.model.items;
  EXPECT_EQ(grown.places, (std::vector<std::int32_t>{films + 2, 6, 0}));
  for (const std::int32_t place : grown.places) {
    EXPECT_TRUE(items.is_added(place));
    EXPECT_TRUE(items.can_answer(place));
    EXPECT_EQ(items.training_ratings[static_cast<std::size_t>(place)], 0);
  }
  EXPECT_TRUE(std::ranges::is_sorted(items.id, {}, [](const std::string& id) { return std::stoll(id); }));
  EXPECT_EQ(std::ranges::count(items.added, 1), 3);
}

std::vector<TrainSettings> kinds_that_grow() {
  std::vector<TrainSettings> all;
  for (const ModelKind& kind : model_kinds())
    if (kind.grow != nullptr) all.push_back(settings_of(kind));
  TrainSettings sparse = settings_of(model_kind("ease"));
  sparse.knobs["keep"] = std::int64_t{12};
  all.push_back(sparse);
  return all;
}

INSTANTIATE_TEST_SUITE_P(Kinds, EveryKind, testing::ValuesIn(kinds_that_grow()), [](const auto& kind) {
  std::string name = *kind.param.model + (kind.param.knobs.contains("keep") ? "_keep" : "");
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(FilmAddition, AKindThatCannotSaysWhy) {
  int refusing = 0;
  for (const ModelKind& kind : model_kinds()) {
    EXPECT_EQ(kind.grow == nullptr, !kind.cannot_grow.empty()) << kind.name;
    refusing += kind.grow == nullptr;
  }
  EXPECT_EQ(refusing, 2) << "popularity and blend";
  const TrainedModel popular = trained(checkerboard(), settings_of(model_kind("popularity")));
  EXPECT_THAT([&] { with_new_films(popular, {}, newcomers(), 1); }, ThrowsMessage<UserError>(HasSubstr("counts likes")));
}

TEST(FilmAddition, WhatSomebodyToldCountsBesideTheCatalogue) {
  Dataset data = checkerboard();
  ItemFeatures told(films);
  for (std::size_t film = 0; film < films; ++film) {
    data.items.genres[film] = "";
    told[film] = {{film % 2 == 0 ? "tag:red" : "tag:blue", 2}};
  }
  const TrainedModel model = trained(data, settings_of(model_kind("ease")));
  std::vector<NewFilm> two = {film("15", ""), film("25", "")};
  two[0].features = {{"tag:red", 1}}, two[1].features = {{"tag:blue", 1}};
  const GrownModel grown = with_new_films(model, told, two, 1);
  const auto scores = scores_for(grown.model, likes_red);
  EXPECT_GT(scores.at("15"), scores.at("25"));
  ASSERT_EQ(grown.features.size(), static_cast<std::size_t>(films + 2));
  EXPECT_EQ(grown.features[1], two[0].features);
  EXPECT_EQ(grown.features[0], told[0]);
}

TEST(FilmAddition, AModelThatLearnedNothingRefuses) {
  Dataset data = checkerboard();
  TrainedModel model = trained(data, settings_of(model_kind("ease")));
  model.items.training_ratings.assign(films, 0);
  EXPECT_THAT([&] { with_new_films(model, {}, newcomers(), 1); }, ThrowsMessage<UserError>(HasSubstr("learned nothing of any film")));
}

}  // namespace
}  // namespace encore
