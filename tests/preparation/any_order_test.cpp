// The dataset depends on the rows of the source and the settings: not on the rows' order, line ends, compression, a
// byte order mark, the number of threads or the memory. Many random ways to write the same rows, one dataset.
#include <gtest/gtest.h>
#include <zlib.h>
#include <algorithm>
#include <random>
#include "preparation/prepared.h"

namespace encore {
namespace {

constexpr int ways = 16;

/// Good rows, doubles with other times, and rows that are rejected for each reason but open quotes, which swallow their
/// neighbours. Enough for several read buffers.
std::vector<std::string> some_rows(std::mt19937& dice) {
  std::vector<std::string> rows;
  const auto below = [&](unsigned n) { return static_cast<int>(dice() % n); };
  for (int i = 0; i < 20000; ++i)
    rows.push_back(std::to_string(1 + below(300)) + "," + std::to_string(1 + below(400)) + "," +
                   std::to_string(below(11) / 2.0).substr(0, 3) + "," + std::to_string(900000000 + below(50)));
  for (const char* odd : {"7,8", "x,8,4.0,1", "7,y,4.0,1", "7,8,good,1", "7,8,4.0,noon", "7,8,99,1", "-7,8,4.0,1",
                          "7, 8 ,4.0,1", "7,8,4e0,2", "007,8,4.0,3", "7,9999,4.0,1"})
    rows.insert(rows.begin() + below(static_cast<unsigned>(rows.size())), odd);
  return rows;
}

void write_gzip(const std::filesystem::path& path, const std::string& bytes) {
  gzFile file = gzopen(path.c_str(), "wb");
  ASSERT_EQ(gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size())), static_cast<int>(bytes.size()));
  gzclose(file);
}

using AnyOrder = PreparationTest;

TEST_F(AnyOrder, GivesTheSameDataset) {
  std::mt19937 dice(20240711);
  std::vector<std::string> rows = some_rows(dice);
  std::string films = "movieId,title,genres\n";
  for (int film = 1; film <= 400; ++film)
    films += std::to_string(film) + ",Film " + std::to_string(film) + " (" + std::to_string(1900 + film % 100) + "),\n";
  PrepareSettings settings = settings_for(folder_ / "ratings");
  settings.movies = write("movies.csv", films).string();
  settings.ids = "number";
  settings.years = "1920-1999";
  settings.validation = 0.1;
  settings.min_user_ratings = 40;
  DatasetSummary first;
  Dataset expected;
  for (int way = 0; way < ways; ++way) {
    std::string text =
        dice() % 2 ? "\xEF\xBB\xBFuserId,movieId,rating,timestamp\n" : "userId,movieId,rating,timestamp\n";
    const unsigned ends = dice() % 3;  // \n, \r\n, or each line as it comes
    for (const std::string& row : rows) text += row + (ends == 1 || (ends == 2 && dice() % 2) ? "\r\n" : "\n");
    if (dice() % 2) text.erase(text.find_last_not_of("\r\n") + 1);
    const bool gzip = dice() % 2;
    if (gzip)
      write_gzip(folder_ / "ratings", text);
    else
      write("ratings", text);
    settings.memory = dice() % 2 ? "500MB" : "900MB";
    const int threads = 1 + static_cast<int>(dice() % 4);
    SCOPED_TRACE("way " + std::to_string(way) + ": line ends " + std::to_string(ends) + ", gzip " +
                 std::to_string(gzip) + ", threads " + std::to_string(threads));
    const DatasetSummary summary = prepare(settings, threads);
    const Dataset dataset = read_dataset(folder_ / "dataset");
    if (way == 0) {
      first = summary, expected = dataset;
      EXPECT_GE(summary.rejected.size(), 7u);
      EXPECT_GE(summary.filtered.size(), 2u);
    }
    EXPECT_EQ(summary.fingerprint, first.fingerprint);
    EXPECT_EQ(summary.rows, first.rows);
    EXPECT_EQ(summary.rejected, first.rejected);
    EXPECT_EQ(summary.filtered, first.filtered);
    EXPECT_EQ(dataset.items.title, expected.items.title);
    EXPECT_EQ(dataset.items.training_ratings, expected.items.training_ratings);
    EXPECT_EQ(dataset.users.id, expected.users.id);
    EXPECT_EQ(dataset.users.fold, expected.users.fold);
    EXPECT_EQ(dataset.ratings.start, expected.ratings.start);
    EXPECT_EQ(dataset.ratings.item, expected.ratings.item);
    EXPECT_EQ(dataset.ratings.rating, expected.ratings.rating);
    EXPECT_EQ(dataset.ratings.part, expected.ratings.part);
    std::ranges::shuffle(rows, dice);
  }
}

}  // namespace
}  // namespace encore
