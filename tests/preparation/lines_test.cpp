// What a line is, seen through `prepare`: every disease of data/lines with its rows, its reasons and the lines they name. Spark
// reads the same files in tests/spark/preparation/test_same_lines.py.
#include <gmock/gmock.h>
#include <algorithm>
#include "preparation/prepared.h"

namespace encore {
namespace {

using testing::HasSubstr;

struct DiseasedLines {
  const char* file;
  std::int64_t rows, ratings;
  std::vector<std::string> rejects;  ///< beginnings of the list's lines, in its order
};

std::ostream& operator<<(std::ostream& stream, const DiseasedLines& disease) { return stream << disease.file; }

class Lines : public PreparationTest, public testing::WithParamInterface<DiseasedLines> {};

TEST_P(Lines, AreAllAccountedFor) {
  const DiseasedLines& expected = GetParam();
  PrepareSettings settings = settings_for(diseases / "lines" / expected.file);
  settings.rejects = (folder_ / "rejects.csv").string();
  const DatasetSummary summary = prepare(settings);
  EXPECT_EQ(summary.rows, expected.rows);
  EXPECT_EQ(summary.ratings, expected.ratings);
  std::istringstream rejects(content(folder_ / "rejects.csv"));
  std::string line;
  std::getline(rejects, line);
  std::size_t found = 0;
  for (const std::string& reject : expected.rejects) {
    ASSERT_TRUE(std::getline(rejects, line)) << reject;
    EXPECT_TRUE(line.starts_with(reject)) << line;
    ++found;
  }
  EXPECT_EQ(found, expected.rejects.size());
  EXPECT_FALSE(std::getline(rejects, line)) << line;
}

INSTANTIATE_TEST_SUITE_P(
    Preparation, Lines,
    testing::Values(
        DiseasedLines{"one_stray_quote.csv", 5, 4, {"2,,,,,\"malformed line: a quote is opened and not closed"}},
        DiseasedLines{"two_stray_quotes.csv", 7, 6, {"2,,,,,\"malformed line: a quote is opened and not closed"}},
        DiseasedLines{"text_behind_a_quote.csv", 5, 4, {"2,,,,,\"malformed line: text behind a closing quote"}},
        DiseasedLines{"backslash.csv", 5, 4, {"2,,,,,\"malformed line: text behind a closing quote"}},
        DiseasedLines{"trailing_delimiter.csv", 5, 5, {}},
        DiseasedLines{"blank_lines.csv", 5, 4, {"9,,,,,\"malformed line: too few fields: 3,x"}},
        DiseasedLines{"control_z.csv", 5, 4, {"6,,,,,\"malformed line: too few fields: 3,10"}},
        DiseasedLines{"only_cr.csv", 6, 5, {"7,,,,,\"malformed line: too few fields: 3,10"}},
        DiseasedLines{"crlf_header.csv", 5, 4, {"6,3,10,9.0,104,rating is out of scale"}},
        DiseasedLines{"latin1_elsewhere.csv", 5, 5, {}},
        DiseasedLines{"quoted_line_ends.csv", 6, 3, {"4,3,x,9,,rating is out of scale", "8,,,,,\"malformed line: too few",
                                                     "12,2,10,3.5,,superseded"}}));

TEST_F(PreparationTest, LinesOfAFilmTableThatAreNoneAreCountedAndListed) {
  PrepareSettings settings = settings_for(diseases / "lines/films");
  settings.rejects = (folder_ / "rejects.csv").string();
  const DatasetSummary summary = prepare(settings);
  EXPECT_EQ(summary.rejected_films, (std::map<std::string, std::int64_t>{{"malformed line", 3}, {"no valid movieId", 1}}));
  EXPECT_EQ(read_dataset_summary(folder_ / "dataset").rejected_films, summary.rejected_films);
  EXPECT_EQ(summary.rejected, (std::map<std::string, std::int64_t>{{"unknown movie", 1}}));
  const std::string rejects = content(folder_ / "rejects.csv");
  EXPECT_THAT(rejects, HasSubstr("\n3,,,,,\"movies.csv: malformed line: text behind a closing quote: 20,"));
  EXPECT_THAT(rejects, HasSubstr("\n4,,,,,\"movies.csv: malformed line: a quote is opened and not closed: 40,"));
  EXPECT_THAT(rejects, HasSubstr("\n6,,,,,\"movies.csv: malformed line: too few fields: 50,"));
  EXPECT_THAT(rejects, HasSubstr("\n7,,,,,movies.csv: no valid movieId\n"));
  settings.strict = true;
  std::filesystem::remove(folder_ / "rejects.csv");
  EXPECT_THAT(complaint(settings), HasSubstr("unknown movie"));
}

TEST_F(PreparationTest, StrictStopsForLinesOfTheFilmTable) {
  PrepareSettings settings = settings_for(write("rows.csv", "userId,movieId,rating\n1,10,4\n"));
  settings.movies = write("films.csv", "movieId,title\n10,Heat\n11\n").string();
  settings.strict = true;
  EXPECT_THAT(complaint(settings), testing::AllOf(HasSubstr("films.csv: 1 lines are no films"), HasSubstr("line 3: malformed line")));
}

TEST_F(PreparationTest, QuotesCanBeCharactersLikeOthers) {
  PrepareSettings settings = settings_for(write("rows.csv", "userId,movieId,name,rating\n1,10,\"a,4\n1,11,b\",3\n2,11,\"c\"d,5\n"));
  settings.quote = "none";
  EXPECT_EQ(prepare(settings).ratings, 3);
  settings = settings_for(write("ids.csv", "userId,movieId,rating\n\"1\",x,4\n"));
  settings.quote = "none";
  prepare(settings);
  EXPECT_EQ(read_dataset(folder_ / "dataset").users.id.front(), "\"1\"");
}

/// 400,000 lines, one of which opens a quote that is never closed.
TEST_F(PreparationTest, AQuoteSwallowsNoFile) {
  std::string text = "user\tartist\tname\tplays\n";
  for (int row = 0; row < 400'000; ++row)
    text += std::to_string(row) + "\ta" + std::to_string(row % 97) + (row == 1000 ? "\t\"great performances" : "\tthe beatles") + "\t3\n";
  PrepareSettings settings = settings_for(write("plays.tsv", text));
  settings.user_column = "user", settings.item_column = "artist", settings.rating_column = "plays";
  const DatasetSummary summary = prepare(settings, 2);
  EXPECT_EQ(summary.rows, 400'000);
  EXPECT_EQ(summary.ratings, 399'999);
  settings.strict = true;
  EXPECT_THAT(complaint(settings), HasSubstr("line 1002: malformed line: a quote is opened and not closed"));
}

}  // namespace
}  // namespace encore
