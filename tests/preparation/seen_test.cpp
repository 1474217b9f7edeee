// Films that were seen without a rating, from a table (--seen) and from a log of events (--events): which stay, how they are read back,
// what the dataset's fingerprint makes of them, and what is refused. Not what a model learns from them (training/channels_test.cpp).
#include "preparation/seen_source.h"

#include <gmock/gmock.h>

#include <set>

#include "dataset/dataset_summary.h"
#include "events/event_log.h"
#include "events/event_files.h"
#include "preparation/told.h"

namespace encore {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

/// Users 1 to 4 rate films 10, 20 and 30; 5 rates 30 only.
constexpr const char* ratings =
    "userId,movieId,rating,timestamp\n1,10,5,100\n1,20,3,110\n2,10,4,100\n2,30,2,120\n3,20,5,100\n3,30,5,130\n4,10,4.5,100\n5,30,5,100\n";

class Seen : public ToldPreparation {
 protected:
  Dataset with_table(const std::string& table, PrepareSettings settings = {}) {
    settings.seen = write("watched.csv", table).string();
    return prepared(ratings, settings);
  }
  /// "user:film" of the ids.
  static std::set<std::string> pairs(const Dataset& dataset, const UserItems& of) {
    std::set<std::string> found;
    for (std::int32_t user = 0; user < dataset.users.size(); ++user)
      for (const std::int32_t item : of.items_of(user))
        found.insert(dataset.users.id[static_cast<std::size_t>(user)] + ":" + dataset.items.id[static_cast<std::size_t>(item)]);
    return found;
  }
  void log(const std::vector<std::pair<const char*, const char*>>& events) {  // "user:film", kind
    EventLog log(folder_ / "events", 4, [](const Event&) {}, [](const std::string&) {});
    for (const auto& [pair, kind] : events) {
      const std::string text = pair;
      Event event;
      event.time = ++time_;
      event.user = text.substr(0, text.find(':')), event.item = text.substr(text.find(':') + 1);
      event.kind = *event_kind(kind);
      if (event.kind == EventKind::rating) event.value = 1.5F;
      log.append({event}, [](const Appended*, const std::exception_ptr& error) { EXPECT_FALSE(error); });
    }
  }
  std::int64_t time_ = 1000;
};

TEST_F(Seen, table_of_what_was_watched_becomes_cells_without_stars) {
  const Dataset dataset = with_table(
      "member,video_id,date\n1,30,2024-01-05\n1,30,2024-02-05\n1,20,2024-01-05\n2,20,\n9,10,\n1,77,\n,10,\n");
  EXPECT_THAT(pairs(dataset, dataset.seen), ElementsAre("1:30", "2:20")) << "what is rated counts as rated";
  EXPECT_TRUE(dataset.dismissed.start.empty());
  EXPECT_EQ(dataset.ratings.size(), 8);
  ASSERT_TRUE(summary_.events);
  EXPECT_EQ(summary_.events->file, "watched.csv");
  EXPECT_EQ(summary_.events->seen, 2);
  EXPECT_EQ(summary_.events->seen_users, 2);
  EXPECT_THAT(summary_.events->left_out,
              ElementsAre(Pair("no valid user or film", 1), Pair("rated, too", 1), Pair("user or film without a rating", 2)));
  EXPECT_EQ(summary_.rows, 8) << "they are no rows of the ratings";
  EXPECT_THAT(messages_, HasSubstr("watched.csv: users are in the column 'member', items in 'video_id'"));
  EXPECT_THAT(content(folder_ / "dataset/dataset.json"), HasSubstr("\"format_version\": 2"));
  EXPECT_THAT(content(folder_ / "dataset/sha256sums.txt"), HasSubstr("  events.parquet\n"));
  Database database;
  Rows rows = database.stream("SELECT count, time FROM read_parquet(" + sql_literal((folder_ / "dataset/events.parquet").string()) +
                              ") ORDER BY \"user\"");
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.int64(0)[0], 2) << "how often";
  EXPECT_EQ(rows.int64(1)[0], 1707091200) << "when last";
  EXPECT_TRUE(rows.is_null(1, 1));
}

TEST_F(Seen, films_are_part_of_the_fingerprint_and_older_folders_have_none) {
  const Dataset plain = prepared(ratings);
  EXPECT_TRUE(plain.seen.start.empty());
  EXPECT_THAT(content(folder_ / "dataset/dataset.json"), HasSubstr("\"format_version\": 1"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "dataset/events.parquet"));
  const std::string one = with_table("userId,movieId\n1,30\n").fingerprint, other = with_table("userId,movieId\n2,20\n").fingerprint;
  EXPECT_NE(one, plain.fingerprint);
  EXPECT_NE(one, other);
  EXPECT_EQ(with_table("movieId,userId\n30,1\n30,1\n").fingerprint, one) << "how often is no number of a model";
}

TEST_F(Seen, columns_may_be_named_as_in_the_ratings_or_have_no_names) {
  PrepareSettings settings;
  settings.no_header = true;
  settings.seen = write("watched.csv", "1,30\n2,20\n").string();
  const Dataset bare = prepared("1,10,5\n1,20,3\n2,10,4\n2,30,2\n", settings);
  EXPECT_THAT(pairs(bare, bare.seen), ElementsAre("1:30", "2:20"));
  EXPECT_THAT([&] { with_table("a,b\n1,30\n"); },
              testing::ThrowsMessage<UserError>(HasSubstr("needs a column of users and one of items, named userId and movieId")));
  settings = {};
  settings.seen = (folder_ / "nowhere.csv").string();
  EXPECT_THAT([&] { prepared(ratings, settings); }, testing::ThrowsMessage<UserError>(HasSubstr("--seen: ")));
  const Dataset none = with_table("userId,movieId\n7,30\n");
  EXPECT_TRUE(none.seen.start.empty());
  EXPECT_THAT(messages_, HasSubstr("no row names a user and a film of the ratings that is not rated"));
}

TEST_F(Seen, events_of_a_log_are_kept_and_what_takes_them_back_does) {
  log({{"1:30", "seen"}, {"1:30", "seen"}, {"2:20", "shown"}, {"2:20", "shown"}, {"2:20", "dismissed"}, {"3:10", "seen"},
       {"3:10", "undo"}, {"4:20", "seen"}, {"4:20", "rating"}, {"4:30", "seen"}, {"4:30", "remove"}, {"5:10", "dismissed"},
       {"5:10", "like"}, {"5:20", "shown"}, {"5:20", "like"}, {"5:20", "undo"}, {"8:10", "seen"}});
  PrepareSettings settings;
  settings.events = (folder_ / "events").string();
  const Dataset dataset = prepared(ratings, settings);
  EXPECT_THAT(pairs(dataset, dataset.seen), ElementsAre("1:30"));
  EXPECT_THAT(pairs(dataset, dataset.dismissed), ElementsAre("2:20"));
  EXPECT_EQ(summary_.events->shown, 1);
  EXPECT_EQ(summary_.events->file, "");
  EXPECT_THAT(summary_.events->left_out, ElementsAre(Pair("user or film without a rating", 1)));
}

TEST_F(Seen, table_and_log_go_together_and_forgetting_counts_for_both) {
  log({{"1:30", "seen"}, {"2:20", "remove"}, {"3:", "forget"}, {"3:20", "like"}});
  PrepareSettings settings;
  settings.events = (folder_ / "events").string();
  const Dataset dataset = with_table("userId,movieId\n1,30\n2,20\n3,10\n4,20\n", settings);
  EXPECT_THAT(pairs(dataset, dataset.seen), ElementsAre("1:30", "4:20"));
}

TEST_F(Seen, films_of_later_are_not_known_when_times_decide_what_is_held_out) {
  const std::string seen = "userId,movieId,timestamp\n1,30,105\n2,20,125\n3,10,90\n4,20,500\n";
  PrepareSettings settings;
  settings.split = "last";  // of users with three ratings, of which there are none
  EXPECT_THAT(pairs(with_table(seen, settings), with_table(seen, settings).seen), ElementsAre("1:30", "2:20", "3:10", "4:20"));
  settings.split = "user-time", settings.hold_out = 0.5;  // user 1's from 110 on, 2's from 120, 3's from 130
  const Dataset by_user = with_table(seen, settings);
  EXPECT_THAT(pairs(by_user, by_user.seen), ElementsAre("1:30", "3:10", "4:20"));
  EXPECT_EQ(summary_.events->left_out.at("not before what is held out"), 1);
  EXPECT_EQ(by_user.seen.start.size(), by_user.ratings.start.size()) << "in training rows and in judging rows";
  settings.split = "time", settings.hold_out = 0.25;  // from 120 on
  const Dataset by_time = with_table(seen, settings);
  EXPECT_THAT(pairs(by_time, by_time.seen), ElementsAre("1:30", "3:10"));
}

TEST_F(Seen, damaged_files_are_found) {
  with_table("userId,movieId\n1,30\n4,20\n");
  const auto complaint_of = [&](const std::string& rows) {
    std::filesystem::remove(folder_ / "dataset/sha256sums.txt");
    Database().run("COPY (SELECT CAST(u AS INT) AS \"user\", CAST(i AS INT) AS item, k AS kind FROM (VALUES " + rows + ") t(u, i, k)) TO " +
                   sql_literal((folder_ / "dataset/events.parquet").string()) + " (FORMAT parquet)");
    try {
      read_dataset(folder_ / "dataset");
      return std::string();
    } catch (const UserError& error) {
      return std::string(error.what());
    }
  };
  EXPECT_EQ(complaint_of("(0, 2, 'seen'), (3, 1, 'seen')"), "");
  EXPECT_THAT(complaint_of("(0, 2, 'seen')"), HasSubstr("does not have the events that dataset.json tells"));
  EXPECT_THAT(complaint_of("(3, 1, 'seen'), (0, 2, 'seen')"), HasSubstr("the rows are not sorted by user, item and kind at row 2"));
  EXPECT_THAT(complaint_of("(0, 9, 'seen'), (3, 1, 'seen')"), HasSubstr("there is no such item at row 1"));
  EXPECT_THAT(complaint_of("(0, 2, 'seen'), (9, 1, 'seen')"), HasSubstr("there is no such user at row 2"));
  EXPECT_THAT(complaint_of("(0, 2, 'heard'), (3, 1, 'seen')"), HasSubstr("the kind is none of dismissed, seen, shown"));
  EXPECT_THAT(complaint_of("(0, NULL, 'seen'), (3, 1, 'seen')"), HasSubstr("a value is missing"));
}

}  // namespace
}  // namespace encore
