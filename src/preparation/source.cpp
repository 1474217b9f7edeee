// Recognising a source: a file's first line decides what it is.
#include "preparation/source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <functional>

#include "folder/dataset_folder.h"
#include "preparation/byte_stream.h"
#include "process/error.h"

namespace encore {
namespace {

namespace fs = std::filesystem;

bool all_digits(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return c >= '0' && c <= '9'; });
}

enum class Kind { ratings, movies, ratings_1m, movies_1m, ratings_100k, movies_100k, other };

/// The part that a file can play, by its first line. MovieLens' files without header are known by their shape.
Kind kind_of(const TableFile& file, const PrepareSettings& settings) {
  const auto& fields = file.columns;
  if (file.has(settings.user_column) && file.has(settings.item_column) &&
      (settings.implicit || file.has(settings.rating_column)))
    return Kind::ratings;
  if (file.has(settings.item_column) && file.has(settings.title_column)) return Kind::movies;
  if (file.parquet) return Kind::other;
  const bool begins_with_id = all_digits(fields.front());
  if (file.delimiter == "::" && begins_with_id && fields.size() == 4 && all_digits(fields[1]) && all_digits(fields[3]))
    return Kind::ratings_1m;
  if (file.delimiter == "::" && begins_with_id && fields.size() == 3) return Kind::movies_1m;
  if (file.delimiter == "\t" && fields.size() == 4 && std::ranges::all_of(fields, all_digits))
    return Kind::ratings_100k;
  if (file.delimiter == "|" && begins_with_id && fields.size() == 24) return Kind::movies_100k;
  return Kind::other;
}

/// Files of the folder with what they can be; unreadable ones are none of ours.
struct Candidate {
  TableFile file;
  Kind kind;
};

std::vector<Candidate> look_into(Database& database, const fs::path& folder, const PrepareSettings& settings) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_regular_file()) paths.push_back(entry.path());
  std::ranges::sort(paths);
  std::vector<Candidate> found;
  for (const auto& path : paths) {
    try {
      TableFile file = inspect_table(database, path);
      const Kind kind = kind_of(file, settings);
      found.push_back({std::move(file), kind});
    } catch (const UserError&) {
      // Pictures, archives and empty files lie in such folders; what is missing in the end is named there.
    }
  }
  return found;
}

/// The one file of that kind. Several alike (ML-100K's u.data, u1.base, …): the one with the usual name.
std::optional<TableFile> pick(const std::vector<Candidate>& candidates, Kind kind,
                              const std::vector<std::string>& usual_names, const fs::path& folder) {
  std::vector<const TableFile*> fitting;
  for (const auto& candidate : candidates)
    if (candidate.kind == kind) fitting.push_back(&candidate.file);
  if (fitting.empty()) return std::nullopt;
  if (fitting.size() == 1) return *fitting.front();
  for (const TableFile* file : fitting)
    if (std::ranges::find(usual_names, file->path.filename().string()) != usual_names.end()) return *file;
  std::string names;
  for (const TableFile* file : fitting) names += (names.empty() ? "" : ", ") + file->path.filename().string();
  throw UserError(fmt::format("{} holds several files that could be meant ({}); name one of them as SOURCE",
                              folder.string(), names));
}

std::string listed(const TableFile& file) { return fmt::format("{}", fmt::join(file.columns, ", ")); }

void require_column(const TableFile& file, const std::string& column, const char* option) {
  if (!file.has(column))
    throw UserError(fmt::format("{} has no column '{}'; it has: {}; name the right one with {}", file.path.string(),
                                column, listed(file), option));
}

bool differ_in_case_only(const std::string& a, const std::string& b) {
  return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

/// The names of a header become names of SQL, where case does not count: one that a role was given to must be the only
/// one of its kind; the others are told apart.
void require_clear_columns(TableFile& file, const std::vector<std::optional<std::string>>& used) {
  for (std::size_t i = 0; i < file.columns.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      if (!differ_in_case_only(file.columns[i], file.columns[j])) continue;
      for (const auto* name : {&file.columns[i], &file.columns[j]})
        if (std::ranges::find(used, *name) != used.end())
          throw UserError(fmt::format("{} has the column '{}' twice (columns {} and {}); rename one of them",
                                      file.path.string(), *name, j + 1, i + 1));
      file.columns[i] += fmt::format(" ({})", i + 1);
    }
}

/// A column that is two things at once would be read as the first of them.
void require_different_columns(const Source& source) {
  const std::pair<const char*, std::optional<std::string>> roles[] = {{"--user-column", source.user_column},
                                                                      {"--item-column", source.item_column},
                                                                      {"--rating-column", source.rating_column},
                                                                      {"--time-column", source.time_column}};
  for (const auto& [option, column] : roles) {
    for (const auto& [other_option, other] : roles) {
      if (&option < &other_option && column && column == other)
        throw UserError(fmt::format("the column '{}' of {} cannot be both {} and {}; name another", *column,
                                    source.ratings.path.string(), option, other_option));
    }
  }
}

void take_table_columns(Source& source, const PrepareSettings& settings) {
  require_column(source.ratings, settings.user_column, "--user-column");
  require_column(source.ratings, settings.item_column, "--item-column");
  source.user_column = settings.user_column, source.item_column = settings.item_column;
  if (!settings.implicit) {
    if (!source.ratings.has(settings.rating_column))
      throw UserError(
          fmt::format("{} has no column '{}'; it has: {}; name the right one with --rating-column, or say --implicit "
                      "when there are no ratings",
                      source.ratings.path.string(), settings.rating_column, listed(source.ratings)));
    source.rating_column = settings.rating_column;
  }
  if (source.ratings.has(settings.time_column))
    source.time_column = settings.time_column;
  else if (settings.time_column != PrepareSettings{}.time_column)
    require_column(source.ratings, settings.time_column, "--time-column");
  require_clear_columns(source.ratings,
                        {source.user_column, source.item_column, source.rating_column, source.time_column});
  require_different_columns(source);
}

void take_movies(Source& source, TableFile movies, const PrepareSettings& settings) {
  require_column(movies, settings.item_column, "--item-column");
  require_column(movies, settings.title_column, "--title-column");
  source.movie_id_column = settings.item_column, source.title_column = settings.title_column;
  source.genres_column.reset();
  source.genre_flags.clear();
  if (movies.has(settings.genres_column)) source.genres_column = settings.genres_column;
  require_clear_columns(movies, {source.movie_id_column, source.title_column, source.genres_column});
  source.movies = std::move(movies);
}

TableFile named(TableFile file, std::vector<std::string> columns) {
  file.columns = std::move(columns);
  file.header = false;
  file.quoted = false;
  return file;
}

const std::vector<std::string> rating_fields = {"userId", "movieId", "rating", "timestamp"};

/// ML-100K's u.item ends in 19 flags, one for each of these genres (its u.genre lists them).
const std::vector<std::string> item_fields_100k = {
    "movieId",     "title",     "release date", "video release date", "url",    "unknown",
    "Action",      "Adventure", "Animation",    "Children's",         "Comedy", "Crime",
    "Documentary", "Drama",     "Fantasy",      "Film-Noir",          "Horror", "Musical",
    "Mystery",     "Romance",   "Sci-Fi",       "Thriller",           "War",    "Western"};

void take_movielens(Source& source, const char* format, const TableFile& ratings,
                    const std::optional<TableFile>& movies, const std::vector<std::string>& movie_fields,
                    const PrepareSettings& settings) {
  source.format = format;
  source.ratings = named(ratings, rating_fields);
  source.user_column = "userId", source.item_column = "movieId", source.time_column = "timestamp";
  if (!settings.implicit) source.rating_column = "rating";
  if (!movies) return;
  source.movies = named(*movies, movie_fields);
  source.movie_id_column = "movieId", source.title_column = "title";
  if (source.movies->has("genres"))
    source.genres_column = "genres";
  else
    source.genre_flags.assign(movie_fields.begin() + 5, movie_fields.end());
}

Source from_folder(Database& database, const fs::path& folder, const PrepareSettings& settings) {
  if (is_dataset_folder(folder))
    throw UserError(fmt::format(
        "{} is a prepared dataset already; train on it, or prepare the ratings that it came from", folder.string()));
  const std::vector<Candidate> files = look_into(database, folder, settings);
  Source source;
  if (const auto ratings = pick(files, Kind::ratings, {"ratings.csv"}, folder)) {
    source.format = "movielens-csv";
    source.ratings = *ratings;
    take_table_columns(source, settings);
    if (const auto movies = pick(files, Kind::movies, {"movies.csv"}, folder)) take_movies(source, *movies, settings);
    return source;
  }
  if (const auto ratings = pick(files, Kind::ratings_1m, {"ratings.dat"}, folder)) {
    take_movielens(source, "movielens-1m", *ratings, pick(files, Kind::movies_1m, {"movies.dat"}, folder),
                   {"movieId", "title", "genres"}, settings);
    return source;
  }
  if (const auto ratings = pick(files, Kind::ratings_100k, {"u.data"}, folder)) {
    take_movielens(source, "movielens-100k", *ratings, pick(files, Kind::movies_100k, {"u.item"}, folder),
                   item_fields_100k, settings);
    return source;
  }
  // What is called like ratings but does not look like them deserves a word about its columns.
  for (const char* name : {"ratings.csv", "ratings.csv.gz", "ratings.tsv", "ratings.parquet", "ratings.dat", "u.data"})
    if (fs::is_regular_file(folder / name)) {
      source.ratings = inspect_table(database, folder / name);
      take_table_columns(source, settings);
    }
  throw UserError(fmt::format("{} holds no file of ratings; MovieLens' ratings.csv has the columns {}, {} and {}",
                              folder.string(), settings.user_column, settings.item_column, settings.rating_column));
}

Source from_file(Database& database, const fs::path& path, const PrepareSettings& settings) {
  Source source;
  source.ratings = inspect_table(database, path);
  switch (kind_of(source.ratings, settings)) {
    case Kind::ratings_1m:
      take_movielens(source, "movielens-1m", source.ratings, {}, {}, settings);
      break;
    case Kind::ratings_100k:
      take_movielens(source, "movielens-100k", source.ratings, {}, {}, settings);
      break;
    default:
      source.format = "table";
      take_table_columns(source, settings);
  }
  return source;
}

/// Titles may be Latin-1 (MovieLens' older sets); only reading them all tells.
bool is_utf8(Database& database, const TableFile& file) {
  if (file.parquet) return true;
  try {
    Rows rows = database.stream(
        fmt::format("SELECT * FROM {}", table_relation(file, ", strict_mode=false, null_padding=true")));
    while (rows.next()) {
    }
  } catch (const SqlError& error) {
    return std::string_view(error.what()).find("utf-8") == std::string_view::npos;
  }
  return true;
}

}  // namespace

Source recognise_source(Database& database, const PrepareSettings& settings) {
  const fs::path path = settings.source;
  if (!fs::exists(path)) throw UserError(fmt::format("{}: there is no such file or folder", path.string()));
  Source source = fs::is_directory(path) ? from_folder(database, path, settings) : from_file(database, path, settings);
  if (settings.movies) take_movies(source, inspect_table(database, *settings.movies), settings);
  if (source.movies && source.movies->gzip) ByteStream(source.movies->path).skip_to_end();
  if (source.movies) source.movies->latin1 = !is_utf8(database, *source.movies);
  return source;
}

}  // namespace encore
