// Which ids are numbers and which text, and which times are understood; and what is said when rows are lost.
#include <gmock/gmock.h>
#include "preparation/told.h"

namespace encore {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Counts = std::map<std::string, std::int64_t>;
using IdsAndTimes = ToldPreparation;

TEST_F(IdsAndTimes, LeadingZerosKeepTwoItemsApart) {
  const Dataset dataset = prepared("userId,movieId,rating\n1,007,3\n1,7,4\n2,7,5\n");
  EXPECT_THAT(dataset.items.id, ElementsAre("007", "7"));
  EXPECT_EQ(summary_.ratings, 3);
  EXPECT_THAT(dataset.users.id, ElementsAre("1", "2"));
}

TEST_F(IdsAndTimes, OneWordAmongNumbersMakesTheColumnText) {
  std::string text = "userId,movieId,rating\n";
  for (int i = 1; i <= 20; ++i) text += std::to_string(i) + "," + std::to_string(i % 3) + ",4\n";
  const Dataset dataset = prepared(text + "0X,1,4\n");
  EXPECT_EQ(summary_.ratings, 21);
  EXPECT_EQ(dataset.users.id[0], "0X");
  EXPECT_THAT(messages_, HasSubstr("1 of 21 values of the column 'userId' are no whole numbers ('0X' is one of them)"));
  PrepareSettings numbers;
  numbers.ids = "number";
  prepared(text + "0X,1,4\n", numbers);
  EXPECT_EQ(summary_.rejected.at("no valid userId"), 1);
}

TEST_F(IdsAndTimes, WholeFloatsAreWholeNumbersAndNaNIsMissing) {
  const Dataset dataset = prepared("userId,movieId,rating\n1.0,20000000.0,4\n2.0E7,20000000,3\n-3,2e+07,5\nNaN,1,4\n,1,4\n");
  EXPECT_THAT(dataset.users.id, ElementsAre("-3", "1", "20000000"));
  EXPECT_THAT(dataset.items.id, ElementsAre("20000000"));
  EXPECT_EQ(summary_.rejected.at("no valid userId"), 2);
  const Dataset same = prepared_parquet(
      "SELECT CAST(u AS DOUBLE) AS \"userId\", CAST(20000000 AS DECIMAL(18,2)) AS \"movieId\", 4 AS rating "
      "FROM (VALUES (1), (20000000), (-3), ('nan'::double), (NULL)) t(u)");
  EXPECT_THAT(same.users.id, ElementsAre("-3", "1", "20000000"));
  EXPECT_THAT(same.items.id, ElementsAre("20000000"));
  EXPECT_EQ(summary_.rejected.at("no valid userId"), 2);
}

TEST_F(IdsAndTimes, IdsBeyond64BitsAreText) {
  const Dataset dataset = prepared_parquet(
      "SELECT CAST(18446744073709551615 AS UBIGINT) AS \"userId\", CAST(9 AS UBIGINT) AS \"movieId\", 4 AS rating");
  EXPECT_THAT(dataset.users.id, ElementsAre("18446744073709551615"));
}

TEST_F(IdsAndTimes, ListsAndStructsAsIdsAreRefusedByName) {
  PrepareSettings settings = settings_for(folder_ / "rows.parquet");
  Database().run("COPY (SELECT [1, 2] AS \"userId\", {'a': 1} AS \"movieId\", 4 AS rating) TO " +
                 sql_literal(settings.source) + " (FORMAT parquet)");
  EXPECT_THAT(complaint(settings), HasSubstr("the column 'userId' of " + settings.source + " holds lists or structs (INTEGER[])"));
}

TEST_F(IdsAndTimes, MillisecondsAreRecognisedAndAskedFor) {
  prepared("userId,movieId,rating,timestamp\n1,1,4,1588687728923\n1,2,4,1588687728\n");
  EXPECT_THAT(times(), ElementsAre(1588687728, 1588687728));
  EXPECT_THAT(messages_, HasSubstr("such as 1588687728923 are taken as milliseconds"));
  prepared("userId,movieId,rating,timestamp\n1,1,4,1588687728923456\n\"1\",2,4,-1588687728923456789\n");
  EXPECT_THAT(times(), ElementsAre(1588687728, -1588687729));
  PrepareSettings settings;
  settings.time_unit = "ms";
  prepared("userId,movieId,rating,timestamp\n1,1,4,5000\n1,2,4,-1\n", settings);
  EXPECT_THAT(times(), ElementsAre(5, -1));
  prepared_parquet("SELECT 1 AS \"userId\", i AS \"movieId\", 4 AS rating, 1588687728923000 + i AS timestamp FROM range(2) t(i)");
  EXPECT_THAT(times(), ElementsAre(1588687728, 1588687728));
}

TEST_F(IdsAndTimes, DatesAndTimesAsTextFloatsAndNothing) {
  prepared(
      "userId,movieId,rating,timestamp\n1,1,4,\"2005-04-02 23:53:47\"\n1,2,4,2005-04-02\n1,3,4,2005-04-02T23:53:47.5+02:00\n"
      "1,4,4,1112486027.0\n1,5,4,1.112486027E9\n1,6,4,NaN\n1,7,4,\n1,8,4,1969/12/31 23:59:59Z\n1,9,4,NULL\n");
  EXPECT_THAT(times(), ElementsAre(1112486027, 1112400000, 1112478827, 1112486027, 1112486027, -999, -999, -1, -999));
  EXPECT_THAT(summary_.rejected, IsEmpty());
  prepared_parquet("SELECT 1 AS \"userId\", i AS \"movieId\", 4 AS rating, CASE WHEN i = 0 THEN 'nan'::double ELSE 1112486027.0 END AS "
                   "timestamp FROM range(2) t(i)");
  EXPECT_THAT(times(), ElementsAre(-999, 1112486027));
}

TEST_F(IdsAndTimes, TimesThatAreNoneAreRejectedOrLeftAlone) {
  const std::string text =
      "userId,movieId,rating,timestamp\n1,1,4,18446744073709551615\n1,2,4,2005-02-30\n1,3,4,noon\n1,4,4,5\n";
  prepared(text);
  EXPECT_EQ(summary_.rejected.at("no valid time"), 3);
  EXPECT_THAT(messages_, HasSubstr("line 2: '1, 1, 4, 18446744073709551615'; --no-time leaves the times alone"));
  PrepareSettings settings;
  settings.no_time = true;
  prepared(text, settings);
  EXPECT_EQ(summary_.ratings, 4);
  const Dataset big = prepared_parquet(
      "SELECT 1 AS \"userId\", i AS \"movieId\", 4 AS rating, CAST(18446744073709551615 AS UBIGINT) - i AS timestamp FROM range(1) t(i) "
      "UNION ALL SELECT 2, 2, 4, 7");
  EXPECT_EQ(summary_.rejected.at("no valid time"), 1);
}

TEST_F(IdsAndTimes, TimestampsInNanosecondsHaveTheirUnitWhateverTheirSize) {
  for (const char* file : {"nanoseconds_near_1970", "nanoseconds_of_a_zone"}) {
    told(settings_for(diseases / "types" / (std::string(file) + ".parquet")));
    EXPECT_THAT(times(), ElementsAre(0, -1, -1, 0, 99, 63000000, 0, 1588687728, -999)) << file;
    EXPECT_EQ(messages_, "") << file;
  }
}

TEST_F(IdsAndTimes, TheEarliestTimesOf64BitsAreNone) {
  const std::string lowest = "-9223372036854775808";
  prepared("userId,movieId,rating,timestamp\n1,1,4," + lowest + "\n1,2,4,9223372036854775807\n1,3,4,-9000000000000000000\n");
  EXPECT_EQ(summary_.rejected, (Counts{{"no valid time", 1}}));
  EXPECT_THAT(times(), ElementsAre(9223372036, -9000000000));
  PrepareSettings settings;
  settings.time_unit = "ms";
  prepared("userId,movieId,rating,timestamp\n1,1,4," + lowest + "\n1,2,4,-1\n", settings);
  EXPECT_THAT(times(), ElementsAre(-1));
  prepared_parquet("SELECT 1 AS \"userId\", i AS \"movieId\", 4 AS rating, "
                   "CASE i WHEN 0 THEN -9223372036854775807 - 1 ELSE 7 END AS timestamp FROM range(2) t(i)");
  EXPECT_EQ(summary_.rejected, (Counts{{"no valid time", 1}}));
  EXPECT_THAT(times(), ElementsAre(7));
}

TEST_F(IdsAndTimes, DecimalsOfADatabaseAreNumbers) {
  const Dataset dataset = prepared("userId,movieId,rating\n1,1,4.500000000000000000000000\n1,2,000000000000000000000000000004\n");
  EXPECT_THAT(dataset.ratings.rating, ElementsAre(4.5f, 4.0f));
}

TEST_F(IdsAndTimes, HalfFloatsAreRatings) {
  summary_ = told(settings_for(diseases / "types/half_floats.parquet"));
  EXPECT_EQ(summary_.ratings, 2);
  EXPECT_EQ(summary_.rejected, (Counts{{"rating is not a number", 1}, {"rating is out of scale", 1}}));
}

TEST_F(IdsAndTimes, NegativeScalesAndDecimalCommas) {
  PrepareSettings settings;
  settings.scale = "-10-10";
  EXPECT_EQ(prepared("userId,movieId,rating\n1,1,-9.5\n1,2,8\n", settings).ratings.rating, (std::vector<float>{-9.5f, 8}));
  settings.scale = "-5--1";
  settings.source = write("rows.csv", "userId,movieId,rating\n1,1,4\n").string();
  settings.output = (folder_ / "x").string();
  EXPECT_THAT(complaint(settings), HasSubstr("that ends above 0"));
  PrepareSettings comma;
  comma.decimal_comma = true;
  EXPECT_EQ(prepared("userId;movieId;rating\n1;1;4,5\n1;2;0,5\n", comma).ratings.rating, (std::vector<float>{4.5f, 0.5f}));
}

TEST_F(IdsAndTimes, WhatIsLostIsSaidAloudWithTheRangeAndTheOption) {
  std::string text = "userId,movieId,rating\n";
  for (int i = 1; i <= 10; ++i) text += std::to_string(i) + ",1," + std::to_string(i) + "\n";
  prepared(text);
  EXPECT_THAT(messages_, HasSubstr("warning: "));
  EXPECT_THAT(messages_, HasSubstr("rows.csv: 5 of 10 rows (50 %) are lost: rating is out of scale, the first: line 7: '6, 1, 6.0'; "
                                   "ratings from 1 to 10 were seen, the scale is 0.5 to 5; --scale 1-10 takes them"));
  PrepareSettings settings;
  settings.scale = "1-10";
  prepared(text, settings);
  EXPECT_EQ(messages_, "");
  settings = settings_for(write("rows.csv", "userId,movieId,rating\n1,1,150\n2,1,900\n"));
  EXPECT_THAT(complaint(settings), HasSubstr("none of the 2 ratings is left (2 rating is out of scale): rating is out of scale, the "
                                             "first: line 2: '1, 1, 150.0'; ratings from 150 to 900 were seen, the scale is 0.5 to 5; if "
                                             "these are counts, such as plays, --count-column names their column"));
}

TEST_F(IdsAndTimes, RatingsOfWhichNoneIsLikedAreWarnedOf) {
  prepared("userId,movieId,rating\n1,1,1\n2,1,3.5\n");
  EXPECT_THAT(messages_, HasSubstr("warning: no rating reaches 4, from which on something counts as liked (the highest is 3.5)"));
}

}  // namespace
}  // namespace encore
