// Recognising a source: a file's first line decides what it is.
#include "preparation/source.h"

#include <fmt/format.h>

#include <algorithm>

#include "folder/dataset_folder.h"
#include "preparation/column_roles.h"
#include "preparation/text_rows.h"
#include "process/error.h"

namespace encore {
namespace {

namespace fs = std::filesystem;

bool quoted(const PrepareSettings& settings) { return settings.quote == "double"; }

bool all_digits(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return c >= '0' && c <= '9'; });
}

enum class Kind { ratings_1m, movies_1m, ratings_100k, movies_100k, other };

/// MovieLens' files without header are known by their shape.
Kind kind_by_shape(const TableFile& file) {
  const auto& fields = file.columns;
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

bool can_be_ratings(const TableFile& file, const PrepareSettings& settings, bool guess) {
  try {
    return rating_columns(file, settings, guess).complete(settings);
  } catch (const UserError&) {
    return false;  // lacks a column that the user asked for
  }
}

bool can_be_films(const TableFile& file, const PrepareSettings& settings, const std::string& item, bool guess) {
  try {
    return film_columns(file, settings, item, guess).complete();
  } catch (const UserError&) {
    return false;
  }
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
      TableFile file = inspect_table(database, path, quoted(settings));
      const Kind kind = kind_by_shape(file);
      if (kind == Kind::other) name_columns(file, true);
      found.push_back({std::move(file), kind});
    } catch (const UserError&) {
      // Pictures, archives and empty files lie in such folders; what is missing in the end is named there.
    }
  }
  return found;
}

/// The one of several files alike (ML-100K's u.data, u1.base, …): that with the usual name. `what_helps` ends the sentence otherwise.
const TableFile* one_of(const std::vector<const TableFile*>& fitting, const std::vector<std::string>& usual_names,
                        const fs::path& folder, const char* what_helps) {
  if (fitting.empty()) return nullptr;
  if (fitting.size() == 1) return fitting.front();
  for (const TableFile* file : fitting)
    if (std::ranges::find(usual_names, file->path.filename().string()) != usual_names.end()) return file;
  std::vector<std::string> names;
  for (const TableFile* file : fitting) names.push_back(file->path.filename().string());
  throw UserError(fmt::format("{} holds several files that could be meant ({}); {}", folder.string(), short_list(names), what_helps));
}

constexpr const char* name_as_source = "name one of them as SOURCE";

template <class Fits>
std::vector<const TableFile*> all_that(const std::vector<Candidate>& candidates, Fits fits) {
  std::vector<const TableFile*> fitting;
  for (const auto& candidate : candidates)
    if (fits(candidate)) fitting.push_back(&candidate.file);
  return fitting;
}

const TableFile* pick(const std::vector<Candidate>& candidates, Kind kind, const std::vector<std::string>& usual_names,
                      const fs::path& folder) {
  return one_of(all_that(candidates, [&](const Candidate& one) { return one.kind == kind; }), usual_names, folder,
                name_as_source);
}

void take_table_columns(Source& source, const PrepareSettings& settings) {
  const RatingColumns columns = rating_columns(source.ratings, settings, true);
  if (!columns.complete(settings)) refuse_columns(source.ratings, columns, settings);
  require_usable(source.ratings, columns);
  if (columns.guessed) source.remarks.push_back(told_columns(source.ratings, columns));
  source.user_column = *columns.user, source.item_column = *columns.item;
  source.rating_column = columns.rating, source.time_column = columns.time;
  source.counts = columns.counts;
}

void take_movies(Source& source, TableFile movies, const PrepareSettings& settings, bool guess) {
  const FilmColumns columns = film_columns(movies, settings, source.item_column, guess);
  if (!columns.complete()) refuse_columns(movies, columns, settings);
  require_usable(movies, columns);
  if (columns.guessed) source.remarks.push_back(told_columns(movies, columns));
  source.movie_id_column = *columns.id, source.title_column = *columns.title;
  source.genres_column = columns.genres, source.year_column = columns.year;
  source.genre_flags.clear();
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
                    const TableFile* movies, const std::vector<std::string>& movie_fields,
                    const PrepareSettings& settings) {
  source.format = format;
  source.ratings = named(ratings, rating_fields);
  source.user_column = "userId", source.item_column = "movieId", source.time_column = "timestamp";
  if (settings.no_time) source.time_column.reset();
  if (!settings.implicit) source.rating_column = "rating";
  if (!movies) return;
  source.movies = named(*movies, movie_fields);
  source.movie_id_column = "movieId", source.title_column = "title";
  if (source.movies->has("genres"))
    source.genres_column = "genres";
  else
    source.genre_flags.assign(movie_fields.begin() + 5, movie_fields.end());
}

/// The table of films beside the ratings: by the names of the options, else by common ones. Several that could be meant are
/// named, and none is taken.
void find_films(Source& source, const std::vector<Candidate>& files, const fs::path& folder,
                const PrepareSettings& settings) {
  for (const bool guess : {false, true}) {
    const auto fitting = all_that(files, [&](const Candidate& one) {
      return one.kind == Kind::other && one.file.path != source.ratings.path &&
             can_be_films(one.file, settings, source.item_column, guess);
    });
    try {
      if (const TableFile* movies = one_of(fitting, {"movies.csv"}, folder, "--movies names the table of titles")) {
        take_movies(source, *movies, settings, guess);
        return;
      }
    } catch (const UserError& error) {
      if (!guess) throw;
      source.remarks.push_back(error.what());
    }
  }
}

Source from_folder(Database& database, const fs::path& folder, const PrepareSettings& settings) {
  if (is_dataset_folder(folder))
    throw UserError(fmt::format(
        "{} is a prepared dataset already; train on it, or prepare the ratings that it came from", folder.string()));
  const std::vector<Candidate> files = look_into(database, folder, settings);
  Source source;
  for (const bool guess : {false, true}) {
    if (const TableFile* ratings = one_of(all_that(files,
                                                   [&](const Candidate& one) {
                                                     return one.kind == Kind::other &&
                                                            can_be_ratings(one.file, settings, guess);
                                                   }),
                                          {"ratings.csv"}, folder, name_as_source)) {
      source.ratings = *ratings;
      take_table_columns(source, settings);
      source.format = source.item_column == PrepareSettings{}.item_column ? "movielens-csv" : "table";
      if (!settings.movies) find_films(source, files, folder, settings);
      return source;
    }
    if (guess) break;
    if (const TableFile* ratings = pick(files, Kind::ratings_1m, {"ratings.dat"}, folder)) {
      take_movielens(source, "movielens-1m", *ratings, pick(files, Kind::movies_1m, {"movies.dat"}, folder),
                     {"movieId", "title", "genres"}, settings);
      return source;
    }
    if (const TableFile* ratings = pick(files, Kind::ratings_100k, {"u.data"}, folder)) {
      take_movielens(source, "movielens-100k", *ratings, pick(files, Kind::movies_100k, {"u.item"}, folder),
                     item_fields_100k, settings);
      return source;
    }
  }
  // What is called like ratings but does not look like them deserves a word about its columns.
  for (const char* name : {"ratings.csv", "ratings.csv.gz", "ratings.tsv", "ratings.parquet", "ratings.dat", "u.data"})
    if (fs::is_regular_file(folder / name)) {
      source.ratings = inspect_table(database, folder / name, quoted(settings));
      name_columns(source.ratings, !settings.no_header);
      take_table_columns(source, settings);
    }
  throw UserError(fmt::format("{} holds no file of ratings; MovieLens' ratings.csv has the columns {}, {} and {}",
                              folder.string(), settings.user_column, settings.item_column, settings.rating_column));
}

Source from_file(Database& database, const fs::path& path, const PrepareSettings& settings) {
  Source source;
  source.ratings = inspect_table(database, path, quoted(settings));
  const Kind kind = settings.no_header ? Kind::other : kind_by_shape(source.ratings);
  if (kind == Kind::ratings_1m) {
    take_movielens(source, "movielens-1m", source.ratings, {}, {}, settings);
  } else if (kind == Kind::ratings_100k) {
    take_movielens(source, "movielens-100k", source.ratings, {}, {}, settings);
  } else {
    source.format = "table";
    name_columns(source.ratings, !settings.no_header);
    take_table_columns(source, settings);
  }
  return source;
}

}  // namespace

Source recognise_source(Database& database, const PrepareSettings& settings) {
  const fs::path path = settings.source;
  if (!fs::exists(path)) throw UserError(fmt::format("{}: there is no such file or folder", path.string()));
  Source source = fs::is_directory(path) ? from_folder(database, path, settings) : from_file(database, path, settings);
  if (settings.movies) {
    TableFile movies = inspect_table(database, *settings.movies, quoted(settings));
    name_columns(movies, !settings.movies_no_header);
    take_movies(source, std::move(movies), settings, true);
  }
  if (!quoted(settings) && source.ratings.parquet && (!source.movies || source.movies->parquet))
    throw UserError(fmt::format("{} is Parquet, which has no quotes; leave out --quote", path.string()));
  // Titles may be Latin-1 (MovieLens' older sets); only reading them all tells.
  if (source.movies) source.movies->latin1 = !has_only_utf8(*source.movies);
  return source;
}

}  // namespace encore
