// What follows from several configurations, by hand; and that the documented example has the keys that are written.
#include "study/results.h"

#include <gmock/gmock.h>

#include <fstream>

#include "study/answers.h"
#include "study/compare.h"
#include "study/published.h"
#include "study/recorder.h"
#include "study/representations.h"

namespace encore {
namespace {

using Json = nlohmann::ordered_json;
using testing::HasSubstr;

TEST(Results, DivergenceIsInPercentOfTheTrainLoss) {
  EXPECT_DOUBLE_EQ(divergence_percent(0.5, 0.75), 50);
  EXPECT_NEAR(divergence_percent(0.001014, 0.001040), 2.56, 0.01) << "8W 50-70 of the study, which prints 2.61";
}

TEST(Results, SpeedUpAndEfficiency) {
  const Json row = speed_up(2, 10, 8);
  EXPECT_DOUBLE_EQ(row.at("speed_up").get<double>(), 5);
  EXPECT_DOUBLE_EQ(row.at("efficiency").get<double>(), 0.625);
  EXPECT_TRUE(speed_up(0, 1, 2).at("speed_up").is_null());
}

Json example() {
  std::ifstream file(ENCORE_SOURCE_DIR "/tests/study/example/results.json");
  return Json::parse(file);
}

/// The example's configurations beside requests that would have asked for them.
std::vector<AnsweredConfiguration> answered_example(std::int64_t compared_epochs = 5) {
  std::vector<AnsweredConfiguration> all;
  const Json whole = example();
  for (const Json& answer : whole.at("configurations")) {
    ConfigurationRequest request;
    answer.at("id").get_to(request.id), answer.at("purpose").get_to(request.purpose);
    answer.at("engine").get_to(request.engine), answer.at("subset").get_to(request.subset);
    answer.at("workers").get_to(request.workers), answer.at("parallel").get_to(request.parallel);
    answer.at("variant").get_to(request.variant);
    request.compared_epochs = compared_epochs;
    all.push_back({request, answer});
  }
  return all;
}

/// Every key of `documented` that `written` lacks, objects inside of objects and of lists included.
void expect_keys(const Json& documented, const Json& written, const std::string& where) {
  if (documented.is_object() && written.is_object()) {
    for (const auto& [key, value] : documented.items()) {
      if (!written.contains(key)) ADD_FAILURE() << where << " lacks " << key;
      if (written.contains(key)) expect_keys(value, written.at(key), where + "." + key);
    }
  } else if (documented.is_array() && written.is_array() && !documented.empty() && !written.empty()) {
    expect_keys(documented.front(), written.front(), where + "[0]");
  }
}

TEST(Results, HaveEveryKeyOfTheExample) { expect_keys(example(), results_of({}, answered_example()), "results"); }

TEST(Results, AConfigurationHasEveryKeyOfTheExample) {
  const Json documented = example().at("configurations").front(), written = empty_answer({});
  for (const auto& [key, value] : documented.items()) EXPECT_TRUE(written.contains(key)) << key;
}

TEST(Results, FollowFromTheConfigurations) {
  const Json documented = example(), written = results_of({}, answered_example());
  EXPECT_EQ(written.at("subsets"), documented.at("subsets")) << "up to rounding";
  ASSERT_EQ(written.at("losses").size(), documented.at("losses").size());
  for (std::size_t i = 0; i < written.at("losses").size(); ++i) {
    const Json &ours = written.at("losses")[i], &theirs = documented.at("losses")[i];
    EXPECT_EQ(ours.at("configuration"), theirs.at("configuration"));
    EXPECT_EQ(ours.at("study"), theirs.at("study"));
    EXPECT_EQ(ours.at("floor"), theirs.at("floor"));
    EXPECT_NEAR(ours.at("divergence_percent").get<double>(), theirs.at("divergence_percent").get<double>(), 0.01);
  }
  ASSERT_EQ(written.at("speed_ups").size(), 2u);
  EXPECT_EQ(written.at("speed_ups")[1].at("baseline"), "spark-1950-1959-reference-items-1");
  EXPECT_EQ(written.at("speed_ups")[0].at("phases").size(), 9u);
}

TEST(Results, ModesAreComparedAtEqualEpochsAndAtTheirEnd) {
  const Json modes = results_of({}, answered_example(2)).at("modes");
  EXPECT_EQ(modes.at("subset"), "1950-1959");
  ASSERT_EQ(modes.at("equal_epochs").size(), 6u);
  const Json &early = modes.at("equal_epochs").back(), &late = modes.at("equal_steps").back();
  EXPECT_EQ(early.at("epochs"), 2);
  EXPECT_EQ(late.at("epochs"), 5);
  EXPECT_DOUBLE_EQ(early.at("seconds").get<double>(), 2);
  EXPECT_DOUBLE_EQ(late.at("seconds").get<double>(), 5);
  EXPECT_EQ(late.at("steps"), 15) << "of 30 by two workers";
  EXPECT_GT(early.at("train_loss"), late.at("train_loss"));
}

TEST(Results, AnswersSayWhatIsMissing) {
  const Json answers = results_of({}, {}).at("answers");
  for (const Json& answer : answers)
    EXPECT_THAT(answer.at("text").get<std::string>(), HasSubstr("Not measured")) << answer.at("id");
}

TEST(Results, AnswersTakeTheirNumbersFromTheRun) {
  std::map<std::string, std::string> texts;
  const Json answers = results_of({}, answered_example()).at("answers");
  for (const Json& answer : answers) texts[answer.at("id")] = answer.at("text");
  EXPECT_THAT(texts.at("when-distributed-pays"),
              HasSubstr("This program: at every size measured. Against one worker, 2 train 1.70 times as fast on 2,500 "
                        "ratings."));
  EXPECT_THAT(texts.at("quality-of-modes"), HasSubstr("After 5 epochs, items: test loss"));
  EXPECT_THAT(texts.at("quality-of-modes"), HasSubstr("the very same with 2"));
  EXPECT_THAT(texts.at("memory"), HasSubstr("The 350,000 cells of 1950-1969 take 2.7 MB as dense arrays"));
  EXPECT_THAT(texts.at("time-of-workers"),
              HasSubstr("This program, 2 workers: 83 % computing, 6 % exchange, 8 % waiting"));
  EXPECT_THAT(texts.at("floor"), HasSubstr("ends at 0.010686 with softmax output; nothing with such an output can go "
                                           "below 0.010100"));
  EXPECT_THAT(texts.at("floor"), HasSubstr("are of data of another shape, and are not compared"));
  for (const auto& [id, text] : texts) EXPECT_LT(text.size(), 500u) << id << " is an answer, not a table: " << text;
}

TEST(Results, LossesOfTheStudyCompareOnDataOfItsShapeAlone) {
  Json results = results_of({}, answered_example());
  for (Json& subset : results["subsets"]) subset["cells"] = subset["study"]["cells"];
  for (const Json& answer : answers_of(results)) {
    if (answer.at("id") != "floor") continue;
    EXPECT_THAT(answer.at("text").get<std::string>(),
                HasSubstr("Of 3 train losses that the study reports for data of this shape, 3 lie below"));
  }
}

TEST(Results, EachModeOnSparkIsASentenceOfItsOwn) {
  Json results = results_of({}, answered_example());
  for (const char* rows : {"equal_epochs", "equal_steps"})
    for (Json& row : results["modes"][rows]) row["engine"] = "spark";
  const std::string text = answers_of(results).at(1).at("text");
  EXPECT_THAT(text, HasSubstr("After 5 epochs, on Spark, items: "));
  EXPECT_THAT(text, HasSubstr(". On Spark, users-epoch: "));
  EXPECT_THAT(text, HasSubstr(". On Spark, elephas: "));
}

TEST(Results, MoreWorkersDoNotPayWhereTheyAreNoFaster) {
  Json results = results_of({}, answered_example());
  for (Json& row : results["speed_ups"])
    for (Json& phase : row["phases"]) phase["speed_up"] = 0.9;
  const std::string text = answers_of(results).at(0).at("text");
  EXPECT_THAT(text, HasSubstr("This program: at no size measured. Against one worker, 2 train 0.90 times as fast"));
}

TEST(Representations, OfTheStudysSubsetsAreItsMillionsOfCells) {
  std::vector<std::int64_t> millions;
  for (const PublishedSubset& subset : published_subsets())
    millions.push_back(subset.movies * subset.users / 1'000'000);
  EXPECT_THAT(millions, testing::ElementsAre(217, 641, 1463));
  EXPECT_EQ(sparse_rows_bytes(2, 3), 3 * 8 + 3 * 8);
}

TEST(Representations, MadeTakeTheBytesOfTheirCells) {
#if defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "the race checker keeps four bytes of its own for each byte of a process, and they are measured, too";
#endif
  Dataset dataset;
  dataset.items.id.resize(4000);
  for (int user = 0; user < 500; ++user) {
    dataset.users.id.emplace_back();
    dataset.ratings.item.push_back(user);
    dataset.ratings.rating.push_back(5);
    dataset.ratings.start.push_back(user + 1);
  }
  const Json memory = measured_memory(dataset);
  EXPECT_GE(memory.at("sparse_rows_bytes"), sparse_rows_bytes(500, 500));
  const Json& cells = memory.at("bytes_per_cell");
  for (const Representation& kind : representations()) {
    if (kind.bytes_per_cell == 0) continue;
    const Json& measured = cells.at(std::string(kind.name));
    ASSERT_TRUE(measured.is_number()) << kind.name;
    EXPECT_NEAR(measured.get<double>(), static_cast<double>(kind.bytes_per_cell), 0.5) << kind.name;
  }
}

TEST(Compare, PutsTheSameConfigurationsSideBySide) {
  const Json a = results_of({}, answered_example());
  Json b = a;
  b["configurations"][0]["seconds"] = a["configurations"][0]["seconds"].get<double>() * 2;
  b["configurations"].erase(1);
  const Json comparison = compare_results(a, b);
  EXPECT_EQ(comparison.at("configurations").size(), a.at("configurations").size() - 1);
  EXPECT_DOUBLE_EQ(comparison.at("configurations")[0].at("seconds").at("change_percent").get<double>(), 100);
  EXPECT_EQ(comparison.at("only_in_a"), Json::array({a["configurations"][1]["id"]}));
  EXPECT_EQ(comparison.at("only_in_b"), Json::array());
  EXPECT_THAT(comparison_text(comparison), HasSubstr("(+100.0 %)"));
}

}  // namespace
}  // namespace encore
