// One tiny file a disease (data/): what is kept, what is rejected and why, and what ends in a sentence.
#include <gmock/gmock.h>
#include <algorithm>
#include "preparation/prepared.h"

namespace encore {
namespace {

using Counts = std::map<std::string, std::int64_t>;
using testing::HasSubstr;

/// The four good rows that every file of data/ holds beside its disease.
const char* const good_rows = "d7b48612";

struct Disease {
  const char* file;
  std::int64_t rows;
  Counts rejected;
  const char* fingerprint = good_rows;
  const char* ids = "auto";
};

std::ostream& operator<<(std::ostream& stream, const Disease& disease) { return stream << disease.file; }

class DiseasedFile : public PreparationTest, public testing::WithParamInterface<Disease> {};

TEST_P(DiseasedFile, KeepsTheGoodRowsAndCountsTheOthers) {
  PrepareSettings settings = settings_for(diseases / GetParam().file);
  settings.movies = (diseases / "movies.csv").string();
  settings.ids = GetParam().ids;
  const DatasetSummary summary = prepare(settings);
  EXPECT_EQ(summary.rows, GetParam().rows);
  EXPECT_EQ(summary.rejected, GetParam().rejected);
  EXPECT_EQ(summary.filtered, Counts{});
  std::int64_t rejected = 0;
  for (const auto& [reason, rows] : summary.rejected) rejected += rows;
  EXPECT_EQ(summary.ratings + rejected, summary.rows);
  EXPECT_EQ(summary.fingerprint.substr(0, 8), GetParam().fingerprint);
}

INSTANTIATE_TEST_SUITE_P(
    Preparation, DiseasedFile,
    testing::Values(Disease{"bom.csv", 4, {}}, Disease{"crlf.csv", 4, {}}, Disease{"mixed_line_ends.csv", 4, {}},
                    Disease{"semicolons.csv", 4, {}}, Disease{"tabs.tsv", 4, {}},
                    Disease{"truncated_last_line.csv", 5, {{"malformed line", 1}}},
                    Disease{"too_many_fields.csv", 5, {{"malformed line", 1}}},
                    Disease{"open_quote.csv", 5, {{"malformed line", 1}}},
                    Disease{"too_few_fields.csv", 6, {{"malformed line", 1}}, "6507b5bd"},
                    Disease{"text_in_a_number.csv",
                            8,
                            {{"no valid userId", 1},
                             {"no valid movieId", 1},
                             {"rating is not a number", 1},
                             {"no valid time", 1}},
                            good_rows,
                            "number"},
                    Disease{"nan_rating.csv", 7, {{"rating is not a number", 3}}},
                    Disease{"out_of_scale.csv", 7, {{"rating is out of scale", 3}}},
                    Disease{"negative_id.csv", 6, {{"unknown movie", 1}}, "17161422"},
                    Disease{"nul_byte.csv", 5, {{"no valid userId", 1}}},
                    Disease{"unknown_movie.csv", 5, {{"unknown movie", 1}}},
                    Disease{"odd_numbers.csv", 10, {{"no valid movieId", 2}}, "f1683afa", "number"},
                    Disease{"doubled.csv", 7, {{"superseded by a later rating", 3}}, "139f191f"},
                    Disease{"no_time.csv", 5, {{"superseded by a later rating", 1}}}));

using Preparation = PreparationTest;

TEST_F(Preparation, OfDoublesTheLatestCountsAndOfEqualTimesTheHighest) {
  prepare(settings_for(diseases / "doubled.csv"));
  const Dataset dataset = read_dataset(folder_ / "dataset");
  EXPECT_THAT(dataset.ratings.rating, testing::ElementsAre(2.0f, 5.0f, 4.5f, 0.5f));
}

TEST_F(Preparation, FilesThatCannotBeUsedEndInASentenceAndLeaveNothing) {
  const std::pair<const char*, const char*> cases[] = {
      {"empty.csv", "empty.csv is empty"},
      {"header_only.csv", "header_only.csv holds no ratings"},
      {"missing_column.csv",
       "has no column 'rating'; it has: userId, movieId, timestamp; say which column is which, for example: encore prepare "},
      {"implicit.csv", " --implicit"},
      {"nowhere.csv", "there is no such file or folder"},
  };
  for (const auto& [file, sentence] : cases) {
    EXPECT_THAT(complaint(settings_for(diseases / file)), HasSubstr(sentence)) << file;
    EXPECT_EQ(entries(), 0u) << file;
  }
}

TEST_F(Preparation, APreparedDatasetIsNoSource) {
  prepare(settings_for(real_ratings));
  PrepareSettings again = settings_for(folder_ / "dataset");
  again.output = (folder_ / "again").string();
  EXPECT_THAT(complaint(again), HasSubstr("is a prepared dataset already"));
  EXPECT_EQ(entries(), 1u);
}

TEST_F(Preparation, AFolderOfSomethingElseIsNamed) {
  write("notes.txt", "nothing here\n");
  EXPECT_THAT(complaint(settings_for(folder_)), HasSubstr("holds no file of ratings"));
}

TEST_F(Preparation, AFolderWithARenamedColumnSaysSo) {
  write("ratings.csv", "who,movieId,rating\n1,2,3\n");
  EXPECT_THAT(complaint(settings_for(folder_)), HasSubstr("ratings.csv has no column 'userId'"));
}

TEST_F(Preparation, AnOverlongLineIsOneReject) {
  const auto file = write("long.csv", "userId,movieId,rating,timestamp\n1,10,4.0,100\n" + std::string(3'000'000, '7') +
                                          ",10,4.0,1\n1,20,5.0,101\n");
  const DatasetSummary summary = prepare(settings_for(file));
  EXPECT_EQ(summary.ratings, 2);
  EXPECT_EQ(summary.rejected, (Counts{{"malformed line", 1}}));
}

TEST_F(Preparation, StrictNamesTheFirstRejectAndItsLine) {
  PrepareSettings settings = settings_for(diseases / "too_few_fields.csv");
  settings.strict = true;
  EXPECT_THAT(complaint(settings),
              testing::AllOf(HasSubstr("1 of 6 rows"), HasSubstr("malformed line"), HasSubstr("line 6")));
  settings.source = (diseases / "text_in_a_number.csv").string();
  settings.ids = "number";
  EXPECT_THAT(complaint(settings),
              testing::AllOf(HasSubstr("4 of 8 rows"), HasSubstr("line 6: '3, 10, good': rating is not a number")));
  EXPECT_EQ(entries(), 0u);
}

TEST_F(Preparation, StrictLetsLaterRatingsSupersede) {
  PrepareSettings settings = settings_for(diseases / "doubled.csv");
  settings.strict = true;
  EXPECT_EQ(complaint(settings), "");
}

TEST_F(Preparation, RejectsAreWrittenWithTheirReasons) {
  PrepareSettings settings = settings_for(diseases / "text_in_a_number.csv");
  settings.rejects = (folder_ / "rejects.csv").string();
  settings.ids = "number";
  prepare(settings);
  EXPECT_EQ(
      content(folder_ / "rejects.csv"),
      "line,userId,movieId,rating,time,reason\n6,3,10,good,104,rating is not a number\n7,three,10,4.0,105,no valid "
      "userId\n8,3,ten,4.0,106,no valid movieId\n9,3,20,4.0,noon,no valid time\n");
  settings.source = (diseases / "doubled.csv").string();
  prepare(settings);
  EXPECT_THAT(content(folder_ / "rejects.csv"), HasSubstr(",2,10,3.5,102,superseded by a later rating\n"));
  settings.source = (diseases / "truncated_last_line.csv").string();
  prepare(settings);
  EXPECT_THAT(content(folder_ / "rejects.csv"), HasSubstr("6,,,,,\"malformed line: "));
}

TEST_F(Preparation, VeryManyRejectsKnowTheirLines) {
  std::string text = "userId,movieId,rating,timestamp\n1,10,4.0,100\n1,10,5.0,101\ntoo,few\n";
  const int bad = 200'001;
  for (int row = 0; row < bad; ++row) text += "1,20,99,100\n";
  PrepareSettings settings = settings_for(write("rows.csv", text));
  settings.rejects = (folder_ / "rejects.csv").string();
  const DatasetSummary summary = prepare(settings);
  EXPECT_EQ(summary.ratings, 1);
  EXPECT_EQ(summary.rejected,
            (Counts{{"malformed line", 1}, {"rating is out of scale", bad}, {"superseded by a later rating", 1}}));
  const std::string rejects = content(folder_ / "rejects.csv");
  EXPECT_EQ(std::ranges::count(rejects, '\n'), bad + 3);
  for (const std::string line : {"2,1,10,4.0,100,superseded by a later rating", "5,1,20,99,100,rating is out of scale",
                                 "200005,1,20,99,100,rating is out of scale",
                                 "4,,,,,\"malformed line: too few fields: too,few\""})
    EXPECT_NE(rejects.find("\n" + line + "\n"), std::string::npos) << line;
  settings.strict = true;
  EXPECT_THAT(complaint(settings), HasSubstr("line 4: malformed line: too few fields: too,few"));
}

TEST_F(Preparation, RejectsAreTheAnswerWhenNothingIsLeftOrStrictStops) {
  PrepareSettings settings = settings_for(write("rows.csv", "userId,movieId,rating\n1,10,99\n"));
  settings.rejects = (folder_ / "rejects.csv").string();
  EXPECT_THAT(complaint(settings), HasSubstr("none of the 1 ratings is left"));
  EXPECT_THAT(content(folder_ / "rejects.csv"), HasSubstr("2,1,10,99.0,,rating is out of scale\n"));
  std::filesystem::remove(folder_ / "rejects.csv");
  settings.strict = true;
  EXPECT_THAT(complaint(settings), HasSubstr("1 of 1 rows cannot be used"));
  EXPECT_THAT(content(folder_ / "rejects.csv"), HasSubstr("2,1,10,99.0,,rating is out of scale\n"));
}

TEST_F(Preparation, AColumnOfTimesThatIsNamedMustBeThere) {
  PrepareSettings settings = settings_for(write("rows.csv", "userId,movieId,rating,When,when\n1,10,4,1,2\n"));
  settings.time_column = "clock";
  EXPECT_THAT(complaint(settings), HasSubstr("--time-column"));
  settings.time_column =
      "timestamp";  // the default need not be there; columns that nobody uses may differ in case alone
  EXPECT_EQ(complaint(settings), "");
}

TEST_F(Preparation, RejectsKnowTheirLinesInAnyText) {
  const std::string text =
      "comment,userId,movieId,rating,timestamp\r\n"              // line 1
      "\"over\ntwo lines\",1,10,4.0,100\n"                       // 2 and 3
      ",1,20,9.0,101\n"                                          // 4: out of scale
      "\"a \"\"quoted\"\" word, and\n\nmore\",x,10,4.0,102\r\n"  // 5 to 7: no user
      "too,few\n"                                                // 8
      ",1,10,4.0,100\n"                                          // 9: the first row again
      ",2,10,5,103";                                             // 10, without an end
  PrepareSettings settings = settings_for(write("rows.csv", text));
  settings.rejects = (folder_ / "rejects.csv").string();
  settings.ids = "number";
  EXPECT_EQ(prepare(settings).ratings, 2);
  const std::string rejects = content(folder_ / "rejects.csv");
  EXPECT_THAT(rejects, HasSubstr("\n4,1,20,9.0,101,rating is out of scale\n"));
  EXPECT_THAT(rejects, HasSubstr("\n5,x,10,4.0,102,no valid userId\n"));
  EXPECT_THAT(rejects, HasSubstr("\n9,1,10,4.0,100,superseded by a later rating\n"));
}

/// A file in which a look at every byte finds nothing but half stars, so that no row would be asked for a reason.
TEST_F(Preparation, HalfStarsOutOfTheScaleAreRejected) {
  const std::string within = "userId,movieId,rating\n1,10,0.5\n1,11,5\n2,10,3.5\n";
  EXPECT_EQ(prepare(settings_for(write("within.csv", within))).ratings, 3);
  PrepareSettings settings = settings_for(write("rows.csv", within + "2,11,5.5\n3,10,0\n3,11,5\n"));
  settings.rejects = (folder_ / "rejects.csv").string();
  const DatasetSummary summary = prepare(settings);
  EXPECT_EQ(summary.ratings, 4);
  EXPECT_EQ(summary.rejected.at("rating is out of scale"), 2);
  EXPECT_EQ(content(folder_ / "rejects.csv"),
            "line,userId,movieId,rating,time,reason\n5,2,11,5.5,,rating is out of scale\n6,3,10,0.0,,rating is out of "
            "scale\n");
  settings.strict = true;
  EXPECT_THAT(complaint(settings), HasSubstr("out of scale"));
}

/// Beside each file lies what its name would find as a pattern.
TEST_F(Preparation, APathNamesOneFile) {
  const char* const other = "userId,movieId,rating\n1,10,4.0\n1,11,4.0\n2,11,4.0\n";
  for (const std::string beside : {"r1", "rx", "rxy"}) {
    write(beside + ".csv", other);
    write_parquet(folder_ / (beside + ".csv"), folder_ / (beside + ".parquet"));
  }
  for (const std::string name : {"r[1]", "r?", "r*", "r{1,x}", "r\\1", "~"}) {
    const auto text = write(name + ".csv", "userId,movieId,rating\n7,10,3\n");
    write_parquet(text, folder_ / (name + ".parquet"));
    for (const char* const kind : {".csv", ".parquet"}) {
      PrepareSettings settings = settings_for(folder_ / (name + kind));
      settings.output = (folder_ / ("dataset of " + name)).string();
      EXPECT_EQ(prepare(settings).rows, 1) << name << kind;
      EXPECT_EQ(read_dataset(settings.output).ratings.rating, std::vector<float>{3}) << name << kind;
    }
  }
}

TEST_F(Preparation, OneColumnCannotBeTwoThings) {
  PrepareSettings settings = settings_for(write("rows.csv", "userId,movieId,timestamp\n1,10,4\n"));
  settings.rating_column = "movieId";
  EXPECT_THAT(complaint(settings), HasSubstr("cannot be both --item-column and --rating-column"));
}

TEST_F(Preparation, RejectsOfCanonicalNumbersKnowTheirLines) {
  PrepareSettings settings =
      settings_for(write("rows.csv", "userId,movieId,rating\n1,10,4.0\n7,10,9.50\n1,11,3\n1,11,3\n"));
  settings.rejects = (folder_ / "rejects.csv").string();
  prepare(settings);
  EXPECT_EQ(content(folder_ / "rejects.csv"),
            "line,userId,movieId,rating,time,reason\n3,7,10,9.5,,rating is out of scale\n"
            "5,1,11,3.0,,superseded by a later rating\n");
}

}  // namespace
}  // namespace encore
