// Sentences stay one line, whatever was quoted in them.
#include "console/one_line.h"
#include <gmock/gmock.h>

namespace encore {
namespace {

TEST(OneLine, LeavesSentencesAlone) { EXPECT_EQ(one_line("films.csv: Amélie, line 2"), "films.csv: Amélie, line 2"); }

TEST(OneLine, HasNoControlCharacters) {
  EXPECT_EQ(one_line(std::string("a\0b\nc\r\x1b[31md\x7f", 13)), "a b c  [31md ");
}

TEST(OneLine, HasNoControlCharactersOfUnicode) { EXPECT_EQ(one_line("a\xc2\x9b" "1mb\xc2\xa0" "c é"), "a  1mb\xc2\xa0" "c é"); }

TEST(OneLine, KeepsWhatATextOfSeveralLinesNeeds) { EXPECT_EQ(without_controls("a\nb\x1b\t", "\n\t"), "a\nb \t"); }

TEST(OneLine, LeavesOutTheMiddleOfWhatNobodyReads) {
  const std::string line = one_line("film \"" + std::string(1'000'000, 'x') + "\" is unknown");
  EXPECT_LT(line.size(), 1500U);
  EXPECT_THAT(line, testing::StartsWith("film \"xxx"));
  EXPECT_THAT(line, testing::HasSubstr("x … x"));
  EXPECT_THAT(line, testing::EndsWith("xxx\" is unknown"));
}

TEST(OneLine, CutsNoLetterInTwo) {
  for (std::size_t before = 0; before < 3; ++before) {
    std::string text(before, 'x');
    for (int i = 0; i < 1000; ++i) text += "é…";
    const std::string line = one_line(text);
    const std::size_t cut = line.find(" … ");
    ASSERT_NE(cut, std::string::npos);
    const std::string end = line.substr(0, cut);
    EXPECT_TRUE(end.ends_with("é") || end.ends_with("…"));
    const std::string begin = line.substr(cut + std::string(" … ").size());
    EXPECT_TRUE(begin.starts_with("é") || begin.starts_with("…"));
  }
}

}  // namespace
}  // namespace encore
