// The table of kinds as the options, the plan and the folder see it: what stands in it is found everywhere, and a kind refuses
// what it does not listen to.
#include "models/table.h"
#include <gmock/gmock.h>
#include "models/choice.h"
#include "models/plan.h"
#include "models/train_options.h"
#include "training/output_products.h"
#include "options/option_row.h"
#include "process/error.h"

namespace encore {
namespace {

using testing::Contains;
using testing::HasSubstr;

const Option<TrainSettings>& option(const OptionTable<TrainSettings>& table, std::string_view name) {
  const auto found = std::ranges::find(table, name, &Option<TrainSettings>::name);
  if (found == table.end()) throw std::out_of_range(std::string(name));
  return *found;
}

TEST(ModelKinds, AreTheChoicesOfTheOption) {
  std::vector<std::string_view> names{automatic};
  for (const ModelKind& kind : model_kinds()) {
    EXPECT_NE(kind.name, automatic);
    names.push_back(kind.name);
    EXPECT_EQ(&model_kind(kind.name), &kind);
    EXPECT_EQ(kind.architecture.model, kind.name) << "config.json names the kind";
    EXPECT_TRUE(kind.sentence.ends_with(".")) << kind.name;
    EXPECT_NE(kind.begin, nullptr);
    EXPECT_NE(kind.open, nullptr);
  }
  EXPECT_EQ(option(train_options(), "--model").choices, names);
  EXPECT_EQ(describe(option(train_options(), "--model")).default_text, "auto");
  EXPECT_THAT([] { model_kind("multdae"); }, testing::ThrowsMessage<UserError>(HasSubstr("--model may be mult-dae, ")));
}

TEST(Options, ChooseFromTheTablesOfTheNetwork) {
  EXPECT_EQ(option(train_options(), "--loss").choices, loss_names());
  EXPECT_EQ(option(train_options(), "--activation").choices, activation_names());
  EXPECT_EQ(option(train_options(), "--output-activation").choices, output_names());
  std::vector<std::string_view> precisions = precision_names();
  precisions.push_back(automatic_precision);
  EXPECT_EQ(option(train_options(), "--precision").choices, precisions);
  EXPECT_EQ(option(train_options(), "--parallel").choices, parallel_names());
}

TEST(ModelKinds, ANewRowIsAChoiceAndItsOptionsAreOptions) {
  std::vector<ModelKind> kinds(model_kinds().begin(), model_kinds().end());
  kinds.push_back({.name = "oracle",
                   .sentence = "Knows.",
                   .manner = "which knows",
                   .knobs = {{.name = "--omens",
                              .value_name = "N",
                              .sentence = "Birds that are watched.",
                              .usual = std::int64_t{7},
                              .low = 1,
                              .high = 12}}});
  const OptionTable<TrainSettings> table = train_options_of(kinds);
  EXPECT_THAT(option(table, "--model").choices, Contains("oracle"));
  const OptionRow row = describe(option(table, "--omens"));
  EXPECT_EQ(row.kind, ValueKind::whole_number);
  EXPECT_EQ(row.default_text, "7");
  EXPECT_EQ(row.sentence, "Birds that are watched. For oracle.");
  EXPECT_EQ(range_text(row), "from 1 to 12");
  TrainSettings settings;
  EXPECT_FALSE(is_given(settings, option(table, "--omens")));
  with_value(settings, option(table, "--omens"), [&](auto& value) { read_value(row, {"9"}, value); });
  EXPECT_EQ(std::get<std::int64_t>(settings.knobs.at("omens")), 9);
  EXPECT_TRUE(is_given(settings, option(table, "--omens")));
  EXPECT_THAT([&] { with_value(settings, option(table, "--omens"), [&](auto& value) { read_value(row, {"13"}, value); }); },
              testing::ThrowsMessage<UserError>(HasSubstr("--omens is '13'; it must be a whole number from 1 to 12")));
}

/// Some value of each option, as a user would give it.
void give(TrainSettings& settings, const Option<TrainSettings>& option) {
  const OptionRow row = describe(option);
  std::string word = row.kind == ValueKind::toggle ? "true" : row.choices.empty() ? "1" : row.choices.back();
  if (row.kind == ValueKind::whole_number || row.kind == ValueKind::whole_numbers)
    word = std::to_string(static_cast<std::int64_t>(std::max(row.low, 1.0)));
  if (row.kind == ValueKind::number) word = std::to_string(std::min(row.high, 0.5));
  with_value(settings, option, [&](auto& value) { read_value(row, {word}, value); });
}

TEST(ModelKinds, RefuseEveryOptionThatTheyDoNotListenTo) {
  const std::vector<std::string_view> everybodys{"DATASET", "-o,--output", "--model", "--all-ratings", "--threads", "--shards",
                                              "--retired-from"};
  for (const ModelKind& kind : model_kinds()) {
    for (const Option<TrainSettings>& one : train_options()) {
      if (std::ranges::find(everybodys, one.name) != everybodys.end()) continue;
      TrainSettings settings;
      settings.model = std::string(kind.name);
      give(settings, one);
      ASSERT_TRUE(is_given(settings, one)) << one.name;
      const bool own = std::ranges::any_of(kind.knobs, [&](const Knob& knob) { return knob.name == one.name; });
      const bool anothers = std::holds_alternative<NamedMember<TrainSettings>>(one.member);
      const bool shared = !anothers && (!kind.listens_to || std::ranges::find(*kind.listens_to, one.name) != kind.listens_to->end());
      std::string said;
      try {
        require_heard(settings);
      } catch (const UserError& error) {
        said = error.what();
      }
      if (own || shared) {
        EXPECT_EQ(said, "") << kind.name << " " << one.name;
      } else {
        EXPECT_THAT(said, HasSubstr(std::string(one.name) + " does nothing with --model " + std::string(kind.name)));
        EXPECT_THROW(plan_training(settings, 100), UserError);
      }
    }
  }
}

TEST(Popularity, ListensToNothingButWhereItRuns) {
  for (const char* name : {"--parallel", "--warm-start", "--keep-moments", "--resume", "--output-activation", "--loss", "--input",
                           "--learning-rate", "--dropout", "--batch-size", "--patience", "--precision", "--device",
                           "--activation", "--weight-decay", "--epochs", "--hidden", "--checkpoint-every", "--seed"}) {
    TrainSettings settings;
    settings.model = "popularity";
    give(settings, option(train_options(), name));
    EXPECT_THAT([&] { plan_training(settings, 100); },
                testing::ThrowsMessage<UserError>(std::string(name) +
                                                  " does nothing with --model popularity, which counts likes in one pass; "
                                                  "leave it out"));
  }
  TrainSettings settings;
  settings.model = "popularity", settings.threads = 2, settings.shards = 3;
  EXPECT_EQ(plan_training(settings, 100).shards, 3);
}

}  // namespace
}  // namespace encore
