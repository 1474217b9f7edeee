// `encore generate` from its words to its folder, its JSON object and its refusals. Not the twin's contents
// (tests/generation).
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include "commands/program.h"

namespace encore {
namespace {

namespace fs = std::filesystem;

class GenerateCommand : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("encore_generate_command_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    twin_ = (folder_ / "twin").string();
  }
  void TearDown() override { fs::remove_all(folder_); }

  int run(std::vector<std::string> words) {
    words.insert(words.begin(), "generate");
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int code = run_program(words);
    printed_ = testing::internal::GetCapturedStdout();
    said_ = testing::internal::GetCapturedStderr();
    return code;
  }
  std::ptrdiff_t entries() const { return std::distance(fs::directory_iterator(folder_), fs::directory_iterator()); }

  fs::path folder_;
  std::string twin_, printed_, said_;
};

TEST_F(GenerateCommand, WritesAFolderAndOneJsonObject) {
  ASSERT_EQ(run({"-o", twin_, "--like", "ml-latest-small", "--scale", "0.5", "--json", "--quiet"}), 0) << said_;
  const auto report = nlohmann::json::parse(printed_);
  EXPECT_EQ(report["users"], 305);
  EXPECT_EQ(report["ratings"], 50'418);
  EXPECT_EQ(report["titles"], 6'889);
  EXPECT_EQ(report["movies"], 6'876);
  EXPECT_EQ(report["subsets"].size(), 3U);
  EXPECT_EQ(said_, "");
  for (const char* file : {"movies.csv", "ratings.csv", "README.txt"}) EXPECT_TRUE(fs::exists(fs::path(twin_) / file));
}

TEST_F(GenerateCommand, WritesAsManyOfEachAsItIsTold) {
  ASSERT_EQ(run({"-o", twin_, "--users", "700", "--films", "900", "--ratings", "21000", "--json", "--quiet"}), 0) << said_;
  const auto report = nlohmann::json::parse(printed_);
  EXPECT_EQ(report["users"], 700);
  EXPECT_EQ(report["ratings"], 21'000);
  EXPECT_EQ(report["movies"], 900);
  EXPECT_EQ(report["scale"], nullptr);
}

TEST_F(GenerateCommand, ReplacesATwinButNothingElse) {
  const std::vector<std::string> words = {"-o", twin_, "--like", "ml-latest-small", "--scale", "0.2"};
  EXPECT_EQ(run(words), 0) << said_;
  EXPECT_EQ(run(words), 0) << said_;
  EXPECT_THAT(printed_, testing::HasSubstr("1950-1959"));
  fs::remove(fs::path(twin_) / "README.txt");  // no longer known as a twin
  EXPECT_EQ(run(words), 2);
  EXPECT_THAT(said_, testing::HasSubstr(twin_));
  EXPECT_EQ(entries(), 1);
}

TEST_F(GenerateCommand, MistakesEndInOneSentenceAndLeaveNothing) {
  EXPECT_EQ(run({"-o", twin_, "--like", "ml-20m"}), 2);
  EXPECT_THAT(said_, testing::HasSubstr("ml-20m"));
  EXPECT_EQ(run({"-o", twin_, "--like", "ml-latest-small", "--scale", "0.001"}), 2);
  EXPECT_THAT(said_, testing::HasSubstr("choose another --scale, --users, --films or --ratings"));
  EXPECT_EQ(run({"-o", twin_, "--scale", "0.5", "--users", "1000"}), 2);
  EXPECT_THAT(said_, testing::HasSubstr("--scale does nothing where --users is given"));
  EXPECT_EQ(run({"-o", (folder_ / "missing" / "twin").string()}), 2);
  EXPECT_THAT(said_, testing::HasSubstr("missing"));
  EXPECT_EQ(entries(), 0);
}

}  // namespace
}  // namespace encore
