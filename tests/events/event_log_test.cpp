// The log: what is acknowledged is there, a torn end is cut, damage and gaps are refused, full files become Parquet.
#include "events/event_log.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include "process/error.h"
#include "temporary_folder.h"

namespace encore {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

Event rating(const std::string& user, const std::string& item, float stars, const std::string& id = {}) {
  Event event;
  event.time = 1700000000;
  event.user = user;
  event.item = item;
  event.value = stars;
  event.id = id;
  return event;
}

struct Opened {
  explicit Opened(const fs::path& folder, std::int64_t seal_after = 1000)
      : log(folder, seal_after, [this](const Event& event) { heard.push_back(event); },
            [this](const std::string& remark) { remarks += remark; }) {}
  Appended append(std::vector<Event> events) {
    std::promise<Appended> answer;
    log.append(std::move(events), [&](const Appended* appended, std::exception_ptr failure) {
      failure ? answer.set_exception(failure) : answer.set_value(*appended);
    });
    return answer.get_future().get();
  }
  std::vector<Event> heard;
  std::string remarks;
  EventLog log;
};

std::string message_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

TEST(EventLog, TellsAgainWhatWasAcknowledged) {
  const TemporaryFolder place;
  {
    Opened opened(place.path() / "events");
    EXPECT_EQ(opened.append({rating("anna", "1", 4), rating("bert", "2", 3)}).last, 2);
    EXPECT_EQ(opened.append({rating("anna", "3", 5)}).last, 3);
    EXPECT_EQ(opened.heard.size(), 3);
  }
  Opened again(place.path() / "events");
  ASSERT_EQ(again.heard.size(), 3);
  EXPECT_EQ(again.heard[2].user, "anna");
  EXPECT_EQ(again.heard[2].value, 5.0F);
  EXPECT_EQ(again.append({rating("carl", "1", 1)}).last, 4);
}

TEST(EventLog, LeavesOutASecondEventWithTheSameId) {
  const TemporaryFolder place;
  {
    Opened opened(place.path() / "events");
    const Appended first = opened.append({rating("a", "1", 4, "x"), rating("a", "1", 4, "x"), rating("a", "2", 4)});
    EXPECT_EQ((std::vector{first.added, first.repeated, first.last}), (std::vector<std::int64_t>{2, 1, 2}));
  }
  Opened again(place.path() / "events");
  EXPECT_EQ(again.append({rating("a", "1", 1, "x")}).repeated, 1);
  EXPECT_EQ(again.heard.size(), 2);
}

TEST(EventLog, CutsALineThatWasNotWrittenWhole) {
  const TemporaryFolder place;
  const fs::path folder = place.path() / "events", file = folder / "0001.csv";
  { Opened(folder).append({rating("a", "1", 4), rating("a", "2", 4)}); }
  const auto whole = fs::file_size(file);
  // However much of a further line is there: the two before stay.
  for (const std::string& torn : {std::string("3"), std::string("3,1700000000,a,3,rating,4,,,0000"), std::string(3, '\0')}) {
    std::ofstream(file, std::ios::app) << torn;
    Opened again(folder);
    EXPECT_EQ(again.heard.size(), 2);
    EXPECT_EQ(fs::file_size(file), whole);
    EXPECT_THAT(again.remarks, HasSubstr("was cut off"));
  }
  Opened again(folder);
  EXPECT_EQ(again.remarks, "");
  EXPECT_EQ(again.append({rating("a", "3", 4)}).last, 3);
}

TEST(EventLog, AFileThatHasJustBegunMayBeTorn) {
  const TemporaryFolder place;
  const fs::path folder = place.path() / "events";
  { Opened opened(folder); }
  fs::resize_file(folder / "0001.csv", 10);
  { EXPECT_EQ(Opened(folder).append({rating("a", "1", 4)}).last, 1); }
  EXPECT_EQ(Opened(folder).heard.size(), 1);
}

TEST(EventLog, RefusesDamageAndGaps) {
  const TemporaryFolder place;
  const fs::path folder = place.path() / "events", file = folder / "0001.csv";
  { Opened(folder).append({rating("a", "1", 4), rating("a", "2", 4), rating("a", "3", 4)}); }
  std::ifstream in(file);
  const std::string good{std::istreambuf_iterator<char>(in), {}};
  const auto open_with = [&](const std::string& text) {
    std::ofstream(file) << text;
    return message_of([&] { Opened opened(folder); });
  };
  std::string rotten = good;
  rotten[good.find("1700000000,a,2") + 11] = 'b';
  EXPECT_THAT(open_with(rotten), HasSubstr("0001.csv, line 3: these are not the bytes that were written"));
  rotten = good;
  rotten[good.size() - 2] ^= 1;  // also in the last line, which was acknowledged
  EXPECT_THAT(open_with(rotten), HasSubstr("0001.csv, line 4"));
  const auto second = good.find("2,1700000000"), third = good.find("3,1700000000");
  EXPECT_THAT(open_with(good.substr(0, second) + good.substr(third)), HasSubstr("line 3: this is event 3, but event 2 must follow"));
  EXPECT_EQ(open_with(good), "no error");
}

TEST(EventLog, HasOneServer) {
  const TemporaryFolder place;
  const Opened opened(place.path() / "events");
  EXPECT_THAT(message_of([&] { Opened other(place.path() / "events"); }), HasSubstr("another server"));
  EXPECT_THAT(message_of([&] { Opened other(place.path() / "no" / "events"); }), HasSubstr("no"));
}

TEST(EventLog, SealsFullFiles) {
  const TemporaryFolder place;
  const fs::path folder = place.path() / "events";
  {
    Opened opened(folder, 3);
    for (int i = 1; i <= 8; ++i) opened.append({rating("user " + std::to_string(i), "7", 0.5F * static_cast<float>(i), std::to_string(i))});
  }
  EXPECT_TRUE(fs::exists(folder / "0001.parquet"));
  EXPECT_TRUE(fs::exists(folder / "0002.parquet"));
  EXPECT_FALSE(fs::exists(folder / "0001.csv"));
  std::vector<Event> read;
  const LogEnd end = read_event_log(folder, [&](const Event& event) { read.push_back(event); });
  EXPECT_EQ((std::vector{end.last, end.files, end.sealed_files}), (std::vector<std::int64_t>{8, 3, 2}));
  ASSERT_EQ(read.size(), 8);
  EXPECT_EQ(event_line(read[3]), event_line([] {
              Event event = rating("user 4", "7", 2, "4");
              event.seq = 4;
              return event;
            }()));
  // Also an id of a sealed file is known.
  EXPECT_EQ(Opened(folder, 3).append({rating("z", "7", 1, "2")}).repeated, 1);

  std::fstream damaged(folder / "0001.parquet", std::ios::in | std::ios::out | std::ios::binary);
  damaged.seekp(40);
  damaged.put('x');
  damaged.close();
  EXPECT_THAT(message_of([&] { Opened opened(folder); }), HasSubstr("0001.parquet is not as it was written"));
  fs::remove(folder / "0001.parquet");
  EXPECT_THAT(message_of([&] { Opened opened(folder); }), HasSubstr("holds 0002.parquet but not the file before it"));
}

TEST(EventLog, WhereverSealingEndsNothingIsLost) {
  const TemporaryFolder place;
  const fs::path folder = place.path() / "events";
  {
    Opened opened(folder, 1000);
    for (int i = 0; i < 4; ++i) opened.append({rating("a", std::to_string(i), 4)});
  }
  // Killed after the Parquet file and before the text went: the text counts, and sealing is done again.
  const std::string text = [&] {
    std::ifstream in(folder / "0001.csv");
    return std::string{std::istreambuf_iterator<char>(in), {}};
  }();
  seal_log_file(folder, 1);
  std::ofstream(folder / "0001.csv") << text;
  std::ofstream(folder / "0002.csv") << event_header;
  { EXPECT_EQ(Opened(folder).heard.size(), 4); }
  EXPECT_FALSE(fs::exists(folder / "0001.csv"));
  EXPECT_EQ(Opened(folder).heard.size(), 4);
}

TEST(EventLog, AWriteThatFailsLeavesTheLogAsItWas) {
  const TemporaryFolder place;
  const fs::path folder = place.path() / "events";
  Opened opened(folder);
  opened.append({rating("a", "1", 4, "first")});
  const auto size = fs::file_size(folder / "0001.csv");
  struct rlimit before {};
  getrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, SIG_IGN);
  const struct rlimit narrow{size + 10, before.rlim_max};  // a part of the next line has room
  setrlimit(RLIMIT_FSIZE, &narrow);
  const std::string refused = message_of([&] { opened.append({rating("a", "2", 4, "second")}); });
  setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_THAT(refused, HasSubstr("0001.csv"));
  EXPECT_EQ(fs::file_size(folder / "0001.csv"), size);
  EXPECT_EQ(opened.heard.size(), 1);
  // Nothing of it was kept, so that sending it again is no repetition.
  const Appended again = opened.append({rating("a", "2", 4, "second")});
  EXPECT_EQ((std::vector{again.added, again.repeated, again.last}), (std::vector<std::int64_t>{1, 0, 2}));
}

}  // namespace
}  // namespace encore
