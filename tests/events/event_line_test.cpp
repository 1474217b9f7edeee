// Lines of the log: what is written is read, and any flipped bit is found.
#include <gtest/gtest.h>
#include "events/event.h"

namespace encore {
namespace {

Event example() {
  Event event;
  event.seq = 7;
  event.time = 1700000000;
  event.user = "anna, \"the first\"";
  event.item = "1214";
  event.value = 4.5F;
  event.id = " e-1";
  return event;
}

TEST(EventLine, IsCsvWithASum) {
  const std::string line = event_line(example());
  EXPECT_EQ(line.substr(0, line.rfind(',')), R"(7,1700000000,"anna, ""the first""",1214,rating,4.5,," e-1")");
  EXPECT_EQ(line.back(), '\n');
}

TEST(EventLine, IsReadAsItWasWritten) {
  for (const EventKindRow& kind : event_kinds()) {
    Event event = example();
    event.kind = kind.kind;
    if (event.kind != EventKind::rating) event.value.reset();
    const std::string line = event_line(event);
    const auto read = parse_event_line(std::string_view(line).substr(0, line.size() - 1));
    ASSERT_TRUE(read) << line;
    EXPECT_EQ(event_line(*read), line);
    EXPECT_EQ(read->user, event.user);
    EXPECT_EQ(read->id, event.id);
    EXPECT_EQ(read->value, event.value);
  }
}

TEST(EventLine, QuotesWhatWouldEndAFieldOrALine) {
  for (const char* text : {"a\rb", "\r", " a", "a ", "\"", ",", "\",\r,\""}) {
    Event event = example();
    event.user = event.source = event.id = text;
    const std::string line = event_line(event);
    const auto read = parse_event_line(std::string_view(line).substr(0, line.size() - 1));
    ASSERT_TRUE(read) << line;
    EXPECT_EQ(read->user, text);
    EXPECT_EQ(read->id, text);
  }
}

TEST(EventLine, FindsEveryFlippedBitAndEveryCut) {
  std::string line = event_line(example());
  line.pop_back();
  for (std::size_t at = 0; at < line.size(); ++at) {
    EXPECT_FALSE(parse_event_line(std::string_view(line).substr(0, at)));
    for (int bit = 0; bit < 8; ++bit) {
      std::string other = line;
      other[at] = static_cast<char>(other[at] ^ (1 << bit));
      const bool same_sum = at + 8 >= line.size() && bit == 5;  // A for a in the sum
      EXPECT_TRUE(same_sum || !parse_event_line(other)) << other;
    }
  }
}

}  // namespace
}  // namespace encore
