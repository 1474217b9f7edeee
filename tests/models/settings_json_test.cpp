// JSON objects of options are read with the checks of the command line.
#include "options/settings_json.h"

#include <gmock/gmock.h>
#include "process/error.h"
#include "settings/recommend_settings.h"
#include "models/train_options.h"

namespace encore {
namespace {

using testing::ElementsAre;

std::string sentence_about(const std::string& json) {
  try {
    settings_from_json(train_options(), json);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(SettingsJson, ReadsEveryKindOfValue) {
  const TrainSettings settings = settings_from_json(
      train_options(),
      R"({"batch-size": 500, "learning-rate": 1e-3, "hidden": [200, 50], "normalise": false, "lock": true, "model": "autorec",
          "output": "somewhere", "epochs": null})");
  EXPECT_EQ(settings.batch_size, 500);
  EXPECT_EQ(settings.learning_rate, 0.001);
  EXPECT_THAT(*settings.hidden, ElementsAre(200, 50));
  EXPECT_EQ(settings.normalise, false);
  EXPECT_TRUE(settings.lock);
  EXPECT_EQ(settings.model, "autorec");
  EXPECT_EQ(settings.output, "somewhere");
  EXPECT_EQ(settings.epochs, std::nullopt);
  const RecommendSettings asked =
      settings_from_json(recommend_options(), R"({"rate": ["A, B=5", "C=4"], "count": 3, "model": "m"})");
  EXPECT_THAT(asked.rate, ElementsAre("A, B=5", "C=4"));
  EXPECT_EQ(asked.k, 3);
  EXPECT_EQ(asked.model, "m");  // a positional argument, in lower case
}

TEST(SettingsJson, RefusesAsTheCommandLineDoes) {
  EXPECT_EQ(sentence_about(R"({"bach-size": 5})"), "there is no option 'bach-size'; did you mean 'batch-size'?");
  EXPECT_EQ(sentence_about(R"({"zzzzzzzz": 5})"), "there is no option 'zzzzzzzz'");
  EXPECT_EQ(sentence_about(R"({"epochs": 0})"), "--epochs is '0'; it must be a whole number from 1 to 1000000");
  EXPECT_EQ(sentence_about(R"({"epochs": 1.5})"), "--epochs is '1.5'; it must be a whole number from 1 to 1000000");
  EXPECT_EQ(sentence_about(R"({"hidden": []})"),
            "--hidden is ''; it must be whole numbers from 1 to 16384, separated by commas");
  for (const char* text : {"", "{", "[1]", "5", "{\"model\": \"\xff\"}"})
    EXPECT_EQ(sentence_about(text), R"(the options are no JSON object; write {"name": value, …})");
  EXPECT_EQ(sentence_about(R"({"lock": 1})"), "--lock is 1; it must be true or false");
  EXPECT_EQ(sentence_about(R"({"epochs": {}})"), "--epochs is {}; it must be a number or a text");
}

}  // namespace
}  // namespace encore
