// What a line is: line ends, quotes, blank lines, lines that are no rows; the same whatever pieces the text comes in.
#include "table_text/row_splitter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "table_text/line_count.h"
#include "table_text/utf8.h"

namespace encore {
namespace {

using testing::ElementsAre;

/// A row as "LINE: field|field", a line that is none as "LINE! why".
std::vector<std::string> rows_of(const std::string& text, const RowFormat& format, std::size_t piece = SIZE_MAX) {
  std::vector<std::string> rows;
  TextPlace place;
  std::string waiting;
  std::int64_t lines = 0;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t size = std::min(piece, text.size() - at);
    waiting += text.substr(at, size);
    at += size;
    const bool last = at == text.size();
    RowSplitter splitter(format, waiting, place, last);
    while (splitter.next()) {
      std::string row = std::to_string(splitter.line());
      if (splitter.problem() == LineProblem::none) {
        for (std::size_t field = 0; field < splitter.fields().size(); ++field)
          row += (field == 0 ? ": " : "|") + std::string(splitter.fields()[field]);
      } else {
        row += "! " + std::string(describe(splitter.problem()));
      }
      rows.push_back(row);
    }
    place = splitter.place();
    lines += last ? count_lines(waiting) : count_line_ends(std::string_view(waiting).substr(0, splitter.taken()));
    waiting.erase(0, splitter.taken());
    if (last) break;
  }
  EXPECT_EQ(place.line - 1, lines) << testing::PrintToString(text);
  EXPECT_EQ(waiting, "");
  return rows;
}

std::vector<std::string> three(const std::string& text) { return rows_of(text, {.columns = 3}); }

TEST(RowSplitter, TakesEveryLineEnd) {
  EXPECT_THAT(three("1,2,3\n4,5,6\r\n7,8,9\ra,b,c"), ElementsAre("1: 1|2|3", "2: 4|5|6", "3: 7|8|9", "4: a|b|c"));
  EXPECT_THAT(three("1,2,3\r\r\n\n4,5,6\n\r"), ElementsAre("1: 1|2|3", "4: 4|5|6"));
  EXPECT_THAT(three(""), ElementsAre());
  EXPECT_THAT(three("\n\n"), ElementsAre());
}

TEST(RowSplitter, BlankLinesAndAFinalControlZAreNoRows) {
  EXPECT_THAT(three("  \n1,2,3\n \t \r\n4,5,6\n\x1A"), ElementsAre("2: 1|2|3", "4: 4|5|6"));
  EXPECT_THAT(three("1,2,3\x1A"), ElementsAre("1: 1|2|3"));
  EXPECT_THAT(three("1,2,\"3\"\x1A"), ElementsAre("1: 1|2|3"));
  EXPECT_THAT(rows_of("\t\t\n \n", {.delimiter = "\t", .columns = 3}), ElementsAre("1: ||"));
}

TEST(RowSplitter, UndoesQuotes) {
  EXPECT_THAT(three("\"a,b\",\"c\"\"d\",\"\"\n \"e\" ,\"f\ng\",h\"i\n"),
              ElementsAre("1: a,b|c\"d|", "2: e|f\ng|h\"i"));
  EXPECT_THAT(three("1,\"two\r\nlines\rand three\",3\n4,5,6\n"),
              ElementsAre("1: 1|two\r\nlines\rand three|3", "4: 4|5|6"));
  EXPECT_THAT(rows_of("\"a,b\",c\n", {.quoted = false, .columns = 3}), ElementsAre("1: \"a|b\"|c"));
  EXPECT_THAT(rows_of("1::\"a::b\"::3\n4::5:x::6", {.delimiter = "::", .columns = 3}),
              ElementsAre("1: 1|a::b|3", "2: 4|5:x|6"));
}

TEST(RowSplitter, ALineThatIsNoRowIsOneLine) {
  EXPECT_THAT(three("1,2\n1,2,3,4\n1,2,3,\n1,2,3,,\n"),
              ElementsAre("1! too few fields", "2! too many fields", "3: 1|2|3", "4! too many fields"));
  EXPECT_THAT(three("1,\"Great\" Cats (1998),x\n1,\"a \\\"b\\\" c\",3\n1,2,3"),
              ElementsAre("1! text behind a closing quote", "2! text behind a closing quote", "3: 1|2|3"));
  EXPECT_THAT(three("1,\"great,3\n4,5,6\n7,8,9\n"),
              ElementsAre("1! a quote is opened and not closed", "2: 4|5|6", "3: 7|8|9"));
  EXPECT_THAT(three("1,\"great,3\n4,5,6\n7,\"eight\",9\n"),
              ElementsAre("1! a quote is opened and not closed", "2: 4|5|6", "3: 7|eight|9"));
}

TEST(RowSplitter, TwoStrayQuotesMakeNoRow) {
  const RowFormat format{.columns = 4};
  EXPECT_THAT(rows_of("u1,a1,\"abc,5\nu1,a2,def,3\nu2,a3,ghi\",4\nu2,a2,the beatles,1\n", format),
              ElementsAre("1! a quote is opened and not closed", "2: u1|a2|def|3", "3: u2|a3|ghi\"|4",
                          "4: u2|a2|the beatles|1"));
  EXPECT_THAT(rows_of("u1,a1,\"abc,5\nu2,a3,ghi\",4\n", format),
              ElementsAre("1! a quote is opened and not closed", "2: u2|a3|ghi\"|4"));
  // Text of several lines, with delimiters, is one field all the same.
  EXPECT_THAT(rows_of("u1,a1,\"good, bad\nand, then, ugly\",4\n", format),
              ElementsAre("1: u1|a1|good, bad\nand, then, ugly|4"));
}

TEST(RowSplitter, AQuoteThatClosesTooFarAwayIsOpen) {
  std::string text = "1,\"2,3\n";
  for (int line = 0; line < 400'000; ++line) text += "4,5,6\n";
  const auto rows = three(text + "7,8\",9\n");
  ASSERT_EQ(rows.size(), 400'002u);
  EXPECT_EQ(rows[0], "1! a quote is opened and not closed");
  EXPECT_EQ(rows.back(), "400002: 7|8\"|9");
}

TEST(RowSplitter, ALongLineIsOneLine) {
  const std::string text = "1,2,3\n4,5," + std::string(3'000'000, '6') + "\r\n7,8,\"" + std::string(1'900'000, '9') + "\"\nx,y,z";
  for (const std::size_t piece : {std::size_t{500'000}, std::size_t{2'000'007}, SIZE_MAX}) {
    const auto rows = rows_of(text, {.columns = 3}, piece);
    ASSERT_EQ(rows.size(), 4u);
    EXPECT_EQ(rows[1], "2! longer than 2 MB");
    EXPECT_EQ(rows[2].size(), 1'900'007u);
    EXPECT_EQ(rows[3], "4: x|y|z");
  }
}

TEST(RowSplitter, AColumnWithoutANameMayLack) {
  EXPECT_THAT(rows_of("1,2\n1,2,\n1\n", {.columns = 3, .last_may_lack = true}),
              ElementsAre("1: 1|2|", "2: 1|2|", "3! too few fields"));
}

/// Any text, also an ill one, is taken apart alike in pieces of any size.
TEST(RowSplitter, PiecesMakeNoDifference) {
  std::mt19937 random(7);
  const std::string letters = "\"\"\"\",,,::\n\n\r ab1\x1A\t";
  for (int round = 0; round < 3000; ++round) {
    std::string text(random() % 60, ' ');
    for (char& c : text) c = letters[random() % letters.size()];
    const RowFormat format{.delimiter = round % 3 == 0 ? "::" : ",", .quoted = round % 5 != 0, .columns = 1 + random() % 3};
    const auto whole = rows_of(text, format);
    for (const std::size_t piece : {1, 2, 3, 7}) ASSERT_EQ(rows_of(text, format, piece), whole) << testing::PrintToString(text);
  }
}

/// Tables whose rows are known, written with every kind of quoting and line end.
TEST(RowSplitter, ReadsBackWhatWasWritten) {
  std::mt19937 random(11);
  const std::vector<std::string> pieces = {"a", "ö", "\"", ",", ";", "\n", "\r\n", "\r", " ", "7", "\\", "'", "\t"};
  const std::vector<std::string> ends = {"\n", "\r\n", "\r"};
  for (int round = 0; round < 500; ++round) {
    std::string text;
    std::vector<std::string> expected;
    std::int64_t line = 1;
    for (int row = 0; row < 20; ++row) {
      const std::string user = std::to_string(random() % 1000), stars = std::to_string(random() % 5) + ".5";
      std::string review;
      for (auto count = random() % 12; count > 0; --count) review += pieces[random() % pieces.size()];
      std::string written = "\"";
      for (const char c : review) written += c == '"' ? std::string("\"\"") : std::string(1, c);
      const bool plain = review.find_first_of("\",\r\n ") == std::string::npos && random() % 2 == 0;
      if (random() % 6 == 0) {
        text += random() % 2 == 0 ? "  \n" : "\r\n";
        ++line;
      }
      std::string row_text = user + "," + (plain ? review : written + "\"") + "," + stars;
      if (random() % 8 == 0) row_text += ",";
      expected.push_back(std::to_string(line) + ": " + user + "|" + review + "|" + stars);
      row_text += ends[random() % ends.size()];
      line += count_line_ends(row_text);
      text += row_text;
      if (text.ends_with('\r')) text += "\n";  // else a row may begin with the second half of a line end
    }
    ASSERT_EQ(three(text), expected) << testing::PrintToString(text);
  }
}

TEST(Utf8, KnowsWellFormedText) {
  for (const char* good : {"", "plain ascii text", "zoë", "日本語", "🎬 film", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"})
    EXPECT_TRUE(is_utf8(good)) << good;
  for (const char* bad : {"caf\xE9", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF0\x8F\x80\x80",
                          "\x80", "12345678\xFF", "\xE2\x82"})
    EXPECT_FALSE(is_utf8(bad)) << bad;
  EXPECT_EQ(shown("caf\xE9 noir", 6), "caf\xEF\xBF\xBD…");
}

}  // namespace
}  // namespace encore
