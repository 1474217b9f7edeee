// `encore items retire`, `restore` and `forget` for models of every kind: no answer of any kind names a retired film, which still counts
// as a taste; a forgotten one leaves no number behind; whatever is refused changes nothing.
#include <gmock/gmock.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "commands/every_kind.h"
#include "digest/checksums.h"
#include "folder/model_folder.h"
#include "models/table.h"
#include "says.h"
#include "temporary_folder.h"

namespace encore {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Retiring : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    std::ofstream ratings(folder / "ratings.csv"), movies(folder / "movies.csv");
    ratings << "userId,movieId,rating\n", movies << "movieId,title,genres\n";
    for (int film = 1; film <= 20; ++film) {
      movies << film * 10 << ",Film " << film << " (19" << 50 + film << ")," << (film % 2 ? "Horror" : "Comedy") << "\n";
      for (int user = 1; user <= 30; ++user)
        if ((film + user) % 7 != 0) ratings << user << "," << film * 10 << "," << (film % 2 == user % 2 ? 5 : 1) << "\n";
    }
    ratings.close(), movies.close();
    ASSERT_EQ(says({"prepare", folder.path().string(), "-o", films, "--validation", "0.2", "--quiet"}).code, 0);
  }
  void train(const std::string& kind) {
    std::vector<std::string> words = {"train", films, "-o", model, "--model", kind, "--quiet"};
    if (!model_kind(kind).architecture.hidden.empty()) words.insert(words.end(), {"--epochs", "3", "--keep-moments"});
    const Said said = says(words);
    ASSERT_EQ(said.code, 0) << said.err;
  }
  json asked(std::vector<std::string> words) {
    words.emplace_back("--json");
    const Said said = says(words);
    EXPECT_EQ(said.code, 0) << said.err;
    return said.code == 0 ? json::parse(said.out) : json();
  }
  /// The films of an answer to somebody who rated these, best first.
  json answer(const std::vector<std::string>& rated) {
    std::vector<std::string> words = {"recommend", model, "-k", "100", "--include-seen"};
    for (const std::string& one : rated) words.insert(words.end(), {"--rate", one + "=5"});
    return asked(words)["users"][0]["items"];
  }
  json answers_of_every_kind() {
    const std::string file = (folder / "all.csv").string();
    asked({"recommend", model, "--all", "--dataset", films, "-o", file, "-k", "100"});
    std::ifstream text(file);
    const std::string all((std::istreambuf_iterator<char>(text)), std::istreambuf_iterator<char>());
    json found = {answer({"Film 1", "Film 5"}), answer({}), answer({"Film 3"}),
                  asked({"recommend", model, "--user", "4", "--dataset", films, "-k", "100", "--include-seen"}), all};
    if (GetParam() != "popularity") found.push_back(asked({"similar", model, "Film 1", "-k", "100"})["items"]);
    return found;
  }
  std::string digest(const std::string& file) { return file_checksum(std::filesystem::path(model) / file); }
  std::string digests() {
    std::string all;
    for (const auto& entry : std::filesystem::directory_iterator(model))
      if (entry.is_regular_file()) all += file_checksum(entry.path());
    return all;
  }
  TemporaryFolder folder;
  std::string films = (folder / "films").string(), model = (folder / "films.model").string();
};

json without(const json& list, const std::set<int>& ids) {
  json rest = json::array();
  for (const auto& film : list)
    if (!ids.contains(film["movieId"].get<int>())) rest.push_back(film);
  return rest;
}

TEST_P(Retiring, RetiredFilmsAreNoAnswersAndStillTastes) {
  train(GetParam());
  const json before = answers_of_every_kind();
  ASSERT_THAT(before.dump(), HasSubstr("Film 3 ("));
  const std::string weights = digest("weights.safetensors");
  const json said = asked({"items", "retire", model, "film 3", "id:120"});
  EXPECT_EQ(said["retired"].size(), 2U);
  EXPECT_EQ(said["retired"][0]["title"], "Film 3 (1953)");
  EXPECT_EQ(digest("weights.safetensors"), weights);
  const json after = answers_of_every_kind();
  EXPECT_THAT(after.dump(), Not(HasSubstr("Film 3 (")));
  EXPECT_THAT(after.dump(), Not(HasSubstr("Film 12 (")));
  for (const int one : {0, 1, 2}) EXPECT_EQ(after[one], without(before[one], {30, 120})) << one << ": the others, score by score";
  const json list = asked({"items", "list", model});
  EXPECT_EQ(list["retired"], 2);
  EXPECT_EQ(list["answers"], 18);
  EXPECT_THAT(says({"inspect", model}).out, HasSubstr("retired"));
  EXPECT_THAT(says({"evaluate", model, films}).err, HasSubstr("2 retired films, which are judged as if they were answers"));
  const Said again = says({"items", "retire", model, "Film 5", "Film 3"});
  EXPECT_EQ(again.code, 2);
  EXPECT_THAT(again.err, HasSubstr("Film 3 (1953) is retired already"));
  EXPECT_EQ(asked({"items", "list", model})["retired"], 2) << "Film 5 neither";
  asked({"items", "restore", model, "Film 3", "Film 12"});
  EXPECT_EQ(answers_of_every_kind(), before);
  EXPECT_EQ(asked({"items", "list", model})["retired"], 0);
}

TEST_P(Retiring, ForgottenFilmsLeaveNoNumber) {
  train(GetParam());
  const json before = answer({"Film 1", "Film 5"});
  const std::int64_t numbers = read_model(model).model->parameters();
  asked({"items", "retire", model, "Film 7"});
  const json said = asked({"items", "forget", model, "Film 3", "Film 20"});
  EXPECT_EQ(said["forgotten"].size(), 2U);
  EXPECT_EQ(said["films"], 18);
  EXPECT_FALSE(std::filesystem::exists(std::filesystem::path(model) / "checkpoints")) << "it has the numbers, too";
  const TrainedModel opened = read_model(model);
  EXPECT_EQ(opened.items.size(), 18);
  EXPECT_EQ(opened.model->items(), 18);
  EXPECT_LT(opened.model->parameters(), numbers);
  EXPECT_EQ(says({"recommend", model, "--rate", "Film 3=5"}).code, 2);
  EXPECT_EQ(asked({"items", "list", model})["retired"], 1) << "Film 7 stays retired";
  json after = answer({"Film 1", "Film 5"});
  const json expected = without(before, {30, 70, 200});
  ASSERT_EQ(after.size(), expected.size());
  if (GetParam() == "blend") return;  // its parts' scores are measured by their spread over all films
  const bool shares = opened.model->score_kind() == ScoreKind::probability;
  const double first = after[0]["score"].get<double>() / expected[0]["score"].get<double>();
  for (std::size_t i = 0; i < after.size(); ++i) {
    const double now = after[i]["score"], then = expected[i]["score"];
    EXPECT_NEAR(now, shares ? then * first : then, 1e-4 * (std::abs(then) + 1e-3)) << i;
    EXPECT_EQ(after[i]["movieId"], expected[i]["movieId"]) << i;
  }
  EXPECT_THAT(says({"evaluate", model, films}).err, HasSubstr("trained on other films"));
  EXPECT_THAT(says({"items", "forget", model, "Film 3"}).err, HasSubstr("knows no film"));
}

INSTANTIATE_TEST_SUITE_P(Kinds, Retiring, testing::ValuesIn(names_of_kinds()), test_name);

using ItemsRefused = Retiring;

TEST_P(ItemsRefused, AndNothingIsChanged) {
  train(GetParam());
  const std::string before = digests();
  const auto complaint = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "items");
    const Said said = says(words);
    EXPECT_EQ(said.code, 2);
    EXPECT_EQ(said.out, "");
    EXPECT_EQ(digests(), before);
    return said.err;
  };
  for (const std::string action : {"retire", "restore", "forget"}) {
    EXPECT_THAT(complaint({action, model}), HasSubstr("takes a model and at least one film"));
    EXPECT_THAT(complaint({action, model, "Nothing like that at all"}), HasSubstr("knows no film"));
    EXPECT_THAT(complaint({action, model, "id:4711"}), HasSubstr("has no film with id:4711"));
    EXPECT_THAT(complaint({action, model, "Film 3", "id:30"}), HasSubstr("Film 3 (1953) is named twice"));
    EXPECT_THAT(complaint({action, films, "Film 3"}), HasSubstr("config.json"));
  }
  EXPECT_THAT(complaint({"restore", model, "Film 3"}), HasSubstr("Film 3 (1953) is not retired"));
  std::vector<std::string> all = {"forget", model};
  for (int film = 1; film <= 20; ++film) all.push_back("id:" + std::to_string(film * 10));
  EXPECT_THAT(complaint(all), HasSubstr("a model needs a film"));
}

using TrainedAgain = Retiring;

TEST_P(TrainedAgain, RetiredFilmsStayRetired) {
  train(GetParam());
  asked({"items", "retire", model, "Film 3", "id:120"});
  const Said again = says({"train", films, "-o", model, "--model", GetParam(), "--epochs", "2", "--json"});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(json::parse(again.out)["retired"], 2);
  EXPECT_THAT(again.err, HasSubstr("2 retired films of " + model + " stay retired: Film 3 (1953), Film 12 (1962)"));
  EXPECT_EQ(asked({"items", "list", model})["retired"], 2);
  const std::string next = (folder / "next.model").string();
  const Said warm = says({"train", films, "-o", next, "--model", GetParam(), "--epochs", "2", "--warm-start", model});
  ASSERT_EQ(warm.code, 0) << warm.err;
  EXPECT_THAT(warm.err, HasSubstr("2 retired films"));
  EXPECT_EQ(asked({"items", "list", next})["retired"], 2);
  const std::string other = (folder / "other.model").string();
  ASSERT_EQ(says({"train", films, "-o", other, "--model", "ease", "--retired-from", model}).code, 0);
  EXPECT_EQ(asked({"items", "list", other})["retired"], 2) << "of a kind that starts from nothing";
  EXPECT_THAT(says({"train", films, "-o", other, "--retired-from", films}).err,
              HasSubstr("--retired-from " + films + " is no model folder"));
  asked({"items", "restore", model, "Film 3", "Film 12"});
  const Said own = says({"train", films, "-o", model, "--model", GetParam(), "--epochs", "2", "--warm-start", model});
  EXPECT_THAT(own.err, Not(HasSubstr("retired")));
  asked({"items", "retire", model, "Film 5"});
  ASSERT_EQ(says({"train", films, "-o", model, "--model", GetParam(), "--epochs", "2", "--warm-start", next}).code, 0);
  EXPECT_EQ(asked({"items", "list", model})["retired"], 3) << "of the one that is replaced and of the one to start from";
}

TEST_P(TrainedAgain, WhatTheDatasetNoLongerHasIsNamed) {
  train(GetParam());
  std::ofstream(folder / "new.csv") << "movieId,title\n900,Late\n901,Later\n";
  ASSERT_EQ(says({"items", "add", model, (folder / "new.csv").string()}).code, 0);
  asked({"items", "retire", model, "Later", "Film 3"});
  const Said again = says({"train", films, "-o", model, "--model", GetParam(), "--epochs", "2"});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr("1 retired film of " + model + " stays retired: Film 3 (1953)"));
  EXPECT_THAT(again.err, HasSubstr("warning: 1 retired film of " + model + " is not in " + films +
                                   ", and the new model does not remember that it was retired: Later (id:901)"));
  EXPECT_THAT(again.err, HasSubstr("2 added films of " + model + " are not in " + films + ", and the new model does not have them"));
}

TEST_P(TrainedAgain, ADamagedCatalogueIsSaidAndReplaced) {
  train(GetParam());
  std::ofstream(std::filesystem::path(model) / "items.parquet") << "nothing";
  const Said again = says({"train", films, "-o", model, "--model", GetParam(), "--epochs", "2"});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr("cannot be read, so that none of them stays retired"));
  EXPECT_EQ(asked({"items", "list", model})["films"], 20);
}

INSTANTIATE_TEST_SUITE_P(OneKind, TrainedAgain, testing::Values("mult-dae"), [](const auto&) { return "mult_dae"; });
INSTANTIATE_TEST_SUITE_P(OneKind, ItemsRefused, testing::Values("item-knn"), [](const auto&) { return "item_knn"; });

}  // namespace
}  // namespace encore
