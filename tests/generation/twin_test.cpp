// The files of small twins: counts, order, titles, stars, times, equal bytes on any number of threads, tastes to learn.
#include "generation/twin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <algorithm>
#include <cmath>
#include <csignal>
#include <fstream>
#include <map>
#include <numeric>
#include <regex>
#include <set>
#include <sstream>
#include "generation/taste.h"
#include "process/error.h"
#include "process/interruption.h"

namespace encore::generation {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

struct Line {
  std::int64_t user, movie;
  double stars;
  std::int64_t second;
};

struct Movie {
  std::int64_t id;
  std::string title, genres;
};

/// A strict reader of one quoted CSV line with three fields; not ours, so that it can contradict.
Movie parse_movie(const std::string& line) {
  static const std::regex form(R"re((\d+),("(?:[^"]|"")*"|[^",]*),([^,"]+))re");
  std::smatch match;
  EXPECT_TRUE(std::regex_match(line, match, form)) << line;
  std::string title = match[2];
  if (title.starts_with('"')) title = std::regex_replace(title.substr(1, title.size() - 2), std::regex("\"\""), "\"");
  return {std::stoll(match[1]), title, match[3]};
}

/// The film's year as the year filter sees it, or 0.
int year_of(const std::string& title) {
  static const std::regex form(R"(\((\d{4})(?:–\d{4})?\) *$)");
  std::smatch match;
  return std::regex_search(title, match, form) ? std::stoi(match[1]) : 0;
}

/// Twins are written once for all tests of the suite.
class Twin : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = fs::temp_directory_path() / ("encore_twin_test_" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    shape_ = shape_of("ml-25m", 0.01);
    counts_ = write_twin(folder_, shape_, 42, 2, [](std::int64_t done) { heard_ = done; });
    std::ifstream ratings(folder_ / "ratings.csv");
    std::string line;
    std::getline(ratings, line);
    EXPECT_EQ(line, "userId,movieId,rating,timestamp");
    char comma;
    for (Line row; ratings >> row.user >> comma >> row.movie >> comma >> row.stars >> comma >> row.second;)
      ratings_.push_back(row);
    EXPECT_TRUE(ratings.eof());
    std::ifstream movies(folder_ / "movies.csv");
    std::getline(movies, line);
    EXPECT_EQ(line, "movieId,title,genres");
    while (std::getline(movies, line)) movies_.push_back(parse_movie(line));
  }
  static void TearDownTestSuite() {
    fs::remove_all(folder_);
    ratings_ = {};
    movies_ = {};
  }

  static inline fs::path folder_;
  static inline Shape shape_;
  static inline TwinCounts counts_;
  static inline std::int64_t heard_ = 0;
  static inline std::vector<Line> ratings_;
  static inline std::vector<Movie> movies_;
};

TEST_F(Twin, CountsAreExact) {
  std::map<std::int64_t, int> of_user;
  std::set<std::int64_t> rated;
  for (const Line& row : ratings_) {
    ++of_user[row.user];
    rated.insert(row.movie);
  }
  EXPECT_EQ(std::ssize(ratings_), 250'001);
  EXPECT_EQ(std::ssize(movies_), 6'242);
  EXPECT_EQ(std::ssize(rated), 5'905);
  EXPECT_EQ(std::ssize(of_user), 1'625);
  for (const auto& [user, ratings] : of_user) EXPECT_GE(ratings, 20) << user;
  EXPECT_EQ(heard_, 250'001);
}

TEST_F(Twin, SortedByUserThenMovieWithoutDoubles) {
  for (std::size_t row = 1; row < ratings_.size(); ++row)
    ASSERT_LT(std::pair(ratings_[row - 1].user, ratings_[row - 1].movie),
              std::pair(ratings_[row].user, ratings_[row].movie));
}

TEST_F(Twin, SubsetsOfTable1HaveTheirShape) {
  std::map<std::int64_t, int> year;
  for (const Movie& movie : movies_) year[movie.id] = year_of(movie.title);
  // Table 1 of the study: users and ratings times 0.01, films times 0.1.
  const double table[3][5] = {{1959, 298.0, 282.1, 770.5, 5655.3},
                              {1969, 656.6, 627.1, 1023.2, 12887.3},
                              {1979, 1152.4, 1069.1, 1369.2, 27378.4}};
  for (int subset = 0; subset < 3; ++subset) {
    const auto inside = [&](int when) { return when >= 1950 && when <= table[subset][0]; };
    std::set<std::int64_t> rated, users;
    double titles = 0, ratings = 0;
    for (const auto& [id, when] : year) titles += inside(when);
    for (const Line& row : ratings_)
      if (inside(year.at(row.movie))) {
        ++ratings;
        rated.insert(row.movie);
        users.insert(row.user);
      }
    EXPECT_NEAR(titles / table[subset][1], 1, 0.02) << subset;
    EXPECT_NEAR(static_cast<double>(rated.size()) / table[subset][2], 1, 0.02) << subset;
    EXPECT_NEAR(static_cast<double>(users.size()) / table[subset][3], 1, 0.04)
        << subset;  // few users: 2 % on the whole set
    EXPECT_NEAR(ratings / table[subset][4], 1, 0.02) << subset;
    EXPECT_EQ(counts_.subsets[subset].titles, static_cast<std::int64_t>(titles));
    EXPECT_EQ(counts_.subsets[subset].rated, std::ssize(rated));
    EXPECT_EQ(counts_.subsets[subset].users, std::ssize(users));
    EXPECT_EQ(counts_.subsets[subset].ratings, static_cast<std::int64_t>(ratings));
  }
}

TEST_F(Twin, PopularityHasAHeadAndATail) {
  std::map<std::int64_t, std::int64_t> of_film;
  for (const Line& row : ratings_) ++of_film[row.movie];
  std::vector<std::int64_t> counts;
  for (const auto& [film, count] : of_film) counts.push_back(count);
  std::sort(counts.rbegin(), counts.rend());
  EXPECT_EQ(counts.front(), counts_.most_rated);
  EXPECT_NEAR(static_cast<double>(counts.front()), 0.5 * 1'625, 0.1 * 1'625);
  EXPECT_GT(std::accumulate(counts.begin(), counts.begin() + 590, 0.0), 0.5 * 250'001);
  EXPECT_LT(counts[counts.size() / 2], 10);
}

TEST_F(Twin, StarsFollowTheHistogram) {
  std::array<double, 10> share{};
  double mean = 0, liked = 0;
  for (const Line& row : ratings_) {
    ASSERT_EQ(row.stars * 2, std::floor(row.stars * 2));
    share.at(static_cast<std::size_t>(row.stars * 2) - 1) += 1.0 / 250'001;
    mean += row.stars / 250'001;
    liked += row.stars >= 4 ? 1.0 / 250'001 : 0;
  }
  for (std::size_t star = 0; star < share.size(); ++star) {
    EXPECT_NEAR(share[star], shape_.star_shares[star], 0.01) << star;
    EXPECT_DOUBLE_EQ(static_cast<double>(counts_.stars[star]), std::round(share[star] * 250'001));
  }
  EXPECT_NEAR(mean, 3.53, 0.03);
  EXPECT_NEAR(liked, 0.5, 0.015);
}

TEST_F(Twin, TimesLieInTheDataSetsSpanAndNeverBeforeTheFilm) {
  std::map<std::int64_t, int> year;
  for (const Movie& movie : movies_) year[movie.id] = year_of(movie.title);
  for (const Line& row : ratings_) {
    ASSERT_GE(row.second, shape_.first_second);
    ASSERT_LE(row.second, shape_.last_second);
    // Seconds of a year on average; two days for the leap years.
    ASSERT_GE(static_cast<double>(row.second) + 2 * 86'400, (year[row.movie] - 1970) * 365.2425 * 86'400);
  }
}

TEST_F(Twin, TitlesAreAwkwardButMostlyUnique) {
  const std::string text = content(folder_ / "movies.csv");
  for (const char* form : {"\"\"", ", The (", "Ångström", " & "}) EXPECT_THAT(text, testing::HasSubstr(form));
  for (const char* form : {R"(\n\d+,\(\d+\) )", R"(\n\d+,\d{4}: An? )", R"(\) ,)", R"(\n\d+,"\d+'\d\d""\d\d - )"})
    EXPECT_TRUE(std::regex_search(text, std::regex(form))) << form;
  std::map<std::string, int> titles, names;
  const std::regex plain_year(R"(\(\d{4}\) *$)");
  int with_plain_year = 0;
  for (const Movie& movie : movies_) {
    ++titles[movie.title];
    with_plain_year += std::regex_search(movie.title, plain_year);
    ++names[movie.title.substr(0, movie.title.rfind(" ("))];
  }
  EXPECT_EQ(with_plain_year, 6'242 - 41);  // 412 of ml-25m's titles have none, times 0.1
  EXPECT_GT(std::ssize(titles), 6'242 * 0.997);
  EXPECT_LT(std::ssize(names), std::ssize(titles));  // some names appear in two years
}

TEST_F(Twin, GenresAreMovieLensGenres) {
  std::set<std::string_view> known = {"(no genres listed)"};
  for (const Genre& genre : genres()) known.insert(genre.name);
  for (const Movie& movie : movies_) {
    std::istringstream list(movie.genres);
    for (std::string genre; std::getline(list, genre, '|');) ASSERT_TRUE(known.contains(genre)) << movie.genres;
  }
}

TEST_F(Twin, ReadmeMarksTheFolder) {
  EXPECT_TRUE(is_twin(folder_));
  EXPECT_FALSE(is_twin(fs::path(ENCORE_SOURCE_DIR) / "data" / "ml-latest-small"));
}

TEST_F(Twin, SameSeedSameBytesOnAnyNumberOfThreads) {
  const fs::path other = folder_ / "other";
  fs::create_directories(other);
  for (const int threads : {1, 5}) {
    write_twin(other, shape_, 42, threads, [](std::int64_t) {});
    for (const char* file : {"movies.csv", "ratings.csv", "README.txt"})
      EXPECT_TRUE(content(other / file) == content(folder_ / file)) << file << ", " << threads << " threads";
  }
  write_twin(other, shape_, 43, 2, [](std::int64_t) {});
  EXPECT_FALSE(content(other / "ratings.csv") == content(folder_ / "ratings.csv"));
}

TEST_F(Twin, TastesCanBeLearned) {
  // Cosine item neighbours among the liked films of nine users in ten must find more of the hidden likes of the others
  // than popularity does: hit rate of the first 20, one like in five hidden.
  constexpr std::size_t films = 400;  // the most liked ones
  std::map<std::int64_t, int> likes;
  for (const Line& row : ratings_) likes[row.movie] += row.stars >= 4;
  std::vector<std::pair<int, std::int64_t>> order;
  for (const auto& [movie, count] : likes) order.emplace_back(-count, movie);
  std::sort(order.begin(), order.end());
  std::map<std::int64_t, int> column;
  for (std::size_t film = 0; film < films; ++film) column[order[film].second] = static_cast<int>(film);
  std::map<std::int64_t, std::vector<int>> of_user;
  for (const Line& row : ratings_)
    if (row.stars >= 4 && column.contains(row.movie)) of_user[row.user].push_back(column[row.movie]);
  std::vector<std::vector<double>> together(films, std::vector<double>(films));
  for (const auto& [user, liked] : of_user)
    if (user % 10 != 0)
      for (const int a : liked)
        for (const int b : liked) ++together[a][b];

  const auto hits = [&](auto score_of) {
    double found = 0;
    for (const auto& [user, liked] : of_user) {
      if (user % 10 != 0 || liked.size() < 10) continue;
      std::vector<int> given, hidden;
      for (std::size_t place = 0; place < liked.size(); ++place)
        (place % 5 == 0 ? hidden : given).push_back(liked[place]);
      std::vector<std::pair<double, int>> scores;
      for (int film = 0; film < static_cast<int>(films); ++film)
        if (std::find(given.begin(), given.end(), film) == given.end())
          scores.emplace_back(-score_of(film, given), film);
      std::sort(scores.begin(), scores.end());
      for (int place = 0; place < 20; ++place)
        found += std::find(hidden.begin(), hidden.end(), scores[place].second) != hidden.end();
    }
    return found;
  };
  const double popularity = hits([&](int film, const std::vector<int>&) { return together[film][film]; });
  const double neighbours = hits([&](int film, const std::vector<int>& given) {
    double sum = 0;
    for (const int other : given)
      sum += together[film][other] / std::sqrt(together[film][film] * together[other][other]);
    return sum;
  });
  EXPECT_GT(popularity, 100);
  EXPECT_GT(neighbours, 1.2 * popularity);
}

TEST(WriteTwin, MissingFolderIsAUsersMistake) {
  EXPECT_THAT([] { write_twin("/nonexistent/twin", shape_of("ml-latest-small", 0.2), 1, 1, [](std::int64_t) {}); },
              testing::ThrowsMessage<UserError>(testing::HasSubstr("/nonexistent/twin/movies.csv")));
}

TEST(WriteTwin, FullDiskIsAUsersMistake) {
  const fs::path folder = fs::temp_directory_path() / ("encore_full_disk_test_" + std::to_string(::getpid()));
  fs::create_directories(folder);
  fs::create_symlink("/dev/full", folder / "ratings.csv");
  EXPECT_THAT([&] { write_twin(folder, shape_of("ml-latest-small", 0.2), 1, 1, [](std::int64_t) {}); },
              testing::ThrowsMessage<UserError>(testing::HasSubstr("ratings.csv")));
  fs::remove_all(folder);
}

TEST(WriteTwin, StopsWhenInterrupted) {
  const fs::path folder = fs::temp_directory_path() / ("encore_interruption_test_" + std::to_string(::getpid()));
  fs::create_directories(folder);
  watch_for_interruption();
  const auto stop_at_once = [](std::int64_t) { std::raise(SIGINT); };
  EXPECT_THROW(write_twin(folder, shape_of("ml-25m", 0.02), 1, 1, stop_at_once), Interrupted);
  forget_interruption();
  fs::remove_all(folder);
}

}  // namespace
}  // namespace encore::generation
