// What used to happen without a word: an older training overwritten, a folder that is no model yet, short lists, users for whom
// nothing is left, rows of a file that repeat a film.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "folder/dataset_folder.h"
#include "models/plan.h"
#include "says.h"
#include "temporary_folder.h"
#include "training/checkpoint.h"
#include "training/warm_start.h"

namespace encore {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Films 1 … 6; film 6 is rated by user 1 alone, and nobody likes film 5.
class SaidAloud : public testing::Test {
 protected:
  void SetUp() override {
    std::string rows = "userId,movieId,rating\n";
    for (int user = 1; user <= 30; ++user) {
      for (int film = 1; film <= 5; ++film)
        if ((user + film) % 4 != 0) rows += fmt::format("{},{},{}\n", user, film, film == 5 ? 1 : 5);
    }
    put_text(folder / "rows.csv", rows + "1,6,5\n");
    EXPECT_EQ(says({"prepare", (folder / "rows.csv").string(), "-o", films, "--hold-out", "0", "--quiet"}).code, 0);
  }
  Said train(const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{"train", films, "-o", model, "--hidden", "4", "--epochs", "2"};
    words.insert(words.end(), more.begin(), more.end());
    return says(words);
  }
  /// What a training leaves that was stopped after its first epoch of two.
  void stop_after_one_epoch() {
    const Dataset dataset = read_dataset(films);
    TrainSettings settings;
    settings.model = "mult-dae", settings.hidden = {4}, settings.epochs = 2;
    const TrainingPlan plan = plan_training(settings, 30);
    TrainingState state = fresh_state(plan, dataset);
    state.epoch = 1, state.history = {{1, 1.5}};
    write_checkpoint(model, plan, state, dataset.fingerprint);
  }
  const TemporaryFolder folder;
  const std::string films = (folder / "films").string(), model = (folder / "model").string();
};

TEST_F(SaidAloud, AStoppedTrainingIsNotOverwritten) {
  stop_after_one_epoch();
  const Said again = train();
  EXPECT_EQ(again.code, 2);
  EXPECT_THAT(again.err, HasSubstr("holds a training that was stopped after epoch 1 of at most 2, and this one would overwrite it; go on "
                                   "with --resume, name another folder, or remove "));
  EXPECT_TRUE(std::filesystem::exists(checkpoint_file(model)));
  EXPECT_EQ(train({"--resume"}).code, 0);
  const Said replaced = train();
  EXPECT_EQ(replaced.code, 0);
  EXPECT_THAT(replaced.err, HasSubstr(model + " will be replaced when this training is done"));
  EXPECT_EQ(train({"--keep-moments"}).code, 0);
  EXPECT_EQ(train().code, 0) << "a checkpoint of a training that has come to its end is kept for nothing else";
}

TEST_F(SaidAloud, AFolderThatIsNoModelYetSaysHowToGoOn) {
  stop_after_one_epoch();
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"recommend", model, "--rate", "id:1=5"}, {"evaluate", model, films}, {"similar", model, "id:1"},
        {"inspect", model}}) {
    const Said said = says(words);
    EXPECT_EQ(said.code, 2) << words[0];
    EXPECT_THAT(said.err, HasSubstr(fmt::format("{} holds no model yet but a training that was stopped after epoch 1 of at most 2; `encore "
                                                "train DATASET -o {} --resume` goes on with it",
                                                model, model)))
        << words[0];
  }
}

TEST_F(SaidAloud, AListIsShorterThanWasAskedFor) {
  ASSERT_EQ(train().code, 0);
  const Said said = says({"similar", model, "id:1", "-k", "10"});
  EXPECT_THAT(said.err, HasSubstr("there are only 5 other films to compare, not 10"));
  const auto json = nlohmann::json::parse(says({"similar", model, "id:1", "-k", "10", "--json"}).out);
  EXPECT_EQ(json["note"], "there are only 5 other films to compare, not 10");
  EXPECT_FALSE(nlohmann::json::parse(says({"similar", model, "id:1", "-k", "5", "--json"}).out).contains("note"));
}

TEST_F(SaidAloud, FilmsThatNobodyLikesAndUsersForWhomNothingIsLeft) {
  ASSERT_EQ(train().code, 0);
  const std::string list = (folder / "list.csv").string();
  const Said all = says({"recommend", model, "--all", "--dataset", films, "-o", list, "--where", "movieId = 1"});
  EXPECT_EQ(all.code, 0);
  EXPECT_THAT(all.err, HasSubstr("ratings of 1 film do not count, because no training user likes it"));
  EXPECT_THAT(all.err, HasSubstr("23 users have no row in it, because no film is left to recommend"));
  const Said one = says({"recommend", model, "--rate", "id:1=5", "--rate", "id:5=5"});
  EXPECT_THAT(one.err, HasSubstr("no training user likes 5, so it does not count"));
}

TEST_F(SaidAloud, NextCommandsWorkAsTheyStand) {
  const std::string rows = (folder / "rows.csv").string(), held = (folder / "my films").string(), of_held = (folder / "of mine").string();
  EXPECT_THAT(says({"prepare", rows, "-o", held + "/", "--hold-out", "0", "--validation", "0.3"}).out,
              HasSubstr("Next: encore train '" + held + "' -o '" + held + ".model'\n"));
  const auto next = [&](const std::string& dataset, std::vector<std::string> more) {
    more.insert(more.begin(), {"train", dataset, "-o", of_held, "--model", "popularity"});
    const std::string out = says(more).out;
    return out.substr(std::min(out.find("Next:"), out.size()));
  };
  const std::string recommend = "  encore recommend '" + of_held + "' --rate \"TITLE=5\"\n";
  EXPECT_EQ(next(held, {}), "Next:\n  encore evaluate '" + of_held + "' '" + held + "' --fold validation\n" + recommend);
  EXPECT_EQ(next(held, {"--all-ratings"}), "Next:\n" + recommend);
  EXPECT_EQ(next(films, {}), "Next:\n" + recommend) << "nobody is held out";
}

TEST_F(SaidAloud, RowsThatRepeatAFilm) {
  ASSERT_EQ(train().code, 0);
  put_text(folder / "mine.csv", "movieId,rating,timestamp\n1,5,10\n1,0.5,20\n2,5,1\n");
  put_text(folder / "same.csv", "movieId,rating\n1,0.5\n2,5\n");
  const auto items = [&](const std::string& file) {
    const Said said = says({"recommend", model, "--ratings", (folder / file).string(), "--json"});
    EXPECT_THAT(said.err, file == "mine.csv" ? testing::Matcher<std::string>(HasSubstr("1 film of ")) : Not(HasSubstr("in several rows")));
    return nlohmann::json::parse(said.out)["users"];
  };
  EXPECT_EQ(items("mine.csv"), items("same.csv")) << "the latest counts";
  put_text(folder / "mine.csv", "movieId,rating\n1,0.5\n1,5\n1,1\n2,5\n");
  put_text(folder / "same.csv", "movieId,rating\n1,5\n2,5\n");
  EXPECT_EQ(items("mine.csv"), items("same.csv")) << "without times the highest counts";
}

TEST_F(SaidAloud, StarsThatNoScaleHas) {
  const Said trained = says({"train", films, "-o", model, "--model", "autorec", "--output-activation", "linear", "--hidden", "4",
                            "--epochs", "3", "--learning-rate", "5"});
  EXPECT_EQ(trained.code, 0) << trained.err;
  EXPECT_THAT(trained.err, HasSubstr("stars are far off the scale of 0.5 to 5: this model has not learned to predict ratings"));
  EXPECT_THAT(says({"recommend", model, "--rate", "id:1=5"}).err, HasSubstr("stars are far off the scale of 0.5 to 5"));
  const Said good = says({"train", films, "-o", (folder / "good").string(), "--model", "autorec", "--hidden", "4", "--epochs", "3"});
  EXPECT_THAT(good.err, Not(HasSubstr("off the scale")));
}

TEST_F(SaidAloud, ATrainingThatDoesNotFitIntoAnyMachine) {
  std::string widths = "16384";
  for (int layer = 0; layer < 1000; ++layer) widths += ",16384";
  const Said said = says({"train", films, "-o", model, "--hidden", widths});
  EXPECT_EQ(said.code, 2);
  EXPECT_THAT(said.err, HasSubstr("this training needs "));
  EXPECT_THAT(said.err, HasSubstr("take narrower --hidden layers"));
  EXPECT_FALSE(std::filesystem::exists(model));
}

TEST_F(SaidAloud, AnArgumentThatIsNoUtf8) {
  const Said said = says({"prepare", "caf\xe9.csv", "-o", films});
  EXPECT_EQ(said.code, 2);
  EXPECT_THAT(said.err, HasSubstr("the argument 'caf\xef\xbf\xbd.csv' is not UTF-8 text"));
}

}  // namespace
}  // namespace encore
