// Users are made in fixed blocks on all threads; a wave of blocks is written in order before the next begins, so that
// memory stays small and the bytes do not depend on the threads.
#include "generation/twin.h"
#include <fmt/format.h>
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include "generation/rating_maker.h"
#include "generation/star_scale.h"
#include "kernel/parallel.h"
#include "process/interruption.h"
#include "process/staged_file.h"

namespace encore::generation {
namespace {

constexpr std::string_view readme_mark = "A MovieLens-shaped twin, made by \"encore generate\".";
constexpr std::int64_t users_of_block = 128;

class File {
 public:
  explicit File(std::filesystem::path path) : path_(std::move(path)), stream_(path_, std::ios::binary) { check(); }
  void write(std::string_view text) {
    stream_.write(text.data(), static_cast<std::streamsize>(text.size()));
    check();
  }
  void close() {
    stream_.close();
    check();
  }

 private:
  void check() const {
    if (!stream_) throw cannot_write(path_, errno);
  }
  std::filesystem::path path_;
  std::ofstream stream_;
};

/// RFC 4180: quotes around fields with a comma or a quote, quotes doubled.
std::string quoted(const std::string& field) {
  if (field.find_first_of(",\"") == std::string::npos) return field;
  std::string text = "\"";
  for (const char letter : field) text.append(letter == '"' ? 2 : 1, letter);
  return text + '"';
}

std::string genre_text(const Film& film) {
  if (film.genre_list.empty()) return "(no genres listed)";
  std::string text;
  for (const int genre : film.genre_list) text += fmt::format("{}{}", text.empty() ? "" : "|", genres()[genre].name);
  return text;
}

void write_movies(const std::filesystem::path& path, const std::vector<Film>& films) {
  std::string text = "movieId,title,genres\n";
  for (const Film& film : films) text += fmt::format("{},{},{}\n", film.movie_id, quoted(film.title), genre_text(film));
  File file(path);
  file.write(text);
  file.close();
}

struct Block {
  std::string text;
  std::vector<std::int32_t> films;
  std::array<std::int64_t, 10> stars{};
};

void append_number(std::string& text, std::int64_t number) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  text.append(digits, end);
}

Block make_block(const World& world, const StarScale& scale, std::int64_t number) {
  Block block;
  RatingMaker maker(world);
  const std::int64_t end = std::min((number + 1) * users_of_block, world.audience.users());
  for (std::int64_t user = number * users_of_block; user < end; ++user) {
    for (const Rating& rating : maker.ratings_of(user)) {
      const int half_stars = scale.half_stars(rating.liking);
      append_number(block.text, user + 1);
      block.text += ',';
      append_number(block.text, world.films[rating.film].movie_id);
      const char stars[] = {',', static_cast<char>('0' + half_stars / 2), '.', half_stars % 2 ? '5' : '0', ','};
      block.text.append(stars, sizeof stars);
      append_number(block.text, rating.second);
      block.text += '\n';
      block.films.push_back(rating.film);
      ++block.stars[half_stars - 1];
    }
  }
  return block;
}

TwinCounts counts_of(const World& world, const std::vector<std::int64_t>& ratings_of_film) {
  TwinCounts counts;
  counts.movies = static_cast<std::int64_t>(world.films.size());
  counts.users = world.audience.users();
  for (std::size_t index = 0; index < world.films.size(); ++index) {
    const std::int64_t ratings = ratings_of_film[index];
    counts.rated_movies += ratings > 0;
    counts.ratings += ratings;
    counts.most_rated = std::max(counts.most_rated, ratings);
    for (SubsetCounts& subset : counts.subsets) {
      if (world.films[index].year < subset.first_year || world.films[index].year > subset.last_year) continue;
      ++subset.titles;
      subset.rated += ratings > 0;
      subset.ratings += ratings;
    }
  }
  for (std::int64_t user = 0; user < counts.users; ++user) {
    std::int64_t old = 0;
    for (int shelf = 0; shelf < other_shelf; ++shelf) {
      old += world.audience.on_shelf(user)[shelf];
      counts.subsets[shelf].users += old > 0;
    }
  }
  return counts;
}

void write_readme(const std::filesystem::path& path, const Shape& shape, std::uint64_t seed, const TwinCounts& counts) {
  File file(path);
  file.write(
      fmt::format("{}\n\nShape: {}, {} films, {} users, {} ratings, seed {}.\n"
                  "Titles, users and ratings are invented; only the counts and their distributions follow MovieLens.\n"
                  "See docs/generate.md of Encore for how it is made.\n",
                  readme_mark, shape.name, counts.movies, counts.users, counts.ratings, seed));
  file.close();
}

}  // namespace

TwinCounts write_twin(const std::filesystem::path& folder, const Shape& shape, std::uint64_t seed, int threads,
                      const std::function<void(std::int64_t)>& progress) {
  const World world(shape, seed);
  stop_if_interrupted();
  write_movies(folder / "movies.csv", world.films);
  const StarScale scale(world);
  File file(folder / "ratings.csv");
  file.write("userId,movieId,rating,timestamp\n");
  const std::int64_t blocks = (world.audience.users() + users_of_block - 1) / users_of_block, wave = 8LL * threads;
  std::vector<std::int64_t> ratings_of_film(world.films.size());
  std::array<std::int64_t, 10> stars{};
  std::int64_t written = 0;
  for (std::int64_t first = 0; first < blocks; first += wave) {
    stop_if_interrupted();
    std::vector<Block> made(static_cast<std::size_t>(std::min(wave, blocks - first)));
    kernel::parallel_for(static_cast<std::int64_t>(made.size()), threads,
                         [&](std::int64_t index) { made[index] = make_block(world, scale, first + index); });
    for (const Block& block : made) {
      file.write(block.text);
      for (const std::int32_t film : block.films) ++ratings_of_film[film];
      for (std::size_t star = 0; star < stars.size(); ++star) stars[star] += block.stars[star];
      written += static_cast<std::int64_t>(block.films.size());
    }
    progress(written);
  }
  file.close();
  TwinCounts counts = counts_of(world, ratings_of_film);
  counts.stars = stars;
  write_readme(folder / "README.txt", shape, seed, counts);
  return counts;
}

bool is_twin(const std::filesystem::path& folder) {
  std::ifstream readme(folder / "README.txt");
  std::string line;
  return std::getline(readme, line) && line == readme_mark;
}

}  // namespace encore::generation
