// Tables that are no CSV: JSON lines and Netflix' blocks; conditions over a table's own columns; ids that a map leads to their films.
#include <gmock/gmock.h>

#include "preparation/told.h"

namespace encore {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class Layouts : public ToldPreparation {};

TEST_F(Layouts, JsonLinesAreATable) {
  PrepareSettings settings;
  settings.rejects = (folder_ / "rejects.csv").string();
  const Dataset dataset = prepared(
      "{\"reviewerID\": \"A1\", \"asin\": \"0001\", \"overall\": 5.0, \"extra\": {\"a\": [1, 2]}, \"unixReviewTime\": 1252800000}\n"
      "{\"asin\": \"B\\u00e9\", \"reviewerID\": \"A2\", \"overall\": 4}\n"
      "{\"reviewerID\": \"A3\", \"asin\": \"0001\"\n"
      "[1, 2]\n"
      "\n"
      "{\"reviewerID\": null, \"asin\": \"0001\", \"overall\": 3}\r\n"
      "{\"reviewerID\": \"A2\", \"asin\": \"0001\", \"overall\": 123}\n",
      settings);
  EXPECT_EQ(dataset.ratings.size(), 2);
  EXPECT_THAT(dataset.users.id, ElementsAre("A1", "A2"));
  EXPECT_EQ(summary_.rows, 6);
  const std::string rejects = content(folder_ / "rejects.csv");
  EXPECT_THAT(rejects, HasSubstr("\n3,,,,,\"malformed line: not a JSON object: {"));
  EXPECT_THAT(rejects, HasSubstr("\n4,,,,,\"malformed line: not a JSON object: [1, 2]\""));
  EXPECT_THAT(rejects, HasSubstr("\n6,,0001,3,,no valid userId"));
  EXPECT_THAT(rejects, HasSubstr("\n7,A2,0001,123,,rating is out of scale"));
}

TEST_F(Layouts, ListsOfJsonAreNoIdsButGenres) {
  PrepareSettings settings = settings_for(write("bad.jsonl", "{\"userId\": [1], \"movieId\": 2, \"rating\": 3}\n"));
  EXPECT_THAT(complaint(settings), HasSubstr("the column 'userId' of " + settings.source + " holds lists or structs"));
  settings = settings_for(write("good.jsonl", "{\"userId\": 1, \"movieId\": 2, \"rating\": 3}\n"));
  settings.movies = write("films.jsonl", "{\"movieId\": 2, \"title\": \"Heat\", \"genres\": [\"Crime\", \"Drama\"]}\n").string();
  settings.where = "genres = 'Crime|Drama'";
  EXPECT_EQ(prepare(settings).ratings, 1);
  settings.no_header = true;
  EXPECT_THAT(complaint(settings), HasSubstr("is JSON, where no line of names could be missing"));
}

/// The films' numbers stand above their ratings; the titles hold commas and are Latin-1.
TEST_F(Layouts, NetflixBlocksAreATable) {
  std::filesystem::create_directory(folder_ / "netflix");
  write("netflix/combined_data_1.txt", "1:\n1488844,3,2005-09-06\n822109,5,2005-05-13\n2:\n1488844,4,2005-10-19\nx,y\n");
  write("netflix/movie_titles.csv", "1,2003,Dinosaur Planet\n2,NULL,Paula-Paula, or \xC9tude\n");
  const DatasetSummary summary = told(settings_for(folder_ / "netflix"));
  EXPECT_EQ(summary.format, "netflix");
  EXPECT_EQ(summary.rows, 4);
  EXPECT_EQ(summary.ratings, 3);
  EXPECT_EQ(summary.rejected, (std::map<std::string, std::int64_t>{{"malformed line", 1}}));
  EXPECT_EQ(summary.most_rated[0].title, "Dinosaur Planet");
  EXPECT_EQ(summary.most_rated[0].year, 2003);
  EXPECT_EQ(summary.most_rated[1].title, "Paula-Paula, or Étude");
  // Many blocks of many rows, in pieces, with every thread: each row knows the line above it.
  std::string text;
  std::int64_t rows = 0;
  for (int film = 1; film <= 3000; ++film) {
    text += std::to_string(film) + ":\n";
    for (int user = 0; user < film % 90; ++user, ++rows)
      text += std::to_string(user) + "," + std::to_string(film % 5 + 1) + ",2005-01-01\n";
  }
  const Dataset dataset = prepared(text);
  EXPECT_EQ(dataset.ratings.size(), rows);
  std::int64_t wrong = 0;
  for (std::int32_t user = 0; user < dataset.users.size(); ++user)
    for (const auto item : dataset.ratings.items_of(user))
      wrong += std::stoll(dataset.items.id[static_cast<std::size_t>(item)]) % 90 <=
               std::stoll(dataset.users.id[static_cast<std::size_t>(user)]);
  EXPECT_EQ(wrong, 0);
}

TEST_F(Layouts, AConditionMayNameTheTablesOwnColumns) {
  PrepareSettings settings;
  settings.where = "event = 'purchase' AND CAST(\"unit price\" AS DOUBLE) > 1 AND userId <> 3";
  settings.implicit = true;
  const std::string rows =
      "visitor,item,event,unit price,line\n1,10,view,2,a\n1,20,purchase,2,a\n2,10,purchase,0.5,a\n3,10,purchase,9,a\n"
      "4,10,purchase,3,b\n5,,purchase,3,b\n";
  prepared(rows, settings);
  EXPECT_EQ(summary_.ratings, 2);
  EXPECT_EQ(summary_.filtered, (std::map<std::string, std::int64_t>{{"outside the condition", 3}}));
  EXPECT_EQ(summary_.rejected, (std::map<std::string, std::int64_t>{{"no valid movieId", 1}}));
  settings.where = "line = 'b'";  // a name that the pipeline has, too
  prepared(rows, settings);
  EXPECT_EQ(summary_.ratings, 1);
  settings.source = (folder_ / "rows.csv").string(), settings.output = (folder_ / "dataset").string();
  settings.where = "evnt = 'purchase'";
  EXPECT_THAT(complaint(settings), AllOf(HasSubstr("there is no column 'evnt'"), HasSubstr("event, unit price, line")));
  settings.where = "event = 'purchase'";
  prepared_parquet("SELECT * FROM (VALUES (1, 10, 4, 'view'), (1, 20, 5, 'purchase')) AS v(userId, movieId, rating, event)", settings);
  EXPECT_EQ(summary_.ratings, 1);
}

TEST_F(Layouts, BlanksMaySeparate) {
  PrepareSettings settings;
  settings.no_header = true;
  const Dataset dataset = prepared("1 20 3.5\n1 30 4\n2 20 1\n2 30\n", settings);
  EXPECT_THAT(dataset.ratings.rating, ElementsAre(3.5f, 4.0f, 1.0f));
  EXPECT_EQ(summary_.rejected, (std::map<std::string, std::int64_t>{{"malformed line", 1}}));
  prepared("user item stars\n1 20 3.5\n", {});
  EXPECT_EQ(summary_.ratings, 1);
}

TEST_F(Layouts, AConditionMayNameFilmsBesideOwnColumns) {
  using Counts = std::map<std::string, std::int64_t>;
  const std::string rows =
      "userId,movieId,rating,event,year,title\n1,10,4,buy,1,a\n2,20,4,buy,1,a\n3,10,4,view,1,a\n"
      "4,99,4,buy,1,a\n5,10,9,buy,1,a\n6,20,3,view,1,a\n";
  PrepareSettings settings;
  settings.movies = write("films.csv", "movieId,title,genres\n10,Heat (1995),Crime\n20,Alien (1979),Horror\n").string();
  settings.where = "event = 'buy' AND (year > 1990 OR genres = 'x')";
  EXPECT_EQ(prepared(rows, settings).users.id, std::vector<std::string>{"1"});
  EXPECT_EQ(summary_.filtered, (Counts{{"outside the condition", 3}}));
  EXPECT_EQ(summary_.rejected, (Counts{{"unknown movie", 1}, {"rating is out of scale", 1}}));
  EXPECT_EQ(summary_.ratings, 1);
  settings.where = "event = 'view' AND title LIKE 'Alien%' OR rating = 9";
  EXPECT_EQ(prepared(rows, settings).users.id, std::vector<std::string>{"6"});
  settings.movies.reset();  // without a table of films the ids are the titles, but where the ratings have such columns these are meant
  settings.where = "event = 'buy' AND year = 1 AND title = 'a' AND genres = '' AND movieId = 20";
  EXPECT_EQ(prepared(rows, settings).users.id, std::vector<std::string>{"2"});
  settings.where = "year = '1' AND title = 'a'";
  prepared(rows, settings);
  EXPECT_EQ(summary_.ratings, 5);
}

TEST_F(Layouts, AMapLeadsIdsToTheirFilms) {
  PrepareSettings settings = settings_for(write("rows.csv", "user_id,book_id,rating\n1,0,4\n1,1,5\n2,0,3\n"));
  settings.movies = write("books.csv", "book_id,title\n948,Harry\n16981,Anne\n777,Nobody's\nx\n").string();
  settings.item_map = write("map.csv", "book_id_csv,book_id\n0,948\n1,16981\n").string();
  const DatasetSummary summary = told(settings);
  EXPECT_EQ(summary.ratings, 3);
  EXPECT_EQ(summary.most_rated[0].title, "Harry");
  EXPECT_EQ(summary.most_rated[0].id, "0");
  EXPECT_EQ(summary.most_rated[1].title, "Anne");
  EXPECT_EQ(summary.rejected_films, (std::map<std::string, std::int64_t>{{"malformed line", 1}}));
  settings.item_map = write("map.csv", "a,b\n0,948\n1\n").string();
  EXPECT_THAT(complaint(settings), HasSubstr("map.csv: line 3: too few fields"));
  settings.item_map = write("map.csv", "a,b\n0,948\n0,16981\n1,948\n").string();
  EXPECT_THAT(complaint(settings), HasSubstr("map.csv: 0 leads to several films (16981, 948); leave one of them"));
  settings.movies.reset();
  EXPECT_THAT(complaint(settings), HasSubstr("there is none; name one with --movies"));
}

/// The ratings' items stand in column 2, the films' ids in column 1.
TEST_F(Layouts, NumbersNameTheColumnsOfOneTable) {
  PrepareSettings settings = settings_for(write("plays.tsv", "u1\ta7\tName, \"the\"\t3\nu2\ta7\tName\t1\n"));
  settings.no_header = settings.movies_no_header = true;
  settings.count_column = "4";
  settings.movies = write("artists.tsv", "a7\tName\n").string();
  EXPECT_EQ(prepare(settings).most_rated.front().title, "Name");
}

TEST_F(Layouts, AFileThatShouldBeTheTableOfFilmsIsNamed) {
  std::filesystem::create_directory(folder_ / "ml");
  write("ml/ratings.csv", "userId,movieId,rating\n1,10,4\n");
  write("ml/movies.csv", "film,words\n10,Heat\n");
  told(settings_for(folder_ / "ml"));
  EXPECT_THAT(messages_, AllOf(HasSubstr("movies.csv is not used as the table of films"), HasSubstr("film, words")));
  write("ml/movies.csv", "");
  told(settings_for(folder_ / "ml"));
  EXPECT_THAT(messages_, HasSubstr("movies.csv is empty"));
}

}  // namespace
}  // namespace encore
