// The help shows what the tables say, in columns that fit a terminal.
#include "commands/help.h"

#include <gmock/gmock.h>
#include <wordexp.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include "commands/parser.h"
#include "console/table.h"

namespace encore {
namespace {

using testing::HasSubstr;

struct TeaSettings {
  std::string leaves;
  std::int64_t minutes = 3;
  std::string cup = "glass";
  bool milk = false;
};

int brew(const TeaSettings&, const Output&) { return 0; }

Command tea() {
  using S = TeaSettings;
  return make_command<S>(
      "tea", "Brews tea.", {"encore tea assam --minutes 4"},
      {{.name = "LEAVES", .member = &S::leaves, .value_name = "", .sentence = "Which tea.", .required = true},
       {.name = "--minutes",
        .member = &S::minutes,
        .value_name = "N",
        .sentence =
            "How long the leaves stay in the water, which decides how bitter it gets and how much of it you want to "
            "drink.",
        .low = 1,
        .high = 10},
       {.name = "--cup",
        .member = &S::cup,
        .value_name = "KIND",
        .sentence = "From what.",
        .choices = {"glass", "tin"},
        .group = "Drinking"},
       {.name = "--milk", .member = &S::milk, .value_name = "", .sentence = "With milk.", .group = "Drinking"}},
      brew);
}

TEST(Help, ShowsUsageGroupsDefaultsRangesAndExamples) {
  const std::string help = help_text(tea());
  EXPECT_THAT(help, HasSubstr("Usage: encore tea LEAVES [options]\n"));
  EXPECT_THAT(help, HasSubstr("\nArguments\n  LEAVES"));
  EXPECT_THAT(help, HasSubstr("[from 1 to 10; default: 3]"));
  EXPECT_THAT(help, HasSubstr("\nDrinking\n  --cup KIND"));
  EXPECT_THAT(help, HasSubstr("From what. [glass, tin; default: glass]"));
  EXPECT_THAT(help, HasSubstr("\nExamples\n  encore tea assam --minutes 4\n"));
}

TEST(Help, LinesFitATerminal) {
  std::istringstream lines(help_text(tea()));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(display_width(line), 100) << line;
}

TEST(Reference, JsonHoldsEveryCommandOnceWithItsOptions) {
  const auto json = nlohmann::json::parse(commands_json());
  ASSERT_EQ(json["commands"].size(), commands().size());
  for (std::size_t i = 0; i < commands().size(); ++i) {
    EXPECT_EQ(json["commands"][i]["name"], commands()[i].name);
    EXPECT_EQ(json["commands"][i]["options"].size(), commands()[i].options.size());
  }
}

/// The words of a command line as a shell splits it.
std::vector<std::string> shell_words(std::string_view line) {
  wordexp_t expansion{};
  const std::string text(line);
  EXPECT_EQ(wordexp(text.c_str(), &expansion, WRDE_NOCMD | WRDE_UNDEF), 0) << text;
  std::vector<std::string> words(expansion.we_wordv, expansion.we_wordv + expansion.we_wordc);
  wordfree(&expansion);
  return words;
}

TEST(Help, EveryExampleIsACommandLineThatParses) {
  for (const Command& command : commands()) {
    for (const std::string_view example : command.examples) {
      const std::vector<std::string> words = shell_words(example);
      ASSERT_GE(words.size(), 2u) << example;
      EXPECT_EQ(words[0], "encore") << example;
      EXPECT_EQ(words[1], command.name) << example;
      EXPECT_NO_THROW(parse_command(command, {words.begin() + 2, words.end()})) << example;
    }
  }
}

TEST(Reference, EveryOptionHasASentenceAndEveryCommandAnExample) {
  for (const Command& command : commands()) {
    EXPECT_FALSE(command.examples.empty()) << command.name;
    EXPECT_THAT(std::string(command.sentence), testing::EndsWith(".")) << command.name;
    for (const OptionRow& row : command.options) {
      EXPECT_THAT(row.sentence, testing::EndsWith(".")) << command.name << " " << row.name;
      EXPECT_TRUE(row.kind == ValueKind::toggle || row.is_positional() || !row.value_name.empty()) << row.name;
    }
  }
}

}  // namespace
}  // namespace encore
