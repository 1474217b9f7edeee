// From the real ratings to a recommendation: the keys of docs/json.md, on which scripts rely, and datasets and models
// that do not belong together, or come from a processor with other instructions.
#include <gmock/gmock.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>
#include "commands/program.h"
#include "kernel/kernels.h"
#include "temporary_folder.h"

namespace encore {
namespace {

using nlohmann::ordered_json;
using testing::ElementsAre;
using testing::IsSupersetOf;

std::vector<std::string> keys_of(const ordered_json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

/// `warned`: how the one warning begins, if there is any.
ordered_json answer(std::vector<std::string> words, const std::string& warned = "") {
  words.insert(words.end(), {"--json", "--quiet"});
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int code = run_program(words);
  const std::string out = testing::internal::GetCapturedStdout();
  const std::string err = testing::internal::GetCapturedStderr();
  EXPECT_EQ(code, 0) << err;
  if (warned.empty())
    EXPECT_EQ(err, "") << "quiet";
  else
    EXPECT_THAT(err, testing::StartsWith("warning: " + warned));
  EXPECT_EQ(out.find('\n') + 1, out.size()) << "one object on one line";
  return ordered_json::parse(out);
}

void write(const std::filesystem::path& file, const std::string& text) { std::ofstream(file) << text; }

/// As a training on a processor with AMX that goes on where there is none.
TEST(Train, SaysWhenBf16IsMultipliedByTilesAndWritesItDown) {
  if (kernel::kernel_path() != "FMA" || kernel::bfloat16_path() == "AMX") GTEST_SKIP() << "this processor has one way or none";
  const TemporaryFolder folder;
  const std::string dataset = (folder / "films").string(), model = (folder / "films.model").string();
  answer({"prepare", ENCORE_SOURCE_DIR "/data/ml-latest-small", "-o", dataset, "--years", "1950-1959"});
  const auto said = [](const std::vector<std::string>& words) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    EXPECT_EQ(run_program(words), 0);
    testing::internal::GetCapturedStdout();
    return testing::internal::GetCapturedStderr();
  };
  kernel::choose_instruction_set(kernel::emulated_tiles);
  const std::string by_tiles = said({"train", dataset, "-o", model, "--model", "mult-dae", "--epochs", "2", "--hidden", "8", "--precision",
                                     "bf16", "--keep-moments"});
  kernel::choose_instruction_set({});
  EXPECT_THAT(by_tiles, testing::HasSubstr("bf16: the output layer is multiplied by this processor's tiles for it (AMX)"));
  EXPECT_EQ(answer({"inspect", model})["training"]["kernel_path"], "AMX");
  EXPECT_THAT(said({"train", dataset, "-o", model, "--resume", "--epochs", "3"}),
              testing::HasSubstr("warning: the checkpoint was computed with AMX instructions, this processor has FMA"));
  EXPECT_EQ(answer({"inspect", model})["training"]["kernel_path"], "FMA");
}

/// The commands that docs/evaluation.md shows for LightGCN's files. Expected: Steck's closed form in numpy and the metrics of their
/// code, on the same two files.
TEST(LightgcnsFiles, GiveTheFiguresOfTheirPapersWay) {
  const TemporaryFolder folder;
  const std::string source = (folder / "given").string(), dataset = (folder / "data").string();
  const std::string model = (folder / "model").string();
  std::filesystem::create_directory(source);
  write(folder / "given/train.txt", "0 10 11 12 \n1 10 11\n2 11 12 14\n3 13 14 15\n4 10 13 14 \n5 12 15\n");
  write(folder / "given/test.txt", "0 13\n1 12 14\n2 10\n3 11\n4 15\n5 10 11 14\n");
  answer({"prepare", source, "-o", dataset, "--protocol", "lightgcn"});
  answer({"train", dataset, "-o", model, "--model", "ease", "--l2", "80"});
  const ordered_json judged = answer({"evaluate", model, dataset})["ranking"];
  EXPECT_THAT(keys_of(judged), ElementsAre("users", "recall-all@20", "ndcg@20"));
  EXPECT_EQ(judged["users"], 6);
  EXPECT_NEAR(judged["ndcg@20"], 0.7663996228434379, 1e-12);
  const ordered_json first_two = answer({"evaluate", model, dataset, "--metrics", "recall-all@2,ndcg@2"})["ranking"];
  EXPECT_NEAR(first_two["recall-all@2"], 0.611111111111111, 1e-12);
  EXPECT_NEAR(first_two["ndcg@2"], 0.6051549589285763, 1e-12);
}

TEST(JsonKeys, OfTheWholeWayAreThosePromised) {
  const TemporaryFolder folder;
  const std::string dataset = (folder / "films").string(), model = (folder / "films.model").string();

  const ordered_json prepared = answer({"prepare", ENCORE_SOURCE_DIR "/data/ml-latest-small", "-o", dataset, "--years",
                                        "1950-1969", "--validation", "0.1"});
  EXPECT_THAT(keys_of(prepared), IsSupersetOf({"movies", "users", "ratings", "rejected", "filtered", "phases"}));
  std::vector<std::string> phases;
  for (const auto& phase : prepared["phases"]) {
    phases.push_back(phase["name"]);
    EXPECT_THAT(keys_of(phase), ElementsAre("name", "seconds", "rows", "peak_rss_bytes"));
  }
  EXPECT_THAT(phases, ElementsAre("load", "ratings", "movies", "integrate", "statistics", "arrays"));
  ordered_json inspected = prepared;
  inspected.erase("phases");
  EXPECT_EQ(answer({"inspect", dataset}), inspected);

  const ordered_json trained = answer({"train", dataset, "-o", model, "--epochs", "2", "--hidden", "8"},
                                       "the model ranks below popularity");
  EXPECT_THAT(keys_of(trained), IsSupersetOf({"epochs", "steps", "parameters", "seconds", "peak_rss_bytes"}));
  ASSERT_EQ(trained["epochs"].size(), 2U);
  EXPECT_THAT(keys_of(trained["epochs"][0]), IsSupersetOf({"epoch", "train_loss", "validation_loss", "seconds"}));
  EXPECT_THAT(keys_of(answer({"inspect", model})), IsSupersetOf({"architecture", "layers", "history"}));

  const ordered_json judged = answer({"evaluate", model, dataset});
  EXPECT_THAT(keys_of(judged), ElementsAre("train", "test", "ranking", "popularity"));
  EXPECT_THAT(keys_of(judged["train"]),
              ElementsAre("users", "mse", "mse_zero", "mse_item_mean", "mse_floor", "rmse_rated"));
  EXPECT_THAT(keys_of(judged["test"]),
              ElementsAre("users", "mse", "mse_zero", "mse_item_mean", "mse_floor", "rmse_rated", "rmse_held_out"));
  EXPECT_THAT(keys_of(judged["ranking"]), ElementsAre("users", "recall@20", "recall@50", "ndcg@10", "ndcg@100",
                                                      "precision@10", "coverage", "gini"));
  EXPECT_EQ(keys_of(judged["popularity"]), keys_of(judged["ranking"]));
  EXPECT_EQ(judged["popularity"]["users"], judged["ranking"]["users"]);
  EXPECT_THAT(keys_of(answer({"evaluate", model, dataset, "--fold", "validation"})), testing::Contains("validation"));

  const ordered_json recommended = answer({"recommend", model, "--user", "1", "--dataset", dataset, "-k", "1"});
  EXPECT_EQ(recommended["users"][0]["user"], 1);
  EXPECT_THAT(keys_of(recommended["users"][0]["items"][0]), ElementsAre("movieId", "title", "year", "score"));
  const ordered_json alike = answer({"similar", model, "Vertigo"});
  EXPECT_THAT(keys_of(alike), ElementsAre("item", "items", "score"));
  EXPECT_EQ(alike["score"], "cosine");
  const std::string weights = (folder / "weights.model").string();
  answer({"train", dataset, "-o", weights, "--model", "ease"});
  EXPECT_EQ(answer({"similar", weights, "Vertigo"})["score"], "score") << "a weight of ease is no cosine";
}

TEST(Train, StartsFromAnOlderModelAndSaysWhatItKnows) {
  const TemporaryFolder folder;
  const std::string few = (folder / "few").string(), more = (folder / "more").string(),
                    older = (folder / "older").string();
  answer({"prepare", ENCORE_SOURCE_DIR "/data/ml-latest-small", "-o", few, "--years", "1950-1955"});
  answer({"prepare", ENCORE_SOURCE_DIR "/data/ml-latest-small", "-o", more, "--years", "1950-1959"});
  answer({"train", few, "-o", older, "--epochs", "1", "--hidden", "8", "--keep-moments"});
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int code = run_program(
      {"train", more, "-o", (folder / "newer").string(), "--epochs", "1", "--warm-start", older, "--hidden", "8"});
  testing::internal::GetCapturedStdout();
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(code, 0) << said;
  EXPECT_THAT(
      said, testing::HasSubstr("starting from " + older + ": 146 films known, 131 new, 0 gone; Adam's moments follow"));
}

TEST(Channels, GoTheWholeWay) {
  const TemporaryFolder folder;
  const std::string source = std::string(ENCORE_SOURCE_DIR) + "/data/ml-latest-small";
  const std::string dataset = (folder / "films").string(), model = (folder / "seen.model").string();
  answer({"prepare", source, "-o", dataset, "--years", "1950-1979"});
  answer({"train", dataset, "-o", model, "--model", "mult-dae", "--hidden", "16", "--input", "channels", "--epochs", "3"});
  const ordered_json seen = answer({"recommend", model, "--seen", "Alien (1979)", "-k", "3"});
  EXPECT_EQ(seen["score"], "probability") << "a list of its own, not popular films";
  EXPECT_EQ(seen["users"][0]["items"].size(), 3U);
  const ordered_json both = answer({"recommend", model, "--rate", "Jaws (1975)=5", "--seen", "Alien (1979)", "-k", "3"}),
                     one = answer({"recommend", model, "--rate", "Jaws (1975)=5", "-k", "3"});
  EXPECT_NE(both["users"][0]["items"][0]["score"], one["users"][0]["items"][0]["score"]) << "what is seen is a taste";
  for (const char* give : {"liked", "all", "seen"}) {
    const ordered_json judged = answer({"evaluate", model, dataset, "--give", give, "--metrics", "ndcg@100,harm@20"})["ranking"];
    EXPECT_GT(judged["ndcg@100"], 0) << give;
  }
  const std::string likes = (folder / "likes").string(), none = (folder / "none.model").string();
  answer({"prepare", source, "-o", likes, "--years", "1950-1959", "--implicit"});
  testing::internal::CaptureStderr();
  EXPECT_EQ(run_program({"train", likes, "-o", none, "--model", "mult-dae", "--input", "channels", "--quiet"}), 2);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), testing::HasSubstr("has no ratings on a scale"));
  EXPECT_FALSE(std::filesystem::exists(none));
}

TEST(Evaluate, SaysThatNobodyHasEnoughLikedFilms) {
  const TemporaryFolder folder;
  const std::string dataset = (folder / "films").string(), model = (folder / "films.model").string();
  std::string rows = "userId,movieId,rating\n";
  for (int user = 1; user <= 40; ++user)
    for (int film = 1; film <= 5; ++film) rows += fmt::format("{},{},{}\n", user, film, film < 2 ? 5 : 1);
  put_text(folder / "rows.csv", rows);
  answer({"prepare", (folder / "rows.csv").string(), "-o", dataset});
  answer({"train", dataset, "-o", model, "--model", "popularity"});
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  EXPECT_EQ(run_program({"evaluate", model, dataset}), 0);
  testing::internal::GetCapturedStdout();
  EXPECT_THAT(testing::internal::GetCapturedStderr(), testing::HasSubstr("no ranking to judge"));
}

TEST(Evaluate, TakesTheDatasetOfTheTrainingUnlessTold) {
  const TemporaryFolder folder;
  const auto prepare = [&](const std::string& name, const std::string& seed, const std::string& years) {
    const std::string dataset = (folder / name).string();
    answer({"prepare", ENCORE_SOURCE_DIR "/data/ml-latest-small", "-o", dataset, "--seed", seed, "--years", years});
    return dataset;
  };
  const std::string own = prepare("own", "42", "1950-1959"), other_folds = prepare("other-folds", "7", "1950-1959"),
                    other_films = prepare("other-films", "42", "1960-1969"), model = (folder / "model").string();
  answer({"train", own, "-o", model, "--model", "popularity"});
  const auto complaint = [&](const std::vector<std::string>& words) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    EXPECT_EQ(run_program(words), 2);
    testing::internal::GetCapturedStdout();
    return testing::internal::GetCapturedStderr();
  };
  EXPECT_THAT(complaint({"evaluate", model, other_folds}), testing::HasSubstr("--other-dataset"));
  EXPECT_THAT(keys_of(answer({"evaluate", model, other_folds, "--other-dataset"})), testing::Contains("ranking"));
  EXPECT_THAT(complaint({"evaluate", model, other_films, "--other-dataset"}), testing::HasSubstr("other films"));
}

/// The first instruction set without fused multiply-add, which computes other last bits; empty when there is none.
std::string other_instructions() {
  std::string found;
  for (const std::string& set : kernel::instruction_sets()) {
    kernel::choose_instruction_set(set);
    if (kernel::kernel_path() != "FMA") found = set;
  }
  kernel::choose_instruction_set({});
  return found;
}

TEST(Train, GoesOnOnAProcessorWithOtherInstructionsAndSaysWhatThatMeans) {
  const std::string other = other_instructions();
  if (other.empty() || kernel::kernel_path() != "FMA") GTEST_SKIP() << "this processor has one way to round";
  const TemporaryFolder folder;
  const std::string dataset = (folder / "films").string(), model = (folder / "films.model").string();
  answer({"prepare", ENCORE_SOURCE_DIR "/data/ml-latest-small", "-o", dataset, "--years", "1950-1959"});
  answer({"train", dataset, "-o", model, "--epochs", "2", "--hidden", "8", "--keep-moments"});
  const auto first_film = [&] {
    return answer({"recommend", model, "--rate", "Vertigo=5"})["users"][0]["items"][0]["title"];
  };
  const auto of_its_own = first_film();

  kernel::choose_instruction_set(other);
  EXPECT_EQ(first_film(), of_its_own) << "a model answers on any processor";
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int code = run_program({"train", dataset, "-o", model, "--resume", "--epochs", "3"});
  testing::internal::GetCapturedStdout();
  const std::string said = testing::internal::GetCapturedStderr();
  kernel::choose_instruction_set({});
  EXPECT_EQ(code, 0) << said;
  EXPECT_THAT(said, testing::HasSubstr(
                        "warning: the checkpoint was computed with FMA instructions, this processor has " + other));
  EXPECT_EQ(answer({"inspect", model})["history"].size(), 3U);
}

}  // namespace
}  // namespace encore
