// From words to settings, and the sentence for every way of getting them wrong.
#include "commands/parser.h"

#include <gmock/gmock.h>
#include "options/suggestion.h"
#include "process/error.h"

namespace encore {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct BakingSettings {
  std::string recipe;
  std::string output;
  std::int64_t minutes = 45;
  double sugar = 0.25;
  bool vegan = false;
  std::optional<bool> glaze;
  std::string oven = "gas";
  std::string memory;
  std::vector<std::string> toppings;
  std::optional<std::vector<std::int64_t>> layers;
  std::optional<std::int64_t> eggs;
  std::int64_t grains = 0;
};

const OptionTable<BakingSettings>& baking_options() {
  using S = BakingSettings;
  static const OptionTable<S> table = {
      {.name = "RECIPE", .member = &S::recipe, .value_name = "", .sentence = "What to bake.", .required = true},
      {.name = "-o,--output",
       .member = &S::output,
       .value_name = "CAKE",
       .sentence = "Where it goes.",
       .required = true},
      {.name = "--minutes", .member = &S::minutes, .value_name = "N", .sentence = "How long.", .low = 1, .high = 600},
      {.name = "--sugar", .member = &S::sugar, .value_name = "X", .sentence = "How sweet.", .low = 0},
      {.name = "--vegan", .member = &S::vegan, .value_name = "", .sentence = "No eggs."},
      {.name = "--glaze",
       .member = &S::glaze,
       .value_name = "",
       .sentence = "Shiny.",
       .default_text = "as the recipe says"},
      {.name = "--oven",
       .member = &S::oven,
       .value_name = "KIND",
       .sentence = "Which.",
       .choices = {"gas", "electric", "stone"}},
      {.name = "--memory", .member = &S::memory, .value_name = "SIZE", .sentence = "How large."},
      {.name = "--topping", .member = &S::toppings, .value_name = "WHAT", .sentence = "On top."},
      {.name = "--layers", .member = &S::layers, .value_name = "N,N,…", .sentence = "Of dough.", .low = 1},
      {.name = "--grains", .member = &S::grains, .value_name = "N", .sentence = "Of salt.", .low = 0, .high = 9e15},
      {.name = "--eggs", .member = &S::eggs, .value_name = "N", .sentence = "How many.", .high = 12},
  };
  return table;
}

BakingSettings baked;

int bake(const BakingSettings& settings, const Output&) {
  baked = settings;
  return 0;
}

Command baking() {
  return make_command<BakingSettings>("bake", "Bakes a cake.", {"encore bake sponge -o cake"}, baking_options(), bake);
}

const BakingSettings& run(const std::vector<std::string>& words) {
  baked = {};
  EXPECT_EQ(parse_command(baking(), words).run({}), 0);
  return baked;
}

std::string mistake(std::vector<std::string> words) {
  try {
    parse_command(baking(), words);
  } catch (const UserError& error) {
    return error.what();
  }
  return "no mistake";
}

std::string mistake_with(const std::string& option, const std::string& value) {
  return mistake({"sponge", "-o", "cake", option, value});
}

TEST(Parser, DefaultsAreTheMembersInitialisers) {
  const BakingSettings& settings = run({"sponge", "-o", "cake"});
  EXPECT_EQ(settings.recipe, "sponge");
  EXPECT_EQ(settings.output, "cake");
  EXPECT_EQ(settings.minutes, 45);
  EXPECT_FALSE(settings.glaze.has_value());
  EXPECT_FALSE(settings.layers.has_value());
}

TEST(Parser, ReadsEveryKindOfValue) {
  const BakingSettings& settings =
      run({"--minutes=90", "--sugar", "1e-1", "--vegan", "--oven", "stone", "--memory", "400MB", "--layers",
           "150,25,150", "--eggs", "-3", "sponge", "--output", "cake"});
  EXPECT_EQ(settings.minutes, 90);
  EXPECT_EQ(settings.sugar, 0.1);
  EXPECT_TRUE(settings.vegan);
  EXPECT_EQ(settings.oven, "stone");
  EXPECT_EQ(settings.memory, "400MB");
  EXPECT_THAT(*settings.layers, ElementsAre(150, 25, 150));
  EXPECT_EQ(settings.eggs, -3);
}

TEST(Parser, RepeatedOptionTakesOneWordEachTime) {
  const BakingSettings& settings =
      run({"--topping", "[REC] (2007)", "sponge", "--topping", "nuts, \"roasted\"=5", "-o", "cake"});
  EXPECT_THAT(settings.toppings, ElementsAre("[REC] (2007)", "nuts, \"roasted\"=5"));
  EXPECT_EQ(settings.recipe, "sponge");
}

TEST(Parser, UndecidedSwitchCanBeDecidedBothWays) {
  EXPECT_EQ(run({"sponge", "-o", "cake", "--glaze"}).glaze, true);
  EXPECT_EQ(run({"sponge", "-o", "cake", "--no-glaze"}).glaze, false);
}

TEST(Parser, NamesOfCommandsAreFineAsValues) { EXPECT_EQ(run({"bake", "-o", "train"}).output, "train"); }

TEST(Parser, SharedSwitchesReachTheOutput) {
  const ParsedCommand parsed = parse_command(baking(), {"sponge", "--json", "-o", "cake", "-q"});
  EXPECT_TRUE(parsed.output.json);
  EXPECT_TRUE(parsed.output.quiet);
  EXPECT_FALSE(parsed.help);
}

TEST(Parser, HelpNeedsNothingElse) { EXPECT_TRUE(parse_command(baking(), {"--help"}).help); }

TEST(Parser, WrongValuesNameOptionValueAndWhatIsAllowed) {
  EXPECT_EQ(mistake_with("--minutes", "ten"), "--minutes is 'ten'; it must be a whole number from 1 to 600");
  EXPECT_EQ(mistake_with("--minutes", "0"), "--minutes is '0'; it must be a whole number from 1 to 600");
  EXPECT_EQ(mistake_with("--minutes", "1.5"), "--minutes is '1.5'; it must be a whole number from 1 to 600");
  EXPECT_EQ(mistake_with("--sugar", "-1"), "--sugar is '-1'; it must be a number of at least 0");
  EXPECT_EQ(mistake_with("--sugar", "nan"), "--sugar is 'nan'; it must be a number of at least 0");
  EXPECT_EQ(mistake_with("--eggs", "13"), "--eggs is '13'; it must be a whole number of at most 12");
  EXPECT_EQ(mistake_with("--grains", "-1"), "--grains is '-1'; it must be a whole number of at least 0");
  for (const std::string much : {"9000000000000001", "99999999999999999999"})
    EXPECT_EQ(mistake_with("--grains", much), "--grains is '" + much + "'; it must be a whole number of at most 9000000000000000");
  EXPECT_EQ(mistake_with("--oven", "stnoe"),
            "--oven is 'stnoe'; it may be gas, electric or stone (did you mean stone?)");
  EXPECT_EQ(mistake_with("--oven", "microwave"), "--oven is 'microwave'; it may be gas, electric or stone");
  EXPECT_EQ(mistake_with("--memory", "lots"), "--memory is 'lots'; it must be a size such as 400MB or 2GB");
  EXPECT_EQ(mistake_with("--layers", "150,,150"),
            "--layers is '150,,150'; it must be whole numbers of at least 1, separated by commas");
  EXPECT_EQ(mistake({"sponge", "-o", ""}), "--output is empty; give CAKE");
}

TEST(Parser, MistypedOptionGetsASuggestion) {
  EXPECT_EQ(mistake_with("--minuets", "3"), "'--minuets' is no option of encore bake; did you mean --minutes?");
  EXPECT_EQ(mistake_with("--minuets=3", "x"), "'--minuets' is no option of encore bake; did you mean --minutes?");
  EXPECT_EQ(mistake_with("--no-glazze", "x"), "'--no-glazze' is no option of encore bake; did you mean --no-glaze?");
  EXPECT_EQ(mistake({"--jsn"}), "'--jsn' is no option of encore bake; did you mean --json?");
  EXPECT_EQ(mistake({"--frosting"}), "'--frosting' is no option of encore bake; see encore bake --help");
}

TEST(Parser, MissingThingsAreNamedWithTheUsage) {
  EXPECT_EQ(mistake({}), "RECIPE is missing: encore bake RECIPE -o CAKE [options]");
  EXPECT_EQ(mistake({"sponge"}), "-o, --output CAKE is missing: encore bake RECIPE -o CAKE [options]");
  EXPECT_EQ(mistake({"sponge", "-o"}), "-o needs a value: -o, --output CAKE");
  EXPECT_EQ(mistake({"sponge", "-o", "cake", "--minutes"}), "--minutes needs a value: --minutes N");
}

TEST(Parser, TooMuchIsNamedToo) {
  EXPECT_EQ(mistake({"sponge", "pie", "-o", "cake"}),
            "'pie' is one argument too many: encore bake RECIPE -o CAKE [options]");
  EXPECT_EQ(mistake({"sponge", "-o", "a", "-o", "b"}), "--output is given 2 times; give it once");
}

TEST(Suggestion, NearestOnlyWhenNear) {
  const std::vector<std::string> names = {"prepare", "train", "evaluate", "recommend"};
  EXPECT_EQ(nearest_word("trian", names), "train");
  EXPECT_EQ(nearest_word("rec", names), "recommend");
  EXPECT_EQ(nearest_word("bake", names), "");
  EXPECT_EQ(nearest_word("x", names), "");
}

}  // namespace
}  // namespace encore
