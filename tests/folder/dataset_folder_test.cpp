// Reading a dataset folder: what a good one gives, and the sentence for each way in which one can be bad.
#include "folder/dataset_folder.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include "database/database.h"
#include "dataset/dataset_summary.h"
#include "process/error.h"
#include "temporary_folder.h"

namespace encore {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Three users (the third held out) and two films.
class DatasetFolder : public testing::Test {
 protected:
  DatasetFolder() {
    DatasetSummary summary;
    summary.format = "table", summary.ratings_file = "ratings.csv";
    summary.rows = 5, summary.movies = 2, summary.users = 3, summary.ratings = 5;
    summary.training_users = 2, summary.test_users = 1;
    summary.fingerprint = "f00d", summary.years = {1950, 1959}, summary.where = "year > 1";
    summary.by_year = {{1954, 1, 2}, {std::nullopt, 1, 3}};
    summary.stars = {{0.5, 1}, {4, 4}};
    summary.most_rated = {{"10", "Rear Window (1954)", 1954, 3}};
    summary.filtered = {{"outside the years", 7}};
    std::ofstream(folder_ / "dataset.json") << to_json(summary);
    write_items("(0, 10, 'Rear Window (1954)', 1954, 'Mystery', 3, 2), (1, 20, 'Vertigo', NULL, '', 2, 1)");
    write_users("(0, 1, 2, 'train'), (1, 2, 1, 'train'), (2, 3, 2, 'test')");
    write_ratings(
        "(0, 0, 4.0, NULL), (0, 1, 4.0, NULL), (1, 0, 0.5, NULL), (2, 0, 4.0, 'given'), (2, 1, 4.0, 'target')");
  }
  void write(const std::string& file, const std::string& select, const std::string& values, const std::string& names) {
    Database().run("COPY (SELECT " + select + " FROM (VALUES " + values + ") t(" + names + ")) TO " +
                   sql_literal((folder_ / file).string()) + " (FORMAT parquet)");
  }
  void write_items(const std::string& values) {
    write("items.parquet",
          "CAST(i AS INT) AS item, m AS \"movieId\", title, CAST(y AS INT) AS year, genres, CAST(n AS BIGINT) AS "
          "ratings, "
          "CAST(k AS BIGINT) AS training_ratings",
          values, "i, m, title, y, genres, n, k");
  }
  void write_users(const std::string& values) {
    write("users.parquet", "CAST(u AS INT) AS user, id AS \"userId\", CAST(n AS BIGINT) AS ratings, fold", values,
          "u, id, n, fold");
  }
  void write_ratings(const std::string& values) {
    write("ratings.parquet",
          "CAST(u AS INT) AS user, CAST(i AS INT) AS item, CAST(r / 5 AS FLOAT) AS value, CAST(r AS FLOAT) AS rating, "
          "CAST(NULL AS BIGINT) AS time, CAST(part AS VARCHAR) AS part",
          values, "u, i, r, part");
  }
  std::string complaint() {
    try {
      read_dataset(folder_);
      return {};
    } catch (const UserError& error) {
      return error.what();
    }
  }
  void replace_in_json(const std::string& what, const std::string& with) {
    std::ifstream in(folder_ / "dataset.json");
    std::string text{std::istreambuf_iterator<char>(in), {}};
    ASSERT_NE(text.find(what), std::string::npos);
    text.replace(text.find(what), what.size(), with);
    std::ofstream(folder_ / "dataset.json") << text;
  }
  TemporaryFolder temporary_;
  std::filesystem::path folder_ = temporary_.path();
};

TEST_F(DatasetFolder, GivesCatalogueUsersAndRows) {
  const Dataset dataset = read_dataset(folder_);
  EXPECT_EQ(dataset.fingerprint, "f00d");
  EXPECT_THAT(dataset.items.id, ElementsAre("10", "20"));
  EXPECT_THAT(dataset.items.year, ElementsAre(1954, std::nullopt));
  EXPECT_THAT(dataset.items.training_ratings, ElementsAre(2, 1));
  EXPECT_THAT(dataset.users.id, ElementsAre("1", "2", "3"));
  EXPECT_THAT(dataset.users_in(Fold::train), ElementsAre(0, 1));
  EXPECT_THAT(dataset.users_in(Fold::test), ElementsAre(2));
  EXPECT_THAT(dataset.ratings.start, ElementsAre(0, 2, 3, 5));
  EXPECT_THAT(dataset.ratings.item, ElementsAre(0, 1, 0, 0, 1));
  EXPECT_THAT(dataset.ratings.rating, ElementsAre(4, 4, 0.5f, 4, 4));
  EXPECT_THAT(dataset.ratings.part, ElementsAre(Part::none, Part::none, Part::none, Part::given, Part::target));
  EXPECT_TRUE(is_dataset_folder(folder_));
  EXPECT_EQ(read_catalogue(folder_ / "items.parquet").title[1], "Vertigo");
}

TEST_F(DatasetFolder, ATableMayBeAFolderOfParts) {
  const auto whole = folder_ / "whole.parquet", parts = folder_ / "ratings.parquet";
  std::filesystem::rename(parts, whole);
  std::filesystem::create_directory(parts);
  const std::string from = "COPY (SELECT * FROM read_parquet(" + sql_literal(whole.string()) + ") WHERE \"user\" ";
  Database database;
  database.run(from + "< 1) TO " + sql_literal((parts / "part-0.parquet").string()) + " (FORMAT parquet)");
  database.run(from + ">= 1) TO " + sql_literal((parts / "part-1.parquet").string()) + " (FORMAT parquet)");
  std::ofstream(parts / "_SUCCESS");
  EXPECT_EQ(read_dataset(folder_).ratings.size(), 5);
  std::filesystem::rename(parts / "part-1.parquet", parts / "part-.parquet");
  EXPECT_THAT(complaint(), HasSubstr("not sorted"));
}

TEST_F(DatasetFolder, TheSummaryComesBackAsItWas) {
  const DatasetSummary summary = read_dataset_summary(folder_);
  EXPECT_EQ(summary.years, (std::pair{1950, 1959}));
  EXPECT_EQ(summary.where, "year > 1");
  EXPECT_EQ(summary.by_year.at(1).year, std::nullopt);
  EXPECT_EQ(summary.year_range(), (std::pair{1954, 1954}));
  EXPECT_EQ(summary.most_rated.at(0).title, "Rear Window (1954)");
  EXPECT_EQ(summary.filtered.at("outside the years"), 7);
  EXPECT_DOUBLE_EQ(summary.density(), 5.0 / 6);
  const std::string text = to_json(summary);
  std::ofstream(folder_ / "dataset.json") << text;
  EXPECT_EQ(to_json(read_dataset_summary(folder_)), text);
}

TEST_F(DatasetFolder, OtherFoldersAreNoDatasets) {
  EXPECT_FALSE(is_dataset_folder(folder_ / "nothing"));
  replace_in_json("encore-dataset", "something else");
  EXPECT_FALSE(is_dataset_folder(folder_));
  EXPECT_THAT(complaint(), HasSubstr("does not describe a dataset"));
}

TEST_F(DatasetFolder, ANewerFormatIsNamed) {
  replace_in_json("\"format_version\": 1", "\"format_version\": 3");
  EXPECT_THAT(complaint(), HasSubstr("has format version 3, but this program reads versions 1 and 2"));
}

TEST_F(DatasetFolder, ADamagedSummaryIsNamed) {
  replace_in_json("\"movies\": 2,", "\"movies\": \"two\",");
  EXPECT_THAT(complaint(), HasSubstr("dataset.json is damaged"));
  std::ofstream(folder_ / "dataset.json") << "{";
  EXPECT_THAT(complaint(), HasSubstr("dataset.json is damaged"));
}

TEST_F(DatasetFolder, CountsMustAgree) {
  replace_in_json("\"movies\": 2,", "\"movies\": 3,");
  EXPECT_THAT(complaint(), HasSubstr("items.parquet does not have the movies"));
}

TEST_F(DatasetFolder, ACountThatNoMemoryHoldsIsNamedToo) {
  replace_in_json("\"ratings\": 5,", "\"ratings\": -5,");
  EXPECT_THAT(complaint(), HasSubstr("ratings.parquet does not have the ratings"));
  replace_in_json("\"ratings\": -5,", "\"ratings\": 99999999999999,");
  EXPECT_THAT(complaint(), HasSubstr("ratings.parquet does not have the ratings"));
}

TEST_F(DatasetFolder, MissingAndDamagedTables) {
  std::filesystem::remove(folder_ / "users.parquet");
  EXPECT_THAT(complaint(), HasSubstr("users.parquet: there is no such file"));
  std::ofstream(folder_ / "users.parquet") << "PAR1 but not really";
  EXPECT_THAT(complaint(), HasSubstr("users.parquet is damaged or no Parquet file"));
  std::filesystem::remove(folder_ / "users.parquet");
  std::filesystem::create_directory(folder_ / "users.parquet");
  EXPECT_THAT(complaint(), HasSubstr("holds no .parquet file"));
}

TEST_F(DatasetFolder, ColumnsMustBeThereWithTheirTypes) {
  write("users.parquet", "CAST(u AS INT) AS user, id AS \"userId\", n AS ratings", "(0, 1, 2)", "u, id, n");
  EXPECT_THAT(complaint(), HasSubstr("users.parquet has no column 'fold'"));
  write("users.parquet", "CAST(u AS VARCHAR) AS user, id AS \"userId\", n AS ratings, 'train' AS fold", "(0, 1, 2)",
        "u, id, n");
  EXPECT_THAT(complaint(), HasSubstr("the column 'user' has the type VARCHAR, but must have INTEGER"));
}

TEST_F(DatasetFolder, BadUsersAndItems) {
  write_users("(0, 1, 2, 'train'), (1, 2, 1, 'lost'), (2, 3, 2, 'test')");
  EXPECT_THAT(complaint(), HasSubstr("'lost' is no fold"));
  write_users("(0, 2, 2, 'train'), (1, 1, 1, 'train'), (2, 3, 2, 'test')");
  EXPECT_THAT(complaint(), HasSubstr("the ids do not ascend at row 2"));
  write_users("(0, 1, 2, 'train'), (2, 2, 1, 'train'), (1, 3, 2, 'test')");
  EXPECT_THAT(complaint(), HasSubstr("are not 0, 1, 2, … at row 2"));
  write_items("(0, 10, 'A', 1954, '', 3, 4), (1, 20, 'B', NULL, '', 2, 1)");
  EXPECT_THAT(complaint(), HasSubstr("the counts of ratings are wrong at row 1"));
}

TEST_F(DatasetFolder, BadRatings) {
  const std::pair<const char*, const char*> cases[] = {
      {"(0, 1, 4.0, NULL), (0, 0, 4.0, NULL)", "not sorted by user and item at row 2"},
      {"(0, 0, 4.0, NULL), (0, 0, 4.0, NULL)", "not sorted"},
      {"(1, 0, 4.0, NULL), (0, 0, 4.0, NULL)", "not sorted"},
      {"(0, 2, 4.0, NULL)", "no such item at row 1"},
      {"(3, 0, 4.0, NULL)", "no such user"},
      {"(-1, 0, 4.0, NULL)", "no such user"},
      {"(0, 0, 5.5, NULL)", "out of scale"},
      {"(0, 0, NULL, NULL)", "a value is missing"},
      {"(0, 0, 4.0, 'given')", "a training user's rating has a part"},
      {"(2, 0, 4.0, 'perhaps')", "neither given nor target"},
      {"(0, 0, 4.0, NULL)", "ratings.parquet does not have the ratings"},
      {"(0, 0, 4.0, NULL), (1, 0, 4.0, NULL), (1, 1, 4.0, NULL), (2, 0, 4.0, NULL), (2, 1, 4.0, NULL)",
       "user 1 does not have"},
  };
  for (const auto& [rows, sentence] : cases) {
    write_ratings(rows);
    EXPECT_THAT(complaint(), HasSubstr(sentence)) << rows;
  }
}

}  // namespace
}  // namespace encore
