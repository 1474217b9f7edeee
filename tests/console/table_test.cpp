// Tables align by what a terminal shows, not by bytes.
#include "console/table.h"

#include <gtest/gtest.h>

namespace encore {
namespace {

TEST(Table, AlignsByDisplayWidth) {
  Table table({{"title"}, {"year", true}});
  table.add({"Amélie", "2001"});
  table.add({"七人の侍", "1954"});
  table.add({"Up", "2009"});
  EXPECT_EQ(table.text(),
            "  title     year\n"
            "  --------  ----\n"
            "  Amélie    2001\n"
            "  七人の侍  1954\n"
            "  Up        2009\n");
}

TEST(Table, LeavesNoBlanksAtTheEndOfALine) {
  Table table({{"a"}, {"b"}});
  table.add({"x", ""});
  table.add({"y", "long"});
  EXPECT_EQ(table.text(0), "a  b\n-  ----\nx\ny  long\n");
}

TEST(Table, WithoutNamesHasNoHeading) {
  Table table({{""}, {"", true}});
  table.add({"films", "9,724"});
  table.add({"users", "610"});
  EXPECT_EQ(table.text(0), "films  9,724\nusers    610\n");
}

TEST(DisplayWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(display_width("Amélie"), 6);
  EXPECT_EQ(display_width("Ame\xcc\x81lie"), 6) << "a combining accent takes no column";
  EXPECT_EQ(display_width("七人の侍"), 8);
  EXPECT_EQ(display_width("\xff\xfe"), 2) << "bytes that are no UTF-8 count one each";
}

TEST(DisplayWidth, CutsBetweenCharacters) {
  EXPECT_EQ(cut_to_width("七人の侍", 5), "七人");
  EXPECT_EQ(cut_to_width("Amélie", 3), "Amé");
  EXPECT_EQ(cut_to_width("Up", 10), "Up");
}

TEST(Readable, Thousands) {
  EXPECT_EQ(with_thousands(0), "0");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(1000), "1,000");
  EXPECT_EQ(with_thousands(2737837), "2,737,837");
  EXPECT_EQ(with_thousands(-123456), "-123,456");
}

TEST(Readable, Bytes) {
  EXPECT_EQ(readable_bytes(17), "17 bytes");
  EXPECT_EQ(readable_bytes(1536), "1.5 KB");
  EXPECT_EQ(readable_bytes(3221225472), "3.0 GB");
  EXPECT_EQ(readable_bytes((1LL << 30) - 1), "1.0 GB") << "never 1024.0 MB";
}

TEST(Readable, Seconds) {
  EXPECT_EQ(readable_seconds(0.42), "0.42 s");
  EXPECT_EQ(readable_seconds(12.34), "12.3 s");
  EXPECT_EQ(readable_seconds(59.97), "1 min 0 s");
  EXPECT_EQ(readable_seconds(75.2), "1 min 15 s");
  EXPECT_EQ(readable_seconds(7260), "2 h 1 min");
}

}  // namespace
}  // namespace encore
