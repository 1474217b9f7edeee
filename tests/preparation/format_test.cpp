// The kinds of sources: each is recognised by its content and gives the same ratings.
#include <gmock/gmock.h>
#include "database/database.h"
#include "preparation/prepared.h"

namespace encore {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Format = PreparationTest;

constexpr std::optional<std::int32_t> no_year = std::nullopt;

TEST_F(Format, TitlesAndYearsOfEveryKind) {
  prepare(settings_for(diseases / "titles"));
  const Dataset dataset = read_dataset(folder_ / "dataset");
  EXPECT_THAT(
      dataset.items.title,
      ElementsAre("Godfather, The (1972)", "\"11'09\"\"01 - September 11\" (2002)", "2001: A Space Odyssey (1968)",
                  "Das Millionenspiel (1970)", "Fawlty Towers (1975–1979)", "Babylon 5", "Stranger Things (2016– )",
                  "(500) Days of Summer (2009)", "Paterson (2016) (director's cut)", "Two\nlines (1999)",
                  "Léon: The Professional (1994)", "Cosmos (1980-1981)"));
  EXPECT_THAT(dataset.items.year,
              ElementsAre(1972, 2002, 1968, 1970, 1975, no_year, 2016, 2009, no_year, 1999, 1994, 1980));
  EXPECT_EQ(dataset.items.genres[0], "Crime|Drama");
}

TEST_F(Format, AYearFilterIncludesBothEndsAndDropsFilmsWithoutYear) {
  PrepareSettings settings = settings_for(diseases / "titles");
  settings.years = "1968-1972";
  const DatasetSummary summary = prepare(settings);
  EXPECT_EQ(summary.movies, 3);
  EXPECT_EQ(summary.filtered,
            (std::map<std::string, std::int64_t>{{"outside the years", 7}, {"title has no year", 2}}));
}

TEST_F(Format, Latin1TitlesBecomeUtf8) {
  prepare(settings_for(diseases / "latin1"));
  EXPECT_EQ(read_dataset(folder_ / "dataset").items.title[0], "Fenêtre sur cour (1954)");
}

TEST_F(Format, MovieLens1M) {
  const DatasetSummary summary = prepare(settings_for(diseases / "ml-1m"));
  EXPECT_EQ(summary.format, "movielens-1m");
  const Dataset dataset = read_dataset(folder_ / "dataset");
  EXPECT_EQ(dataset.items.title[0], "Misérables, Les (1958)");
  EXPECT_EQ(dataset.items.genres[1], "Drama|Thriller");
  EXPECT_THAT(dataset.ratings.rating, ElementsAre(4, 5, 3, 1));
}

TEST_F(Format, MovieLens100KIsTheSameRatings) {
  const DatasetSummary million = prepare(settings_for(diseases / "ml-1m"));
  const DatasetSummary summary = prepare(settings_for(diseases / "ml-100k"));
  EXPECT_EQ(summary.format, "movielens-100k");
  EXPECT_EQ(summary.fingerprint, million.fingerprint);
  EXPECT_THAT(read_dataset(folder_ / "dataset").items.genres, ElementsAre("Drama", "Mystery|Thriller", "unknown"));
}

TEST_F(Format, TheFileOfMovieLensWithoutItsFolderIsKnown) {
  for (const auto& [file, format] :
       {std::pair{"ml-1m/ratings.dat", "movielens-1m"}, {"ml-100k/u.data", "movielens-100k"}}) {
    const DatasetSummary summary = prepare(settings_for(diseases / file));
    EXPECT_EQ(summary.format, format);
    EXPECT_EQ(summary.ratings, 4);
    EXPECT_EQ(read_dataset(folder_ / "dataset").items.title[0], "10") << "titles stand in other files";
  }
}

/// Plain files keep ids and times in 32 bits where they all fit: at the border, behind it, and beside a condition that
/// leaves them.
TEST_F(Format, IdsAndTimesOfAnySizeStayWhatTheyAre) {
  const std::string half = "2147483647", more = "2147483648", most = "999999999999999999";
  for (const std::string& largest : {half, more, most}) {
    const std::string rows = "1," + largest + ",4," + largest + "\n" + largest + ",1,3.5,5\n";
    PrepareSettings settings = settings_for(write("plain.csv", "userId,movieId,rating,timestamp\n" + rows));
    settings.time_unit = "s";
    settings.hold_out = 0;
    const DatasetSummary plain = prepare(settings);
    const Dataset dataset = read_dataset(folder_ / "dataset");
    EXPECT_EQ(dataset.users.id[1], largest);
    EXPECT_EQ(dataset.items.id[1], largest);
    Database database(DatabaseOptions{});
    EXPECT_EQ(database.number("SELECT max(time) FROM read_parquet('" + (folder_ / "dataset/ratings.parquet").string() +
                              "') WHERE typeof(time) = 'BIGINT'"),
              std::stoll(largest));
    settings.source = write("by_text.csv", "userId,movieId,rating,timestamp\n\"1\"," + rows.substr(2)).string();
    EXPECT_EQ(prepare(settings).fingerprint, plain.fingerprint) << "read as text";
  }
  PrepareSettings settings =
      settings_for(write("plain.csv", "userId,movieId,rating,timestamp\n1," + half + ",4,5\n2,1,3.5,5\n"));
  settings.hold_out = 0;
  settings.where = "movieId * 1000 > 5";
  EXPECT_EQ(prepare(settings).ratings, 2);
}

TEST_F(Format, TheNameOfAFolderOrFileSaysNothing) {
  std::filesystem::create_directory(folder_ / "ml-1m");
  std::filesystem::copy_file(diseases / "bom.csv", folder_ / "ml-1m/a.dat");
  std::filesystem::copy_file(diseases / "movies.csv", folder_ / "ml-1m/b.dat");
  EXPECT_EQ(prepare(settings_for(folder_ / "ml-1m")).format, "movielens-csv");
  EXPECT_EQ(read_dataset(folder_ / "dataset").items.title[1], "Vertigo (1958)");
}

TEST_F(Format, SeveralFilesThatCouldBeMeantAreNamed) {
  std::filesystem::create_directory(folder_ / "two");
  std::filesystem::copy_file(diseases / "bom.csv", folder_ / "two/a.csv");
  std::filesystem::copy_file(diseases / "bom.csv", folder_ / "two/b.csv");
  EXPECT_THAT(complaint(settings_for(folder_ / "two")), HasSubstr("(a.csv, b.csv)"));
}

TEST_F(Format, TextIdsOrderByTheirBytes) {
  PrepareSettings settings = settings_for(diseases / "text_ids.csv");
  settings.user_column = "visitor";
  settings.item_column = "article";
  prepare(settings);
  const Dataset dataset = read_dataset(folder_ / "dataset");
  EXPECT_FALSE(dataset.items.numeric_ids);
  EXPECT_FALSE(dataset.users.numeric_ids);
  EXPECT_THAT(dataset.items.id, ElementsAre("B-10", "B-2", "a-1"));
  EXPECT_THAT(dataset.users.id, ElementsAre("Ann", "bob", "zoë"));
  EXPECT_EQ(dataset.items.title[0], "B-10") << "without a table of films the id is the title";
}

TEST_F(Format, NumbersMayBeTakenAsText) {
  PrepareSettings settings = settings_for(diseases / "negative_id.csv");
  settings.ids = "text";
  const DatasetSummary summary = prepare(settings);
  EXPECT_EQ(summary.ratings, 6);
  EXPECT_THAT(read_dataset(folder_ / "dataset").users.id, ElementsAre("-3", "1", "2", "3"));
}

TEST_F(Format, OtherColumnNamesAndQuotedFields) {
  const DatasetSummary good = prepare(settings_for(diseases / "bom.csv"));
  PrepareSettings settings = settings_for(diseases / "other_columns.csv");
  settings.user_column = "user id";
  settings.item_column = "film";
  EXPECT_EQ(prepare(settings).fingerprint, good.fingerprint);
}

TEST_F(Format, WithoutRatingsEveryRowIsOne) {
  PrepareSettings settings = settings_for(diseases / "implicit.csv");
  settings.implicit = true;
  const DatasetSummary summary = prepare(settings);
  EXPECT_TRUE(summary.scale.implicit);
  EXPECT_THAT(read_dataset(folder_ / "dataset").ratings.rating, testing::Each(1.0f));
}

TEST_F(Format, ParquetTypedAndAsTextGiveTheSame) {
  const DatasetSummary good = prepare(settings_for(diseases / "bom.csv"));
  const std::string rows =
      " FROM (VALUES (1, 10, 4.0, 100), (1, 20, 5.0, 101), (2, 10, 3.5, 102), (2, 30, 0.5, 103)) t(u, m, r, t)";
  const char* selects[] = {
      "SELECT u AS \"userId\", m AS \"movieId\", CAST(r AS FLOAT) AS rating, t AS timestamp",
      "SELECT CAST(u AS UTINYINT) AS \"userId\", CAST(m AS BIGINT) AS \"movieId\", CAST(r AS DOUBLE) AS rating, "
      "to_timestamp(t) AS timestamp",
      "SELECT CAST(u AS VARCHAR) AS \"userId\", m AS \"movieId\", CAST(r AS VARCHAR) AS rating, make_timestamp(t * "
      "1000000) AS timestamp",
  };
  for (const char* select : selects) {
    const auto file = folder_ / "ratings.parquet";
    Database().run("COPY (" + std::string(select) + rows + ") TO " + sql_literal(file.string()) + " (FORMAT parquet)");
    EXPECT_EQ(prepare(settings_for(file)).fingerprint, good.fingerprint) << select;
  }
}

TEST_F(Format, GzipIsUnpackedAndACutOneRefused) {
  const DatasetSummary good = prepare(settings_for(diseases / "bom.csv"));
  const auto file = folder_ / "ratings";
  Database().run("COPY (SELECT * FROM read_csv(" + sql_literal((diseases / "bom.csv").string()) +
                 ", all_varchar=true)) TO " + sql_literal(file.string()) + " (FORMAT csv, HEADER, COMPRESSION gzip)");
  EXPECT_EQ(prepare(settings_for(file)).fingerprint, good.fingerprint);
  std::string rows = "userId,movieId,rating,timestamp\n";
  for (int i = 0; i < 20000; ++i) rows += std::to_string(i % 97) + "," + std::to_string(i * 7919 % 10007) + ",4.0,1\n";
  Database().run("COPY (SELECT * FROM read_csv(" + sql_literal(write("many.csv", rows).string()) +
                 ", all_varchar=true)) TO " + sql_literal(file.string()) + " (FORMAT csv, HEADER, COMPRESSION gzip)");
  std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
  EXPECT_THAT(complaint(settings_for(file)), HasSubstr("is damaged"));
}

}  // namespace
}  // namespace encore
