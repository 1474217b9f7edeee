// The command among the rows of rows.cpp, apart because libencore.so has no commands.
#include <fmt/format.h>

#include "commands/command.h"

namespace encore {
namespace {

struct GreetSettings {
  std::string name;
  std::int64_t times = 1;
};

int greet(const GreetSettings& settings, const Output& output) {
  std::string text;
  for (std::int64_t i = 0; i < settings.times; ++i) text += fmt::format("Good evening, {}.\n", settings.name);
  output.object(fmt::format(R"({{"greeted": "{}", "times": {}}})", settings.name, settings.times));
  output.result(text);
  return 0;
}

Command greet_command() {
  const OptionTable<GreetSettings> options = {
      {.name = "NAME", .member = &GreetSettings::name, .value_name = "", .sentence = "Who is greeted.", .required = true},
      {.name = "--times",
       .member = &GreetSettings::times,
       .value_name = "N",
       .sentence = "How often.",
       .low = 1,
       .high = 9}};
  return make_command<GreetSettings>("greet", "Say good evening.", {"encore greet Iris"}, options, greet);
}

[[maybe_unused]] const bool added = [] {
  add_command(greet_command());
  return true;
}();

}  // namespace
}  // namespace encore
