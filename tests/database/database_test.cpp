// How the program talks to DuckDB: statements, parameters, streamed rows, limits and errors.
#include "database/database.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

#include "process/error.h"
#include "process/interruption.h"
#include "temporary_folder.h"

namespace encore {
namespace {

TEST(Database, RunCountsChangedRowsAndBindsEveryKindOfValue) {
  Database database;
  database.run("CREATE TABLE t(a BIGINT, b DOUBLE, c STRING, d BOOLEAN)");
  EXPECT_EQ(database.run("INSERT INTO t VALUES (?, ?, ?, ?)", {std::int64_t{7}, 0.5, std::string("it's"), true}), 1);
  EXPECT_EQ(database.run("INSERT INTO t VALUES (?, ?, ?, ?)", {nullptr, nullptr, nullptr, nullptr}), 1);
  Rows rows = database.stream("SELECT a, b, c, d FROM t ORDER BY a NULLS LAST");
  ASSERT_TRUE(rows.next());
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows.columns(), 4u);
  EXPECT_EQ(rows.column_name(2), "c");
  EXPECT_EQ(rows.int64(0)[0], 7);
  EXPECT_EQ(rows.float64(1)[0], 0.5);
  EXPECT_EQ(rows.text(2, 0), "it's");
  EXPECT_TRUE(rows.boolean(3, 0));
  EXPECT_TRUE(rows.is_text(2));
  EXPECT_FALSE(rows.is_text(0));
  for (std::size_t column = 0; column < 4; ++column) EXPECT_TRUE(rows.is_null(column, 1));
  EXPECT_FALSE(rows.next());
}

TEST(Database, StreamsManyChunksInOrder) {
  Database database({.threads = 2});
  Rows rows = database.stream("SELECT CAST(i AS INT) AS i FROM range(1000000) r(i)");
  std::int32_t expected = 0;
  std::size_t chunks = 0;
  while (rows.next()) {
    ++chunks;
    for (const std::int32_t value : rows.int32(0)) ASSERT_EQ(value, expected++);
  }
  EXPECT_EQ(expected, 1000000);
  EXPECT_GT(chunks, 100u);
}

TEST(Database, AStreamMayBeLeftEarly) {
  Database database;
  {
    Rows rows = database.stream("SELECT i FROM range(1000000) r(i)");
    ASSERT_TRUE(rows.next());
  }
  EXPECT_EQ(database.number("SELECT 42"), 42);
}

TEST(Database, AStreamLeftEarlyWaitsForTheThreadsThatWorkOnIt) {
  const auto file = std::filesystem::path(testing::TempDir()) / "encore_database_left_early.parquet";
  Database().run("COPY (SELECT i, i % 97 AS h, CAST(i % 9 AS VARCHAR) AS t FROM range(50000) r(i)) TO " +
                 sql_literal(file.string()) + " (FORMAT parquet)");
  for (int k = 0; k < 6; ++k) {
    Database database({.threads = 2});
    Rows rows = database.stream("SELECT i, h, t FROM read_parquet(" + sql_literal(file.string()) + ")");
    for (int chunk = 0; chunk < 1 + 4 * k; ++chunk) ASSERT_TRUE(rows.next());
  }
  std::filesystem::remove(file);
}

TEST(Database, AQueryThatFailsBeforeItsFirstRowSaysWhy) {
  try {
    Database().stream("SELECT CAST(s AS INT) FROM (VALUES ('x')) t(s)").next();
    FAIL() << "it works";
  } catch (const SqlError& error) {
    EXPECT_THAT(error.what(), testing::StartsWith("Conversion Error: "));
  }
}

TEST(Database, NumberOfNothingIsNothing) {
  Database database;
  EXPECT_EQ(database.number("SELECT 1 WHERE false"), std::nullopt);
  EXPECT_EQ(database.number("SELECT CAST(NULL AS INT)"), std::nullopt);
}

TEST(Database, TextOfNothingIsEmpty) {
  Database database;
  Rows rows = database.stream("SELECT min(text), 'x' FROM (SELECT 'a text that is longer than twelve bytes' AS text) WHERE text = ''");
  ASSERT_TRUE(rows.next());
  EXPECT_TRUE(rows.is_null(0, 0));
  EXPECT_EQ(rows.text(0, 0), "");
  EXPECT_EQ(rows.text(1, 0), "x");
}

TEST(Database, RefusedStatementsSaySo) {
  Database database;
  EXPECT_THROW(database.run("SELEKT 1"), SqlError);
  EXPECT_THROW(database.run("SELECT 1; SELECT 2"), SqlError) << "only one statement at a time";
  EXPECT_THROW(database.run("SELECT ?", {std::int64_t{1}, std::int64_t{2}}), SqlError);
  EXPECT_THROW(database.stream("SELECT * FROM nothing"), SqlError);
  EXPECT_THROW(
      {
        Rows rows = database.stream("SELECT CAST(s AS INT) FROM (VALUES ('1'), ('x')) t(s)");
        while (rows.next()) {
        }
      },
      SqlError);
  EXPECT_EQ(database.number("SELECT 1"), 1) << "usable after an error";
}

TEST(Database, NeverLoadsExtensions) {
  Database database;
  EXPECT_THROW(database.run("SELECT * FROM sqlite_scan('x', 'y')"), SqlError);
}

TEST(Database, SpillsWithinItsMemoryOrFails) {
  const auto folder = std::filesystem::path(testing::TempDir()) / "encore_database_spill";
  std::filesystem::remove_all(folder);
  const char* sort = "CREATE OR REPLACE TABLE t AS SELECT hash(i) AS h, i, i AS j, i AS k FROM range(4000000) r(i)";
  {
    Database without({.memory_bytes = 100'000'000, .threads = 1});
    EXPECT_THROW(without.run(sort), DatabaseOutOfMemory);
  }
  Database with({.memory_bytes = 100'000'000, .threads = 1, .temporary_directory = folder});
  with.run(sort);
  EXPECT_EQ(with.number("SELECT count(*) FROM t"), 4000000);
  std::filesystem::remove_all(folder);
}

TEST(Database, ReportsProgressInPercent) {
  Database database({.threads = 1});
  std::vector<double> seen;
  database.run("CREATE TABLE t AS SELECT sum(hash(i * 3)) FROM range(60000000) r(i)", {},
               [&](double p) { seen.push_back(p); });
  EXPECT_THAT(seen, testing::Each(testing::AllOf(testing::Ge(0), testing::Le(100))));
  EXPECT_FALSE(seen.empty());
}

TEST(Database, StopsOnCtrlCAndIsUsableAfterwards) {
  watch_for_interruption();
  Database database({.threads = 1});
  std::raise(SIGINT);
  EXPECT_THROW(database.run("CREATE TABLE t AS SELECT sum(hash(i * 3)) FROM range(100000000000) r(i)"), Interrupted);
  forget_interruption();
  Rows rows = database.stream("SELECT i FROM range(1000000) r(i)");
  ASSERT_TRUE(rows.next());
  std::raise(SIGTERM);
  EXPECT_THROW(rows.next(), Interrupted);
  forget_interruption();
}

/// What a pattern would find lies beside it.
TEST(SqlPath, NamesOneFile) {
  const TemporaryFolder temporary;
  Database database({.threads = 1});
  const std::vector<std::string> names = {"r1.csv",     "r2.csv",    "r[1].csv",    "r?.csv",    "r*.csv",
                                          "r[[]1].csv", "r{1,2}.csv", "r'1].csv",
                                          "~",          "r[!1].csv", "a=1,b[.csv"};
  std::filesystem::create_directory(temporary.path() / "odd");
  for (const std::string folder : {"plain", "od[d]*?", "year=1999"}) {
    std::filesystem::create_directory(temporary.path() / folder);
    for (const std::string& name : names) {
      const std::filesystem::path file = temporary.path() / folder / name;
      std::ofstream(file) << "name\n\"" << name << "\"\n";
      Rows rows = database.stream(fmt::format(
          "SELECT * FROM read_csv({}, auto_detect = false, header = true, delim = ';', quote = '\"', escape = '\"', "
          "hive_partitioning = false, columns = {{name: 'VARCHAR'}})",
          sql_path(file)));
      ASSERT_TRUE(rows.next()) << file;
      EXPECT_EQ(rows.text(0, 0), name);
      EXPECT_EQ(rows.size(), 1u) << file;
      EXPECT_FALSE(rows.next());
    }
  }
  EXPECT_EQ(sql_path("/a\\1.csv"), "'/a\\1.csv'");
  EXPECT_THROW(sql_path("/a\\[1].csv"), UserError);
}

TEST(SqlLiteral, DoublesQuotes) { EXPECT_EQ(sql_literal("it's '"), "'it''s '''"); }

}  // namespace
}  // namespace encore
