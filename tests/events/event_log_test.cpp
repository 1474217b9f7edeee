// The log: what is acknowledged is there, a torn end is cut, damage and gaps are refused, full files become Parquet.
#include "events/event_log.h"
#include "events/erasure.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include "process/error.h"
#include "process/staged_file.h"
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

/// Every byte of every file of a folder.
std::string bytes_of(const fs::path& folder) {
  std::string bytes;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::ifstream in(entry.path(), std::ios::binary);
    bytes.append(std::istreambuf_iterator<char>(in), {});
  }
  return bytes;
}

TEST(Erasure, TakesOutWhatForgottenUsersSaidAndNothingElse) {
  const TemporaryFolder place;
  const fs::path folder = place.path() / "events";
  Event forget;
  forget.kind = EventKind::forget, forget.user = "mallory", forget.time = 1700000001;
  {
    Opened opened(folder, 3);
    opened.append({rating("anna", "1", 4, "first"), rating("mallory", "secret-film", 1, "mallorys-id"), rating("bert", "2", 3)});
    opened.append({rating("anna", "3", 5), rating("carl", "4", 2), forget});
    opened.append({rating("mallory", "5", 5)});  // who came back: this is not forgotten
    EXPECT_THAT(message_of([&] { erase_forgotten(folder); }), HasSubstr("is written by another server already"));
  }
  std::vector<Event> before;
  read_event_log(folder, [&](const Event& event) { before.push_back(event); });
  ASSERT_TRUE(fs::exists(folder / "0001.parquet"));
  const Erasure erased = erase_forgotten(folder);
  EXPECT_EQ(erased.events, 1);
  EXPECT_EQ(erased.users, 1);
  EXPECT_EQ(erased.files, 1);
  EXPECT_FALSE(fs::exists(folder / "0001.csv")) << "sealed again";
  std::vector<Event> after;
  read_event_log(folder, [&](const Event& event) { after.push_back(event); });
  ASSERT_EQ(after.size(), before.size());
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (i == 1) continue;
    EXPECT_EQ(event_line(after[i]), event_line(before[i]));
  }
  EXPECT_THAT(event_line(after[1]), testing::StartsWith("2,1700000000,,,erased,,,,"));
  EXPECT_THAT(bytes_of(folder), testing::Not(HasSubstr("secret-film")));
  EXPECT_THAT(bytes_of(folder), testing::Not(HasSubstr("mallorys-id")));
  EXPECT_EQ(erase_forgotten(folder).events, 0);
  Opened again(folder, 3);  // and a server goes on with it
  EXPECT_EQ(again.append({rating("dora", "6", 3)}).last, 8);
}

TEST(Erasure, OfTheOpenFileAndBesideANewTextWhereverItEnded) {
  const TemporaryFolder place;
  const fs::path folder = place.path() / "events";
  EXPECT_THAT(message_of([&] { erase_forgotten(folder); }), HasSubstr("there is no such folder of events"));
  Event forget;
  forget.kind = EventKind::forget, forget.user = "mallory";
  {
    Opened opened(folder, 1000);
    opened.append({rating("mallory", "secret-film", 1), rating("anna", "1", 4)});
    EXPECT_EQ(opened.append({forget}).last, 3);
  }
  EXPECT_EQ(erase_forgotten(folder).events, 1);
  EXPECT_THAT(bytes_of(folder), testing::Not(HasSubstr("secret-film")));
  // As if the process had ended between the new text and its sealing: both forms are there, and the text counts.
  seal_log_file(folder, 1);
  write_file_whole(folder / "0001.csv", std::string(event_header) + event_line({.seq = 1, .time = 5, .kind = EventKind::erased}) +
                                            event_line({.seq = 2, .time = 5, .user = "anna", .item = "1", .value = 4.0F}) +
                                            event_line({.seq = 3, .time = 5, .user = "mallory", .kind = EventKind::forget}));
  EXPECT_EQ(erase_forgotten(folder).events, 0);
  std::vector<Event> events;
  read_event_log(folder, [&](const Event& event) { events.push_back(event); });
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[1].time, 5);
}

}  // namespace
}  // namespace encore
