// Values as people write them; what is not exactly one is nothing.
#include "settings/value_text.h"

#include <gtest/gtest.h>

namespace encore {
namespace {

TEST(WholeNumber, AllOfTheTextCounts) {
  EXPECT_EQ(parse_whole_number("42"), 42);
  EXPECT_EQ(parse_whole_number("-7"), -7);
  EXPECT_EQ(parse_whole_number("+7"), 7);
  for (const char* text : {"", "+", "4 2", "42x", "4.0", "99999999999999999999", " 1"}) {
    EXPECT_FALSE(parse_whole_number(text)) << text;
  }
}

TEST(Number, HasAPointAndIsFinite) {
  EXPECT_EQ(parse_number("0.001"), 0.001);
  EXPECT_EQ(parse_number("1e-3"), 0.001);
  EXPECT_EQ(parse_number(".5"), 0.5);
  for (const char* text : {"", "0,5", "inf", "nan", "1e999", "1.0.0"}) EXPECT_FALSE(parse_number(text)) << text;
}

TEST(Size, KnowsTheUsualUnits) {
  EXPECT_EQ(parse_size("400MB"), 400LL << 20);
  EXPECT_EQ(parse_size("400 mb"), 400LL << 20);
  EXPECT_EQ(parse_size("512k"), 512LL << 10);
  EXPECT_EQ(parse_size("1.5GiB"), 3LL << 29);
  EXPECT_EQ(parse_size("1048576"), 1 << 20);
  EXPECT_EQ(parse_size("17 B"), 17);
  for (const char* text : {"", "MB", "0", "-1MB", "1XB", "1MBit", "1.2.3GB", "1e3MB", "99999999TB"}) {
    EXPECT_FALSE(parse_size(text)) << text;
  }
}

TEST(Years, AreARangeWithBothEndsOrOne) {
  EXPECT_EQ(parse_years("1950-1959"), std::pair(INT64_C(1950), INT64_C(1959)));
  EXPECT_EQ(parse_years("1954"), std::pair(INT64_C(1954), INT64_C(1954)));
  for (const char* text : {"", "1959-1950", "1950-", "-1950", "fifties", "1950-1959-1960"}) {
    EXPECT_FALSE(parse_years(text)) << text;
  }
}

TEST(Scale, RunsFromLowToHigh) {
  EXPECT_EQ(parse_scale("0.5-5"), std::pair(0.5, 5.0));
  EXPECT_EQ(parse_scale("-10-10"), std::pair(-10.0, 10.0));
  EXPECT_EQ(parse_scale("1e-1-1"), std::pair(0.1, 1.0));
  for (const char* text : {"", "5", "5-0.5", "5-5", "low-high"}) EXPECT_FALSE(parse_scale(text)) << text;
}

}  // namespace
}  // namespace encore
