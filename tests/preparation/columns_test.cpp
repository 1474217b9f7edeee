// Tables that are not MovieLens': which column is what, without a header, with counts, with films elsewhere.
#include <gmock/gmock.h>

#include <cmath>

#include "model/input_rows.h"
#include "preparation/told.h"

namespace encore {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

using Columns = ToldPreparation;
using Counts = std::map<std::string, std::int64_t>;

TEST_F(Columns, CommonNamesAreFoundAndSaid) {
  const char* const headers[] = {"reviewerID,asin,overall,unixReviewTime", "customer_id,sku,stars,event_time",
                                 "User-ID,ISBN,Book-Rating,date", "user_id;product_id;score;ts"};
  for (const std::string header : headers) {
    const char d = header.find(';') == std::string::npos ? ',' : ';';
    prepared(header + "\nA1" + d + "B7" + d + "5" + d + "1383350400\n");
    EXPECT_EQ(summary_.ratings, 1) << header;
    EXPECT_EQ(times()[0], 1383350400) << header;
    EXPECT_THAT(messages_, AllOf(HasSubstr("users are in the column '" + header.substr(0, header.find(d))),
                                 HasSubstr("(guessed by their names; --user-column"))) << header;
  }
  prepared("userId,movieId,rating\n1,2,3\n");
  EXPECT_THAT(messages_, Not(HasSubstr("guessed")));
}

TEST_F(Columns, AMissingColumnIsAnsweredWithACompleteCommand) {
  PrepareSettings settings = settings_for(write("rows of mine.csv", "who,what,how much\na,b,3\n"));
  EXPECT_THAT(complaint(settings),
              HasSubstr("has no column 'userId', 'movieId', 'rating'; it has: who, what, how much; say which column is which, for "
                        "example: encore prepare '" + settings.source + "' -o " + settings.output +
                        " --user-column who --item-column what --rating-column 'how much' (or --implicit"));
  settings.user_column = "who", settings.item_column = "what", settings.rating_column = "how much";
  EXPECT_EQ(complaint(settings), "");
  settings = settings_for(write("events.csv", "visitorid,itemid,event\n1,2,view\n"));
  EXPECT_THAT(complaint(settings), HasSubstr("encore prepare " + settings.source + " -o " + settings.output +
                                             " --user-column visitorid --item-column itemid --rating-column event (or --implicit"));
}

TEST_F(Columns, WithoutAHeaderColumnsHaveNumbersAndNoRowIsLost) {
  const std::string amazon = "A1YJEY40YUW4SE,B00004CK40,5.0,1383350400\nA2,B00004CK40,1.0,1383350401\n";
  PrepareSettings settings = settings_for(write("amazon.csv", amazon));
  EXPECT_THAT(complaint(settings), HasSubstr(" --no-header --user-column 1 --item-column 2 --rating-column 3"));
  settings.no_header = true;
  const Dataset dataset = prepared(amazon, settings);
  EXPECT_EQ(summary_.ratings, 2);
  EXPECT_THAT(dataset.users.id, ElementsAre("A1YJEY40YUW4SE", "A2"));
  EXPECT_THAT(times(), ElementsAre(1383350400, 1383350401));
  PrepareSettings steam;
  steam.no_header = true;
  steam.user_column = "1", steam.item_column = "2", steam.count_column = "4";
  const Dataset plays = prepared("151603712,Fallout 4,play,87.0\n151603712,Spore,play,14.9\n", steam);
  EXPECT_THAT(plays.items.id, ElementsAre("Fallout 4", "Spore"));
  EXPECT_THAT(plays.ratings.rating, ElementsAre(87.0f, 14.9f));
}

TEST_F(Columns, HeadersOfPandasAndOfPeople) {
  prepared(",userId,movieId,rating\n0,1,2,3\n1,2,2,4\n");
  EXPECT_EQ(summary_.ratings, 2);
  prepared("userId, movieId, rating , timestamp\n1, 2, 3, 7\n");
  EXPECT_EQ(summary_.ratings, 1);
  EXPECT_THAT(times(), ElementsAre(7));
}

TEST_F(Columns, CountsAreAddedUpAndHaveNoScale) {
  const std::string text = "user,artist,plays\nu,a,3\nu,a,4\nu,b,1000\nv,a,1\nv,b,0\n";
  const Dataset dataset = prepared(text);
  EXPECT_THAT(messages_, HasSubstr("counts in 'plays'"));
  EXPECT_THAT(dataset.ratings.rating, ElementsAre(7.0f, 1000.0f, 1.0f));
  EXPECT_EQ(summary_.rejected, (Counts{{"count is not above 0", 1}}));
  EXPECT_EQ(summary_.filtered, (Counts{{"added to another row", 1}}));
  EXPECT_EQ(summary_.scale.maximum, 1000);
  EXPECT_EQ(summary_.scale.minimum, 1);
  EXPECT_EQ(summary_.scale.liked, 1) << "every count is liked, unless --liked says otherwise";
  PrepareSettings settings;
  settings.liked = 5;
  prepared(text, settings);
  EXPECT_EQ(summary_.scale.liked, 5);
  settings = settings_for(folder_ / "rows.csv");
  settings.liked = 5000;
  EXPECT_THAT(complaint(settings), HasSubstr("--liked is 5000, but the largest count is 1000"));
  settings.liked.reset();
  settings.count_column = "plays";
  settings.scale = "1-10";
  EXPECT_THAT(complaint(settings), HasSubstr("--scale is for ratings; counts (--count-column) have no scale"));
}

TEST_F(Columns, CountsThatWeighByTheirLogarithm) {
  const std::string text = "user,artist,plays\nu,a,3\nu,a,4\nu,b,1000\nv,a,1\n";
  PrepareSettings settings;
  settings.liked = 3;
  prepared(text, settings);
  const std::string plain = summary_.fingerprint;
  settings.count = "log";
  const Dataset dataset = prepared(text, settings);
  EXPECT_THAT(dataset.ratings.rating, ElementsAre(7.0f, 1000.0f, 1.0f)) << "the counts stay what they are";
  EXPECT_TRUE(dataset.scale.log_counts);
  EXPECT_EQ(dataset.scale.liked, 3);
  EXPECT_NE(summary_.fingerprint, plain) << "models learn something else of them";
  EXPECT_EQ(weight_of_like(dataset.scale, 3), 1.0f);
  EXPECT_FLOAT_EQ(weight_of_like(dataset.scale, 1000), static_cast<float>(std::log(1001.0) / std::log(4.0)));
  EXPECT_EQ(input_value(Input::binary, dataset.scale, 1), std::nullopt);
  EXPECT_EQ(input_value(Input::binary, dataset.scale, 7), weight_of_like(dataset.scale, 7));

  write("ratings.csv", "userId,movieId,rating\n1,1,4\n");
  settings = settings_for(folder_ / "ratings.csv");
  settings.count = "log";
  EXPECT_THAT(complaint(settings), HasSubstr("--count log is for counts; name their column with --count-column"));
  settings = settings_for(folder_ / "rows.csv");
  settings.count = "log", settings.liked = 0;
  EXPECT_THAT(complaint(settings), HasSubstr("--liked is 0; with --count log, which divides by log(1 + --liked), it must be above 0"));
}

TEST_F(Columns, RepeatsLastMaxSumAndCount) {
  const std::string text = "userId,movieId,rating,timestamp\n1,1,2,3\n1,1,5,1\n1,1,4,2\n1,2,3,9\n";
  const std::pair<const char*, float> rules[] = {{"last", 2.0f}, {"max", 5.0f}, {"sum", 11.0f}, {"count", 3.0f}};
  for (const auto& [rule, rating] : rules) {
    PrepareSettings settings;
    settings.repeats = rule;
    EXPECT_EQ(prepared(text, settings).ratings.rating[0], rating) << rule;
    std::int64_t gone = 0;
    for (const auto* counts : {&summary_.rejected, &summary_.filtered})
      for (const auto& [reason, rows] : *counts) gone += rows;
    EXPECT_EQ(summary_.ratings + gone, summary_.rows) << rule;
  }
  EXPECT_EQ(prepared("userId,movieId\n7,1\n7,1\n8,1\n", [] {
              PrepareSettings events;
              events.repeats = "count";
              return events;
            }()).ratings.rating,
            (std::vector<float>{2, 1}));
}

TEST_F(Columns, FilmsUnderAnotherIdWithAYearColumn) {
  write("user_artists.dat", "userID\tartistID\tweight\n2\t51\t13883\n2\t52\t11690\n");
  write("artists.dat", "id\tname\turl\tyear\n51\tDuran Duran\thttp://x\t1978\n52\tMorcheeba\thttp://y\t\n");
  PrepareSettings settings = settings_for(folder_);
  settings.output = (folder_ / "dataset").string();
  told(settings);
  const Dataset dataset = read_dataset(folder_ / "dataset");
  EXPECT_THAT(dataset.items.title, ElementsAre("Duran Duran", "Morcheeba"));
  EXPECT_EQ(dataset.items.year[0], 1978);
  EXPECT_THAT(messages_, HasSubstr("artists.dat: ids are in the column 'id', titles in 'name', years in 'year'"));
  settings.source = (folder_ / "user_artists.dat").string();
  settings.movies = (folder_ / "artists.dat").string();
  settings.movie_id_column = "id";
  settings.title_column = "name";
  EXPECT_EQ(complaint(settings), "");
  settings.movie_id_column = "key";
  EXPECT_THAT(complaint(settings), HasSubstr("artists.dat has no column 'key'"));
}

}  // namespace
}  // namespace encore
