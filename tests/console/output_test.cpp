// Which text goes where: with --json standard output holds the object alone, with --quiet remarks vanish.
#include "console/output.h"

#include <gtest/gtest.h>

namespace encore {
namespace {

struct Said {
  std::string out, err;
};

Said say_everything(const Output& output) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  output.result("result");
  output.object("{}");
  output.remark("remark\n");
  output.warn("warning");
  return {testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr()};
}

TEST(Output, ForPeople) {
  const Said said = say_everything({});
  EXPECT_EQ(said.out, "result\n");
  EXPECT_EQ(said.err, "remark\nwarning: warning\n");
}

TEST(Output, ForMachines) {
  const Said said = say_everything({.json = true});
  EXPECT_EQ(said.out, "{}\n");
  EXPECT_EQ(said.err, "result\nremark\nwarning: warning\n");
}

TEST(Output, ForACallerInTheSameProcess) {
  std::string object, messages;
  const OutputSinks sinks{[&](const std::string& json_text) { object = json_text; },
                          [&](const std::string& line) { messages += line + "|"; }};
  const Said said = say_everything({.json = true, .sinks = &sinks});
  EXPECT_EQ(said.out + said.err, "");
  EXPECT_EQ(object, "{}");
  EXPECT_EQ(messages, "remark\n|warning: warning|");  // tables are for people
}

TEST(Output, Quiet) {
  const Said said = say_everything({.quiet = true});
  EXPECT_EQ(said.out, "");
  EXPECT_EQ(said.err, "warning: warning\n");
}

TEST(Output, QuietForMachines) {
  const Said said = say_everything({.json = true, .quiet = true});
  EXPECT_EQ(said.out, "{}\n");
  EXPECT_EQ(said.err, "warning: warning\n");
}

}  // namespace
}  // namespace encore
