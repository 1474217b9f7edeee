// What --model auto comes to: by the catalogue, the memory, several processes, and the options that are given.
#include "models/choice.h"
#include <gmock/gmock.h>
#include "models/plan.h"
#include "process/error.h"

namespace encore {
namespace {

using testing::HasSubstr;
constexpr std::int64_t plenty = std::int64_t{1} << 40;

ChosenKind chosen(const TrainSettings& settings, std::optional<std::int64_t> items = 9724, std::int64_t bytes = plenty) {
  return choose_kind(settings, items, 1000, bytes);
}

TEST(Choice, GoesBySizeAndMemory) {
  EXPECT_EQ(chosen({}).kind.name, "ease");
  EXPECT_EQ(chosen({}).why, "9,724 films are few enough for a closed form");
  EXPECT_EQ(chosen({}, 25'000).kind.name, "ease");
  EXPECT_EQ(chosen({}, 25'001).kind.name, "elsa");
  EXPECT_EQ(chosen({}, 25'001).why, "25,001 films are too many for a closed form");
  EXPECT_EQ(chosen({}, 9724, 1 << 20).kind.name, "elsa");
  EXPECT_THAT(chosen({}, 9724, 1 << 20).why, testing::MatchesRegex("ease would need .* for 9,724 films and there are 1.0 MB.*|"
                                                                   "ease would need .* for 9,724 films and there are 1.0 MiB"));
  EXPECT_EQ(chosen({}, {}).kind.name, "mult-dae");
  TrainSettings said;
  said.model = "auto";
  EXPECT_EQ(chosen(said).kind.name, "ease");
  said.model = "popularity";
  EXPECT_EQ(chosen(said).kind.name, "popularity");
  EXPECT_EQ(chosen(said).why, "");
}

TEST(Choice, TakesAKindThatListensToWhatIsGiven) {
  TrainSettings epochs;
  epochs.epochs = 3;
  EXPECT_EQ(chosen(epochs).kind.name, "mult-dae");
  EXPECT_EQ(chosen(epochs).why, "mult-dae uses --epochs and ease does not");
  EXPECT_EQ(chosen(epochs, 30'000).kind.name, "elsa") << "which listens, too";
  for (const auto& [knob, name] : {std::pair{"width", "elsa"}, {"neighbours", "item-knn"}, {"keep", "ease"}}) {
    TrainSettings own;
    own.knobs[knob] = std::int64_t{7};
    EXPECT_EQ(chosen(own).kind.name, name);
  }
  TrainSettings seed;
  seed.seed = 7;
  EXPECT_EQ(chosen(seed).kind.name, "ease") << "a seed alone never decides";
  EXPECT_EQ(plan_training(seed, 100, 0, 50).architecture.model, "ease");
  seed.epochs = 3;
  EXPECT_EQ(plan_training(seed, 100, 0, 50).seed, 7U) << "who draws hears it";
}

TEST(Choice, IsKeptInThePlanAndRefusesWhatNobodyHears) {
  TrainSettings settings;
  const TrainingPlan plan = plan_training(settings, 100, 0, 50);
  EXPECT_EQ(plan_from_json(to_json(plan)).chosen, "50 films are few enough for a closed form");
  settings.model = "ease";
  EXPECT_EQ(plan_training(settings, 100, 0, 50).chosen, "");
  TrainSettings both;
  both.epochs = 3, both.knobs["l2"] = 5.0;
  EXPECT_THAT([&] { require_heard(both); }, testing::ThrowsMessage<UserError>(HasSubstr("no --model uses all of these options: --")));
  EXPECT_THROW(plan_training(both, 100, 0, 50), UserError);
  EXPECT_NO_THROW(require_heard(TrainSettings{}));
}

}  // namespace
}  // namespace encore
