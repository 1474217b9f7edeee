// Options that are more than a number; the texts of the pipeline; the look at a file's bytes.
#include "preparation/selection.h"
#include <gmock/gmock.h>
#include <set>
#include "preparation/canonical_file.h"
#include "preparation/prepared.h"
#include "preparation/sql_model.h"

namespace encore {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(Selection, HashBoundsAreHexDigitsOfTheShare) {
  EXPECT_EQ(hash_bound(0), "00000000");
  EXPECT_EQ(hash_bound(0.2), "33333333");
  EXPECT_EQ(hash_bound(0.5), "80000000");
}

TEST(Selection, Years) {
  EXPECT_EQ(checked_years("1950-1959"), (std::pair{1950, 1959}));
  EXPECT_EQ(checked_years("1954"), (std::pair{1954, 1954}));
  for (const char* wrong : {"fifties", "1959-1950", "1950-", "1950-99999"})
    EXPECT_THAT([&] { checked_years(wrong); }, ThrowsMessage<UserError>(HasSubstr(wrong)));
}

TEST(Selection, ScaleAndLiked) {
  PrepareSettings settings;
  EXPECT_EQ(checked_scale(settings).liked, 4);
  settings.scale = "1-10";
  EXPECT_EQ(checked_scale(settings).liked, 8);
  settings.liked = 11;
  EXPECT_THAT([&] { require_liked_on_scale(checked_scale(settings), settings); }, ThrowsMessage<UserError>(HasSubstr("--liked is 11")));
  settings.scale = "5-1";
  EXPECT_THAT([&] { require_liked_on_scale(checked_scale(settings), settings); }, ThrowsMessage<UserError>(HasSubstr("--scale is '5-1'")));
}

TEST(Selection, MemoryLeavesRoomForWhatTheDatabaseTakesBeyondItsLimit) {
  PrepareSettings settings;
  settings.memory = "1000000000";
  EXPECT_EQ(database_memory(settings), 670'833'334);  // it goes the further beyond its limit the higher that is
  settings.memory = "315000000";
  EXPECT_EQ(database_memory(settings), 100'000'000);
  settings.memory = "200MB";
  EXPECT_THAT([&] { database_memory(settings); }, ThrowsMessage<UserError>(HasSubstr("--memory at least")));
  settings.memory = "much";
  EXPECT_THAT([&] { database_memory(settings); }, ThrowsMessage<UserError>(HasSubstr("'much'")));
}

class SharesTest : public PreparationTest {};
TEST_F(SharesTest, MustLeaveTrainingUsers) {
  PrepareSettings settings = settings_for(diseases / "bom.csv");
  settings.hold_out = 0.6;
  settings.validation = 0.4;
  EXPECT_THAT(complaint(settings), HasSubstr("leave no training users"));
}
TEST_F(SharesTest, YearsNeedTitles) {
  PrepareSettings settings = settings_for(diseases / "bom.csv");
  settings.years = "1950-1959";
  EXPECT_THAT(complaint(settings), HasSubstr("--movies"));
}

TEST(SqlTexts, EachSaysItsNameOnce) {
  std::set<std::string> names;
  for (const auto text : sql_texts()) EXPECT_TRUE(names.insert(parse_sql_model(text).name).second);
  EXPECT_GE(names.size(), 20u);
  EXPECT_THROW(parse_sql_model("SELECT 1"), std::logic_error);
  EXPECT_THROW(sql_model("nothing"), std::logic_error);
}

class CanonicalFile : public PreparationTest {
 protected:
  std::optional<CanonicalScan> scan(const std::string& rows, std::vector<std::string> columns = {"u", "i", "r", "t"}) {
    Source source;
    const auto path = write("rows.csv", "header\n" + rows);
    source.ratings.path = path, source.ratings.parts = {{place_of(path, folder_)}};
    source.ratings.columns = std::move(columns);
    source.user_column = "u", source.item_column = "i", source.rating_column = "r", source.time_column = "t";
    return scan_canonical(source);
  }
};

TEST_F(CanonicalFile, PlainNumbersPassAndTheirOrderIsSeen) {
  const auto sorted = scan("1,2,3.5,4\n1,3,4,5\n2,1,0.5,6");
  ASSERT_TRUE(sorted);
  EXPECT_EQ(sorted->rows, 3);
  EXPECT_TRUE(sorted->ascending);
  EXPECT_FALSE(scan("1,2,3.5,4\n1,2,4,5\n")->ascending) << "a double";
  EXPECT_FALSE(scan("2,2,3.5,4\n1,2,4,5\n")->ascending);
  EXPECT_TRUE(scan("")->ascending);
}

TEST_F(CanonicalFile, HalfStarsAreTold) {
  EXPECT_TRUE(scan("1,2,3.5,4\n1,3,4,5\n2,1,0.0,6\n2,2,5.000,6\n")->half_stars);
  EXPECT_TRUE(scan("1,2,8388607.5,4\n")->half_stars) << "the last that f32 holds";
  for (const char* other : {"3.7", "3.05", "3.25", "3.51", "8388608", "8388608.5"})
    EXPECT_FALSE(scan("1,2,3.5,4\n1,3," + std::string(other) + ",5\n2,1,4,6\n")->half_stars) << other;
  const auto between = scan("1,2,3.5,4\n1,3,0.5,5\n2,1,5,6\n");
  EXPECT_EQ(between->fewest_halves, 1);
  EXPECT_EQ(between->most_halves, 10);
  EXPECT_FALSE(scan("")->half_stars) << "nothing was seen";
}

TEST_F(CanonicalFile, LinesMayEndLikeWindows) {
  const auto mixed = scan("1,2,3.5,4\r\n1,3,0.5,5\n2,1,5,6\r\n");
  ASSERT_TRUE(mixed);
  EXPECT_EQ(mixed->rows, 3);
}

TEST_F(CanonicalFile, LongerThanTheBuffer) {
  std::string rows;
  for (int i = 0; i < 50000; ++i) rows += "1," + std::to_string(i) + ",4.5,1000000000\n";
  const auto result = scan(rows);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->rows, 50000);
  EXPECT_TRUE(result->ascending);
  rows[rows.size() - 20] = 'x';
  EXPECT_FALSE(scan(rows));
}

TEST_F(CanonicalFile, AnythingElseDoesNot) {
  for (const char* row :
       {"-1,2,3,4", " 1,2,3,4", "1,2,3,4 ", "1,2,3", "1,2,3,4,5", "1,2,3.,4", "1,2,.5,4", "1e3,2,3,4", "1,2,3e0,4",
        "1,2,nan,4", "1,2,,4", "1,2,3,", "\"1\",2,3,4", "1234567890123456789,2,3,4", "1,2,3,4\r\r", "1,2\r,3,4", "", "1.5,2,3,4"})
    EXPECT_FALSE(scan(std::string(row) + "\n1,2,3,4\n")) << row;
  EXPECT_FALSE(scan("1,2,3,4\n", {"u", "i", "r", "comment"})) << "a column that is not known";
}

}  // namespace
}  // namespace encore
