// Profiles from words, files and datasets.
#include "recommendation/profile.h"
#include <gmock/gmock.h>
#include "evaluation/tiny_dataset.h"
#include "temporary_folder.h"
#include "process/error.h"
#include "recommendation/ratings_file.h"

namespace encore {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Profiles : public testing::Test {
 protected:
  std::string complaint(const std::string& words) {
    return message_of<UserError>([&] { builder.rate(words); });
  }
  const Catalogue items = tiny_catalogue(6);  // ids 1 3 5 7 9 11
  const FilmFinder finder{items};
  ProfileBuilder builder{finder, RatingScale{}};
};

TEST_F(Profiles, AreBuiltFromTitlesAndIds) {
  builder.rate("film 4=3.5");
  builder.rate("id:3=5");
  builder.rate("Film 0 (1950)=1");
  builder.rate("film 4=4");  // the last word counts
  builder.exclude("film 5");
  const Profile person = builder.profile(false);
  EXPECT_THAT(person.items, ElementsAre(0, 1, 4));
  EXPECT_THAT(person.stars, ElementsAre(1, 5, 4));
  EXPECT_THAT(person.hidden, ElementsAre(0, 1, 4, 5));
  EXPECT_THAT(builder.profile(true).hidden, ElementsAre(5));  // seen ones may come again, excluded ones never
  EXPECT_THAT(builder.unknown(), IsEmpty());
}

TEST_F(Profiles, KeepSeenFilmsOutOfInputAndAnswer) {
  builder.rate("film 4=5");
  builder.seen("film 2 (1952)");
  builder.seen("id:1");
  builder.seen("film 4");  // rated, which says more
  builder.seen("id:2");
  const Profile person = builder.profile(false);
  EXPECT_THAT(person.items, ElementsAre(4));
  EXPECT_THAT(person.hidden, ElementsAre(0, 2, 4));
  EXPECT_THAT(builder.seen_films(), ElementsAre(0, 2, 4));
  EXPECT_THAT(builder.unknown(), ElementsAre("id:2"));
  EXPECT_THAT(message_of<UserError>([&] { builder.seen("nothing like that"); }), HasSubstr("knows no film"));
}

TEST_F(Profiles, NameUnknownIdsAndGoOn) {
  builder.rate("id:4711=3");
  builder.rate("99=3");
  builder.rate_row("12", true, 4, 0);
  builder.exclude("id:2");
  EXPECT_THAT(builder.unknown(), ElementsAre("id:4711", "99", "12", "id:2"));
  EXPECT_THAT(builder.profile(false).items, IsEmpty());
}

TEST_F(Profiles, RefuseWhatIsNoRating) {
  EXPECT_THAT(complaint("film 4"), HasSubstr("has no stars; write TITLE=STARS"));
  EXPECT_THAT(complaint("=4"), HasSubstr("has no stars"));
  EXPECT_THAT(complaint("film 4="), HasSubstr("\"\" is not a number of stars from 0.5 to 5"));
  EXPECT_THAT(complaint("film 4=many"), HasSubstr("\"many\" is not a number"));
  EXPECT_THAT(complaint("film 4=6"), HasSubstr("6 stars for \"film 4\" are off the scale of this model, 0.5 to 5"));
  EXPECT_THAT(complaint("film 4=nan"), HasSubstr("is not a number"));
  EXPECT_THAT(complaint("fulm 4=4"), HasSubstr("did you mean"));
  EXPECT_THAT(message_of<UserError>([&] { builder.exclude("nothing like that"); }), HasSubstr("knows no film"));
  ProfileBuilder implicit(finder, RatingScale{.implicit = true});
  implicit.rate("film 4=100");  // without a scale every number will do
  EXPECT_THAT(implicit.profile(false).items, ElementsAre(4));
}

TEST_F(Profiles, OfDatasetUsersFollowSourceIds) {
  DatasetMaker maker(4);
  maker.dataset.items.id = {"2", "3", "9", "10"};
  maker.user(Fold::train, {{0, 5}, {1, 4}, {2, 3}, {3, 2}});
  const auto model_items = model_items_of(maker.dataset.items, finder);
  EXPECT_THAT(model_items, ElementsAre(-1, 1, 4, -1));
  std::vector<std::string> unknown;
  const Profile person = profile_of(maker.dataset, 0, model_items, {2, 4}, false, &unknown);
  EXPECT_THAT(person.items, ElementsAre(1, 4));
  EXPECT_THAT(person.stars, ElementsAre(4, 3));
  EXPECT_THAT(person.hidden, ElementsAre(1, 2, 4));
  EXPECT_THAT(unknown, ElementsAre("2", "10"));
  EXPECT_THAT(profile_of(maker.dataset, 0, model_items, {2}, true, nullptr).hidden, ElementsAre(2));
}

TEST_F(Profiles, KeepOfRepeatedRowsTheLatestAndOfEqualTimesTheHighest) {
  builder.rate_row("film 0", false, 2, 100);
  builder.rate_row("1", true, 5, 90);
  builder.rate_row("film 4", false, 4.5, 0);
  builder.rate_row("film 4", false, 1, 0);
  builder.rate_row("film 4", false, 3, 0);
  builder.rate_row("film 5", false, 3, 0);
  const Profile person = builder.profile(false);
  EXPECT_THAT(person.items, ElementsAre(0, 4, 5));
  EXPECT_THAT(person.stars, ElementsAre(2, 4.5, 3));
  EXPECT_EQ(builder.repeated(), 2);
  builder.rate("film 5=1");
  EXPECT_THAT(builder.profile(false).stars, ElementsAre(2, 4.5, 1)) << "words on the command line are later than any file";
}

class RatingsFile : public testing::Test {
 protected:
  std::vector<FileRating> read(const std::string& text) {
    put_text(file, text);
    return read_ratings_file(file);
  }
  std::string complaint(const std::string& text) {
    return message_of<UserError>([&] { read(text); });
  }
  TemporaryFolder folder;
  std::filesystem::path file = folder / "mine.csv";
};

TEST_F(RatingsFile, HoldsTitlesOrIds) {
  const auto by_title =
      read("title,rating,comment\n\"Godfather, The (1972)\",5,\"so \"\"good\"\"\"\nVertigo,4.5,\nPsycho,,not rated\n");
  ASSERT_EQ(by_title.size(), 2U);
  EXPECT_EQ(by_title[0].film, "Godfather, The (1972)");
  EXPECT_FALSE(by_title[0].is_id);
  EXPECT_EQ(by_title[1].stars, 4.5);
  EXPECT_EQ(by_title[1].line, 3);
  const auto by_id = read("userId,movieId,rating,timestamp\n1,318,5,0\n1,858,3.5,0\n");
  ASSERT_EQ(by_id.size(), 2U);
  EXPECT_TRUE(by_id[0].is_id);
  EXPECT_EQ(by_id[0].film, "318");
}

TEST_F(RatingsFile, MayComeFromALetterboxdExport) {
  const auto ratings =
      read("Date,Name,Year,Letterboxd URI,Rating\n2024-01-01,Rear Window,1954,https://boxd.it/x,4.5\n");
  ASSERT_EQ(ratings.size(), 1U);
  EXPECT_EQ(ratings[0].film, "Rear Window (1954)");
}

TEST_F(RatingsFile, KnowsWhichRowIsLater) {
  const auto numbers = read("movieId,rating,timestamp\n1,5,100\n1,2,20\n2,3,\n");
  EXPECT_GT(numbers[0].time, numbers[1].time);
  EXPECT_GT(numbers[1].time, numbers[2].time);
  const auto dates = read("Name,Rating,Date\nHeat,5,2024-01-02\nHeat,2,2023-12-31\nHeat,3,2024-01-02\n");
  EXPECT_GT(dates[0].time, dates[1].time);
  EXPECT_EQ(dates[0].time, dates[2].time);
  for (const char* text : {"title,rating,date\nHeat,5,12/31/2003\nHeat,2,01/02/2004\n",
                           "title,rating,date\nHeat,5,2004-1-31\nHeat,2,2004-01-02\n",
                           "title,rating,date\nHeat,5,yesterday\nHeat,2,1000\n"}) {  // do not ascend as texts: no row has a time
    const auto unreadable = read(text);
    EXPECT_EQ(unreadable[0].time, unreadable[1].time) << text;
  }
  const auto none = read("title,rating\nHeat,5\nHeat,2\n");
  EXPECT_EQ(none[0].time, none[1].time);
}

TEST_F(RatingsFile, HasColumnsAsTheUserSays) {
  put_text(file, "thing;points;when\n\xC9tude;4;1\n");
  std::string guessed;
  const auto named = read_ratings_file(file, {.title_column = "thing", .rating_column = "2"}, &guessed);
  ASSERT_EQ(named.size(), 1U);
  EXPECT_EQ(named[0].film, "Étude");
  EXPECT_EQ(guessed, "");
  put_text(file, "sku,stars\nA7,4\n");
  EXPECT_TRUE(read_ratings_file(file, {}, &guessed)[0].is_id);
  EXPECT_THAT(guessed, HasSubstr("ids are in the column 'sku', ratings in 'stars'"));
  EXPECT_THAT(message_of<UserError>([&] { read_ratings_file(file, {.item_column = "asin"}); }),
              HasSubstr("has no column 'asin'; it has sku, stars; name the right one with --item-column"));
}

TEST_F(RatingsFile, SaysWhatIsWrong) {
  EXPECT_THAT(message_of<UserError>([&] { read_ratings_file(folder / "none.csv"); }),
              HasSubstr("none.csv cannot be read: No such file"));
  EXPECT_THAT(message_of<UserError>([&] { read_ratings_file(folder.path()); }), HasSubstr("is a folder, not a file"));
  EXPECT_THAT(complaint("thing,points\nx,5\n"),
              HasSubstr("needs a column movieId or title, and a column rating; it has thing, points"));
  EXPECT_THAT(complaint("title,rating\nVertigo,five\n"), HasSubstr("line 2: the rating \"five\" is not a number"));
  EXPECT_THAT(complaint("title,rating\n,5\n"), HasSubstr("line 2: there is a rating but no film"));
  EXPECT_THAT(complaint(""), HasSubstr("mine.csv is empty"));
  EXPECT_THAT(complaint("title,rating\nHeat,4\nAlien,5,6,7\n"), HasSubstr("line 3: there are not as many fields"));
  EXPECT_THAT(complaint("title,rating\nHeat,4\n\"Alien,5\n"), HasSubstr("line 3: a quote is opened and not closed"));
  EXPECT_THAT(complaint("title,name,rating\nHeat,Heat,4\n"), HasSubstr("the columns 'title' and 'name'"));
  EXPECT_THAT(complaint("title,rating\n" + std::string(3'000'000, 'x') + ",5\n"), HasSubstr("line 2: the line is longer"));
}

TEST_F(RatingsFile, KnowsItsLinesBehindBlankOnesAndLongFields) {
  const auto ratings = read("title,rating,comment\r\n\r\nVertigo,5,\"two\n\nlines\"\r\nPsycho,4,\r\n\r\nAlien,3,");
  ASSERT_EQ(ratings.size(), 3U);
  EXPECT_EQ(ratings[0].line, 3);
  EXPECT_EQ(ratings[1].line, 6);
  EXPECT_EQ(ratings[2].line, 8);
  EXPECT_THAT(complaint("title,rating\n\n\nVertigo,five\n"), HasSubstr("line 4: "));
}

TEST_F(RatingsFile, MayHaveAnotherSeparatorAndEncoding) {
  const auto ratings = read("title;rating\nAm\xe9lie;5\n");
  ASSERT_EQ(ratings.size(), 1U);
  EXPECT_EQ(ratings[0].film, "Amélie");
  EXPECT_EQ(read("\xef\xbb\xbftitle\trating\nAmélie\t5\n").at(0).film, "Amélie");
}

TEST_F(RatingsFile, MayBeEmptyBehindItsHeader) { EXPECT_THAT(read("title,rating\n"), IsEmpty()); }

}  // namespace
}  // namespace encore
