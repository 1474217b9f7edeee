// Recognising a source: a file's first line decides what it is.
#include "preparation/source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include "folder/dataset_folder.h"
#include "preparation/column_roles.h"
#include "preparation/source_files.h"
#include "preparation/text_rows.h"
#include "process/error.h"

namespace encore {
namespace {

namespace fs = std::filesystem;

bool all_digits(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return c >= '0' && c <= '9'; });
}

enum class Kind { ratings_1m, movies_1m, ratings_100k, movies_100k, netflix_ratings, netflix_films, other };

/// MovieLens' and Netflix' files without header are known by their shape.
Kind kind_by_shape(const TableFile& file) {
  const auto& fields = file.columns;
  if (file.layout == Layout::netflix_ratings) return Kind::netflix_ratings;
  if (file.layout == Layout::netflix_films) return Kind::netflix_films;
  if (file.parquet || file.layout != Layout::delimited) return Kind::other;
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

/// A file of the folder with what it can be.
struct Candidate {
  TableFile file;
  Kind kind;
};

/// The files of a folder or an archive; those that are none of ours, with the reason.
struct Candidates {
  std::vector<Candidate> tables;
  std::map<fs::path, std::string> others;
};

Candidates look_into(Database& database, const fs::path& folder, const Reading& reading) {
  Candidates found;
  Reading any = reading;
  any.films = true;
  for (const FilePlace& place : files_in(folder, reading)) {
    try {
      TableFile file = place.member.empty() ? inspect_table(database, place.path, any) : inspect_table(database, place, any);
      const Kind kind = kind_by_shape(file);
      if (kind == Kind::other) name_columns(file, true);
      found.tables.push_back({std::move(file), kind});
    } catch (const UserError& error) {
      found.others.emplace(place.path, error.what());  // pictures and empty files lie in such folders
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
  columns.insert(columns.end(), file.partition_columns.begin(), file.partition_columns.end());
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

void take_format(Source& source, const char* format, const TableFile& ratings, const std::vector<std::string>& fields,
                 const TableFile* movies, const std::vector<std::string>& movie_fields, const PrepareSettings& settings) {
  source.format = format;
  source.ratings = named(ratings, fields);
  source.user_column = "userId", source.item_column = "movieId", source.time_column = "timestamp";
  if (settings.no_time) source.time_column.reset();
  if (!settings.implicit) source.rating_column = "rating";
  if (!movies) return;
  source.movies = named(*movies, movie_fields);
  source.movie_id_column = "movieId", source.title_column = "title";
  if (source.movies->has("genres"))
    source.genres_column = "genres";
  else if (source.movies->has("year"))
    source.year_column = "year";
  else
    source.genre_flags.assign(movie_fields.begin() + 5, movie_fields.end());
}

/// MovieLens' and Netflix' formats without a line of names.
struct Format {
  const char* name;
  Kind ratings;
  std::vector<std::string> ratings_names, fields;
  Kind movies;
  std::vector<std::string> movies_names, movie_fields;
};

const std::vector<Format>& formats() {
  static const std::vector<Format> all = {
      {"movielens-1m", Kind::ratings_1m, {"ratings.dat"}, rating_fields, Kind::movies_1m, {"movies.dat"}, {"movieId", "title", "genres"}},
      {"movielens-100k", Kind::ratings_100k, {"u.data"}, rating_fields, Kind::movies_100k, {"u.item"}, item_fields_100k},
      {"netflix", Kind::netflix_ratings, {"combined_data_1.txt"}, {"movieId", "userId", "rating", "timestamp"}, Kind::netflix_films,
       {"movie_titles.csv", "movie_titles.txt"}, {"movieId", "year", "title"}}};
  return all;
}

/// A file that is called like a table of films and is not used deserves a word.
void remark_on_films(Source& source, const Candidates& files) {
  static const std::array<std::string_view, 8> names = {"movies", "films",    "items",   "books",
                                                        "titles", "products", "artists", "movie_titles"};
  const auto is_called_so = [](const fs::path& path) {
    std::string stem = path.filename().string();
    stem.resize(std::min(stem.find('.'), stem.size()));
    std::ranges::transform(stem, stem.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::ranges::find(names, stem) != names.end();
  };
  const auto say = [&](const fs::path& path, const std::string& why) {
    if (is_called_so(path))
      source.remarks.push_back(fmt::format("{} is not used as the table of films: {}", path.filename().string(), why));
  };
  for (const auto& [path, why] : files.others) say(path, why);
  for (const Candidate& one : files.tables)
    if (one.file.path != source.ratings.path)
      say(one.file.path, fmt::format("its columns are {}; --movies {} with --movie-id-column and --title-column makes it one",
                                     short_list(one.file.columns), one.file.path.string()));
}

/// The table of films beside the ratings: by the names of the options, else by common ones. Several that could be meant are
/// named, and none is taken.
void find_films(Source& source, const Candidates& files, const fs::path& folder, const PrepareSettings& settings) {
  for (const bool guess : {false, true}) {
    const auto fitting = all_that(files.tables, [&](const Candidate& one) {
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
      return;
    }
  }
  remark_on_films(source, files);
}

void take_any(Source& source, TableFile ratings, const PrepareSettings& settings) {
  if (settings.no_header && !ratings.parquet && ratings.layout != Layout::delimited)
    throw UserError(fmt::format("{} is {}, where no line of names could be missing; leave out --no-header", ratings.path.string(),
                                ratings.layout == Layout::json_lines ? "JSON" : "a file of Netflix' ratings"));
  const Kind kind = settings.no_header ? Kind::other : kind_by_shape(ratings);
  for (const Format& format : formats())
    if (kind == format.ratings) return take_format(source, format.name, ratings, format.fields, nullptr, {}, settings);
  source.format = "table";
  name_columns(ratings, !settings.no_header);
  source.ratings = std::move(ratings);
  take_table_columns(source, settings);
}

Source from_folder(Database& database, const fs::path& folder, const PrepareSettings& settings, const Reading& reading) {
  if (is_dataset_folder(folder))
    throw UserError(fmt::format(
        "{} is a prepared dataset already; train on it, or prepare the ratings that it came from", folder.string()));
  Source source;
  if (const auto table = parts_in(folder, settings.glob, reading)) {
    take_any(source, inspect_parts(database, folder, table->parts, table->partition_columns, reading), settings);
    return source;
  }
  const Candidates files = look_into(database, folder, reading);
  for (const bool guess : {false, true}) {
    if (const TableFile* ratings = one_of(all_that(files.tables,
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
    for (const Format& format : formats())
      if (const TableFile* ratings = pick(files.tables, format.ratings, format.ratings_names, folder)) {
        const TableFile* movies = settings.movies ? nullptr : pick(files.tables, format.movies, format.movies_names, folder);
        take_format(source, format.name, *ratings, format.fields, movies, format.movie_fields, settings);
        if (!movies && !settings.movies) remark_on_films(source, files);
        return source;
      }
  }
  // What is called like ratings but does not look like them deserves a word about its columns.
  for (const char* name : {"ratings.csv", "ratings.csv.gz", "ratings.tsv", "ratings.parquet", "ratings.dat", "u.data"})
    if (fs::is_regular_file(folder / name)) {
      source.ratings = inspect_table(database, folder / name, reading);
      name_columns(source.ratings, !settings.no_header);
      take_table_columns(source, settings);
    }
  throw UserError(fmt::format("{} holds no file of ratings; MovieLens' ratings.csv has the columns {}, {} and {}",
                              folder.string(), settings.user_column, settings.item_column, settings.rating_column));
}

/// One file, or several that are one table.
Source from_files(Database& database, const PrepareSettings& settings, const Reading& reading) {
  Source source;
  if (settings.more_sources.empty()) {
    take_any(source, inspect_table(database, settings.source, reading), settings);
    return source;
  }
  std::vector<std::string> files = {settings.source};
  files.insert(files.end(), settings.more_sources.begin(), settings.more_sources.end());
  take_any(source, inspect_parts(database, settings.source, parts_of(files, reading).parts, {}, reading), settings);
  return source;
}

/// Netflix' titles hold commas; by their columns they are like any table of films.
void take_named_films(Database& database, Source& source, const PrepareSettings& settings, Reading reading) {
  reading.header = !settings.movies_no_header, reading.films = reading.header;
  TableFile movies = inspect_table(database, *settings.movies, reading);
  name_columns(movies, !settings.movies_no_header);
  take_movies(source, std::move(movies), settings, true);
}

TableFile item_map_of(Database& database, const Source& source, const PrepareSettings& settings, Reading reading) {
  if (!source.movies)
    throw UserError("--item-map leads from the ratings' ids to those of the table of films, and there is none; name one with --movies");
  reading.header = false;
  TableFile map = inspect_table(database, *settings.item_map, reading);
  if (map.columns.size() < 2)
    throw UserError(fmt::format("--item-map {} has one column; it needs two: the ids of the ratings, and those of the films",
                                map.path.string()));
  if (map.layout == Layout::delimited) name_columns(map, false);
  return map;
}

}  // namespace

Reading reading_of(const PrepareSettings& settings, const fs::path& spool_folder) {
  Reading reading{.quoted = settings.quote == "double", .header = !settings.no_header};
  if (settings.encoding != "auto") reading.encoding = encoding_named(settings.encoding);
  if (!spool_folder.empty()) reading.spool_folder = spool_folder;
  return reading;
}

Source recognise_source(Database& database, const PrepareSettings& settings, const fs::path& spool_folder) {
  const fs::path path = settings.source;
  const Reading reading = reading_of(settings, spool_folder);
  if (!fs::exists(path)) throw UserError(fmt::format("{}: there is no such file or folder", path.string()));
  const bool folder = settings.more_sources.empty() && holds_files(path);
  if (settings.glob && !folder)
    throw UserError(fmt::format("--glob chooses files within a folder, which {} is not", path.string()));
  Source source = folder ? from_folder(database, path, settings, reading) : from_files(database, settings, reading);
  if (settings.movies) take_named_films(database, source, settings, reading);
  if (settings.item_map) source.item_map = item_map_of(database, source, settings, reading);
  if (!reading.quoted && source.ratings.parquet && (!source.movies || source.movies->parquet))
    throw UserError(fmt::format("{} is Parquet, which has no quotes; leave out --quote", path.string()));
  // Titles may be Latin-1 (MovieLens' older sets); only reading them all tells.
  if (source.movies && !reading.encoding && !has_only_utf8(*source.movies))
    for (TablePart& part : source.movies->parts) part.place.encoding = Encoding::cp1252;
  return source;
}

}  // namespace encore
