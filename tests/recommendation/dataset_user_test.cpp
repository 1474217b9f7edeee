// One user of a dataset folder is the same as in the whole dataset.
#include "recommendation/dataset_user.h"
#include <gmock/gmock.h>
#include "database/database.h"
#include "folder/dataset_folder.h"
#include "dataset/dataset_summary.h"
#include "folder/catalogue_file.h"
#include "temporary_folder.h"
#include "network/tiny_model.h"
#include "process/error.h"
#include "recommendation/profile.h"

namespace encore {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class DatasetUser : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(path);
    DatasetSummary summary;
    summary.format = "table";
    summary.fingerprint = std::string(64, 'a');
    summary.movies = 4;
    summary.users = 3;
    summary.ratings = summary.rows = 6;
    summary.training_users = 2;
    summary.test_users = 1;
    put_text(path / "dataset.json", to_json(summary));
    write_catalogue(path / "items.parquet", tiny_catalogue(4));
    copy("users.parquet", "(0::INTEGER, 7::BIGINT, 2::BIGINT, 'train'), (1, 12, 3, 'test'), (2, 30, 1, 'train')",
         "t(user, userId, ratings, fold)");
    put_ratings(
        "(0::INTEGER, 0::INTEGER, 1::FLOAT, 5::FLOAT, NULL::BIGINT, NULL::VARCHAR), (0, 3, 0.2, 1, NULL, NULL), "
        "(1, 0, 0.9, 4.5, NULL, 'given'), (1, 1, 0.8, 4, NULL, 'target'), (1, 2, 0.1, 0.5, NULL, NULL), "
        "(2, 1, 0.6, 3, NULL, NULL)");
  }
  void put_ratings(const std::string& rows) {
    copy("ratings.parquet", rows, "t(user, item, value, rating, time, part)");
  }
  void copy(const std::string& file, const std::string& rows, const std::string& names) {
    Database().run("COPY (SELECT * FROM (VALUES " + rows + ") " + names + ") TO " +
                   sql_literal((path / file).string()) + " (FORMAT parquet)");
  }
  std::string complaint(const std::string& user) {
    return message_of<UserError>([&] { read_dataset_user(path, user); });
  }
  TemporaryFolder folder;
  std::filesystem::path path = folder / "films";
};

/// Films seen without a rating and dismissed ones come with their user, of a few users and, asked again, from memory.
TEST_F(DatasetUser, HasSeenAndDismissedFilms) {
  DatasetSummary summary = read_dataset_summary(path);
  summary.events = EventCounts{"", 3, 2, 1, 1, {}};
  put_text(path / "dataset.json", to_json(summary));
  copy("events.parquet",
       "(0::INTEGER, 1::INTEGER, 'seen'), (0, 2, 'shown'), (2, 0, 'seen'), (2, 2, 'seen'), (2, 3, 'dismissed')", "t(\"user\", item, kind)");
  DatasetUsers users(path);
  for (int time = 0; time < 3; ++time) {
    const Dataset& found = users.with_ids({"30", "12", "7", "30"});
    EXPECT_THAT(found.seen.start, ElementsAre(0, 2, 2, 3, 5));
    EXPECT_THAT(found.seen.item, ElementsAre(0, 2, 1, 0, 2));
    EXPECT_THAT(found.dismissed.start, ElementsAre(0, 1, 1, 1, 2));
    EXPECT_EQ(found.ratings.users(), 4);
    const Dataset& in_order = users.in_order(0, 3);
    EXPECT_THAT(in_order.seen.item, ElementsAre(1, 0, 2));
  }
  const std::vector<std::int32_t> same{0, 1, 2, 3};
  const Profile person = profile_of(users.with_ids({"30"}), 0, same, {}, false, nullptr);
  EXPECT_THAT(person.seen, ElementsAre(0, 2));
  EXPECT_THAT(person.hidden, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(profile_of(users.with_ids({"30"}), 0, same, {}, true, nullptr).hidden, ElementsAre(3)) << "what is dismissed stays away";
}

TEST_F(DatasetUser, IsTheSameAsInTheWholeDataset) {
  const Dataset all = read_dataset(path);
  for (std::int32_t user = 0; user < 3; ++user) {
    const Dataset one = read_dataset_user(path, all.users.id[static_cast<std::size_t>(user)]);
    ASSERT_EQ(one.ratings.users(), 1);
    EXPECT_TRUE(std::ranges::equal(one.ratings.items_of(0), all.ratings.items_of(user)));
    EXPECT_TRUE(std::ranges::equal(one.ratings.ratings_of(0), all.ratings.ratings_of(user)));
    EXPECT_EQ(one.users.fold[0], all.users.fold[static_cast<std::size_t>(user)]);
    EXPECT_EQ(one.items.id, all.items.id);
    EXPECT_EQ(one.fingerprint, all.fingerprint);
  }
  EXPECT_THAT(read_dataset_user(path, "012").ratings.item, ElementsAre(0, 1, 2));
}

TEST_F(DatasetUser, IsTheSameInAnOpenFolderHoweverItIsAskedFor) {
  const Dataset all = read_dataset(path);
  DatasetUsers users(path);
  for (int question = 0; question < 3; ++question) {  // from the second on the rows are in memory
    const Dataset& found = users.with_ids({"30", "7", "012", "7"});
    EXPECT_THAT(found.users.id, ElementsAre("30", "7", "12", "7"));
    EXPECT_THAT(found.users.fold, ElementsAre(Fold::train, Fold::train, Fold::test, Fold::train));
    EXPECT_THAT(found.ratings.start, ElementsAre(0, 1, 3, 6, 8));
    EXPECT_THAT(found.ratings.item, ElementsAre(1, 0, 3, 0, 1, 2, 0, 3));
    EXPECT_THAT(found.ratings.rating, ElementsAre(3, 5, 1, 4.5, 4, 0.5, 5, 1));
    EXPECT_THAT(message_of<UserError>([&] { users.with_ids({"7", "8"}); }), HasSubstr("has no user 8"));
  }
  DatasetUsers in_order(path);
  for (int question = 0; question < 3; ++question) {
    const Dataset& found = in_order.in_order(1, 2);
    EXPECT_THAT(found.users.id, ElementsAre("12", "30"));
    EXPECT_THAT(found.ratings.start, ElementsAre(0, 3, 4));
    EXPECT_THAT(found.ratings.item, ElementsAre(0, 1, 2, 1));
  }
  EXPECT_EQ(in_order.in_order(3, 5).users.size(), 0);
  EXPECT_TRUE(in_order.current());
  std::filesystem::remove(path / "dataset.json");
  EXPECT_FALSE(in_order.current());
}

TEST_F(DatasetUser, IsNamedWhenThereIsNone) {
  EXPECT_THAT(complaint("8"), HasSubstr("has no user 8; its users have ids from 7 to 30"));
  EXPECT_THAT(complaint("' OR 1=1"), HasSubstr("has no user ' OR 1=1"));
}

TEST_F(DatasetUser, NoticesDamage) {
  put_ratings("(0::INTEGER, 3::INTEGER, 1::FLOAT, 5::FLOAT, NULL::BIGINT, NULL::VARCHAR), (0, 0, 0.2, 1, NULL, NULL)");
  EXPECT_THAT(complaint("7"), HasSubstr("the rows of user 7 are not films of items.parquet in ascending order"));
  std::filesystem::remove(path / "ratings.parquet");
  EXPECT_THAT(complaint("7"), HasSubstr("ratings.parquet"));
  std::filesystem::remove(path / "dataset.json");
  EXPECT_THAT(complaint("7"), HasSubstr("dataset.json"));
}

}  // namespace
}  // namespace encore
