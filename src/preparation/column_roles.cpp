// Finding columns by name, and the sentences about those that are missing.
#include "preparation/column_roles.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "console/shell_word.h"
#include "process/error.h"
#include "settings/known_columns.h"
#include "settings/value_text.h"

namespace encore {
namespace {

using Name = std::optional<std::string>;

bool same_without_case(const std::string& a, const std::string& b) {
  return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

/// A column by its name, else by its number, the first being 1.
Name named_or_numbered(const TableFile& file, const std::string& name) {
  if (file.has(name)) return name;
  const auto number = parse_whole_number(name);
  if (number && *number >= 1 && *number <= static_cast<std::int64_t>(file.columns.size()))
    return file.columns[static_cast<std::size_t>(*number - 1)];
  return std::nullopt;
}

/// Of the names known for `role`, the likeliest that the file has and no other role has taken.
Name known_column(const TableFile& file, std::string_view role, const std::vector<Name>& taken) {
  for (const auto& [its_role, names] : known_columns()) {
    if (its_role != role) continue;
    for (const std::string_view known : names)
      for (const std::string& column : file.columns)
        if (plain_column_name(column) == known && std::ranges::find(taken, Name(column)) == taken.end()) return column;
  }
  return std::nullopt;
}

/// Values with their default names, and whether the user chose another.
struct Asked {
  const std::string& name;
  const std::string& otherwise;
  const char* option;
  bool chosen() const { return name != otherwise; }
};

Name found(const TableFile& file, const Asked& asked) {
  const Name column = named_or_numbered(file, asked.name);
  if (!column && asked.chosen())
    throw UserError(fmt::format("{} has no column '{}'; it has: {}; name the right one with {}", file.path.string(),
                                asked.name, short_list(file.columns), asked.option));
  return column;
}

const PrepareSettings& defaults() {
  static const PrepareSettings settings;
  return settings;
}

/// Whether the first line looks like a row rather than like names.
bool looks_like_data(const TableFile& file) {
  return file.has_header_line() && std::ranges::any_of(file.columns, [](const std::string& name) {
           return parse_number(name).has_value() || (name.size() >= 8 && name.find(' ') == std::string::npos &&
                                                     std::ranges::count_if(name, ::isdigit) >= 5);
         });
}

void require_no_lists(const TableFile& file, const std::vector<Name>& used) {
  for (std::size_t i = 0; i < file.types.size(); ++i) {
    const std::string& type = file.types[i];
    const bool nested = type.ends_with("]") || type.starts_with("STRUCT") || type.starts_with("MAP") ||
                        type.starts_with("UNION");
    if (nested && std::ranges::find(used, Name(file.columns[i])) != used.end())
      throw UserError(fmt::format("the column '{}' of {} holds lists or structs ({}); it must hold one number or text "
                                  "a row; name another column, or unfold it first",
                                  file.columns[i], file.path.string(), type.substr(0, 60)));
  }
}

/// A name that stood twice was told apart by name_columns; whoever asks for it cannot be answered.
void require_once(const TableFile& file, const std::vector<Name>& used) {
  for (std::size_t i = 0; i < file.columns.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const std::string second = fmt::format("{} ({})", file.columns[j], i + 1);
      if (same_without_case(file.columns[i], second) && std::ranges::find(used, Name(file.columns[j])) != used.end())
        throw UserError(fmt::format("{} has the column '{}' twice (columns {} and {}); rename one of them",
                                    file.path.string(), file.columns[j], j + 1, i + 1));
    }
}

}  // namespace

std::string short_list(const std::vector<std::string>& names) {
  constexpr std::size_t most = 40, longest = 60;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), most); ++i)
    text += (i == 0 ? "" : ", ") + (names[i].size() > longest ? names[i].substr(0, longest) + "…" : names[i]);
  return names.size() > most ? fmt::format("{}, … ({} in all)", text, names.size()) : text;
}

void name_columns(TableFile& file, bool header) {
  file.header = header;
  if (file.parquet || file.layout != Layout::delimited) return;  // have names of their own
  for (std::size_t i = 0; i < file.fields(); ++i) {
    std::string& name = file.columns[i];
    if (!header) {
      name = std::to_string(i + 1);
      continue;
    }
    name.erase(0, std::min(name.find_first_not_of(" \t"), name.size()));
    name.erase(name.find_last_not_of(" \t") + 1);
    if (name.empty()) name = fmt::format("column{}", i + 1);
  }
  for (std::size_t i = 0; i < file.columns.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (same_without_case(file.columns[i], file.columns[j])) {
        file.columns[i] += fmt::format(" ({})", i + 1);
        break;
      }
}

bool RatingColumns::complete(const PrepareSettings& settings) const {
  return user && item && (rating || settings.implicit || settings.repeats == "count");
}

RatingColumns rating_columns(const TableFile& file, const PrepareSettings& s, bool guess) {
  RatingColumns columns;
  const bool numbered = !file.header && !file.parquet && file.layout == Layout::delimited;
  const auto place = [&](const char* number, const Asked& asked) {
    if (!numbered || asked.chosen()) return found(file, asked);
    for (const std::string& other : {s.user_column, s.item_column, s.rating_column, s.time_column, s.count_column.value_or("")})
      if (other == number) return Name();
    return named_or_numbered(file, number);
  };
  columns.user = place("1", {s.user_column, defaults().user_column, "--user-column"});
  columns.item = place("2", {s.item_column, defaults().item_column, "--item-column"});
  const bool rated = !s.implicit && s.repeats != "count";
  if (s.count_column) {
    static const std::string none;
    columns.rating = found(file, {*s.count_column, none, "--count-column"});
    columns.counts = true;
  } else if (rated) {
    columns.rating = place("3", {s.rating_column, defaults().rating_column, "--rating-column"});
  }
  if (!s.no_time) columns.time = place(rated || s.count_column ? "4" : "3", {s.time_column, defaults().time_column, "--time-column"});
  if (!guess || numbered) return columns;
  const auto take = [&](Name& column, std::string_view role) {
    if (column) return;
    column = known_column(file, role, {columns.user, columns.item, columns.rating, columns.time});
    columns.guessed = columns.guessed || column;
  };
  take(columns.user, "user");
  take(columns.item, "item");
  if (rated && !columns.rating) {
    take(columns.rating, "rating");
    if (!columns.rating) {
      take(columns.rating, "count");
      columns.counts = columns.rating.has_value();
    }
  }
  if (!s.no_time) take(columns.time, "time");
  return columns;
}

FilmColumns film_columns(const TableFile& file, const PrepareSettings& s, const std::string& item, bool guess) {
  static const std::string none;
  FilmColumns columns;
  const bool numbered = !file.header && !file.parquet && file.layout == Layout::delimited;  // numbers name other columns there
  columns.id = s.movie_id_column               ? found(file, {*s.movie_id_column, none, "--movie-id-column"})
               : !numbered && file.has(item)   ? Name(item)
                                               : std::nullopt;
  columns.title = found(file, {s.title_column, defaults().title_column, "--title-column"});
  columns.genres = found(file, {s.genres_column, defaults().genres_column, "--genres-column"});
  columns.year = found(file, {s.year_column, defaults().year_column, "--year-column"});
  if (numbered) {
    if (!columns.id) columns.id = named_or_numbered(file, "1");
    if (!columns.title) columns.title = named_or_numbered(file, "2");
    return columns;
  }
  if (!guess) return columns;
  const auto taken = [&] { return std::vector<Name>{columns.id, columns.title, columns.genres, columns.year}; };
  const auto take = [&](Name& column, std::string_view role) {
    if (column) return;
    column = known_column(file, role, taken());
    columns.guessed = columns.guessed || column;
  };
  if (!columns.id && file.has(defaults().item_column)) columns.id = defaults().item_column, columns.guessed = true;
  take(columns.id, "item");
  if (!columns.id)
    for (const std::string& column : file.columns)
      if (plain_column_name(column) == "id") columns.id = column, columns.guessed = true;
  take(columns.title, "title");
  take(columns.genres, "genres");
  take(columns.year, "year");
  return columns;
}

std::string told_columns(const TableFile& file, const RatingColumns& columns) {
  std::string text = fmt::format("{}: users are in the column '{}', items in '{}'", file.path.filename().string(),
                                 *columns.user, *columns.item);
  if (columns.rating) text += fmt::format(", {} in '{}'", columns.counts ? "counts" : "ratings", *columns.rating);
  if (columns.time) text += fmt::format(", times in '{}'", *columns.time);
  return text + " (guessed by their names; --user-column, --item-column, --rating-column, --count-column and --time-column "
                "say otherwise)";
}

std::string told_columns(const TableFile& file, const FilmColumns& columns) {
  std::string text = fmt::format("{}: ids are in the column '{}', titles in '{}'", file.path.filename().string(), *columns.id,
                                 *columns.title);
  if (columns.genres) text += fmt::format(", genres in '{}'", *columns.genres);
  if (columns.year) text += fmt::format(", years in '{}'", *columns.year);
  return text + " (guessed by their names; --movie-id-column, --title-column, --genres-column and --year-column say otherwise)";
}

void refuse_columns(const TableFile& file, const RatingColumns& columns, const PrepareSettings& s) {
  const bool data = looks_like_data(file);
  std::vector<std::string> left;
  for (std::size_t i = 0; i < file.columns.size(); ++i) {
    const Name name = data ? std::to_string(i + 1) : file.columns[i];
    if (name != columns.user && name != columns.item && name != columns.rating && name != columns.time) left.push_back(*name);
  }
  std::string command = fmt::format("encore prepare {} -o {}{}", shell_word(s.source), shell_word(s.output),
                                    data ? " --no-header" : "");
  std::string missing;
  const auto say = [&](const Name& column, const std::string& default_name, const char* option) {
    if (!column) missing += fmt::format("{}'{}'", missing.empty() ? "" : ", ", default_name);
    const std::string name = column && !data ? *column : left.empty() ? default_name : left.front();
    if (!left.empty() && (!column || data)) left.erase(left.begin());
    if (!column || data || name != default_name) command += fmt::format(" {} {}", option, shell_word(name));
  };
  say(columns.user, s.user_column, "--user-column");
  say(columns.item, s.item_column, "--item-column");
  if (s.implicit)
    command += " --implicit";
  else if (!columns.rating && left.empty() && s.repeats != "count")
    missing += fmt::format("{}'{}'", missing.empty() ? "" : ", ", s.rating_column), command += " --implicit";
  else if (s.repeats != "count")
    say(columns.rating, s.rating_column, "--rating-column");
  const char* without = columns.rating || command.ends_with("--implicit") ? "" : " (or --implicit, when there are no ratings)";
  throw UserError(fmt::format("{} has no column {}; {}: {}; say which column is which, for example: {}{}", file.path.string(),
                              missing, data ? "its first line is" : "it has", short_list(file.columns), command, without));
}

void refuse_columns(const TableFile& file, const FilmColumns& columns, const PrepareSettings& s) {
  const std::string missing = columns.id ? s.title_column : s.movie_id_column.value_or(s.item_column);
  throw UserError(fmt::format("{} has no column '{}'; it has: {}; name the right one with {}", file.path.string(), missing,
                              short_list(file.columns), columns.id ? "--title-column" : "--movie-id-column"));
}

void require_usable(const TableFile& file, const RatingColumns& columns) {
  const std::vector<Name> used = {columns.user, columns.item, columns.rating, columns.time};
  require_once(file, used);
  require_no_lists(file, used);
  const std::array<const char*, 4> options = {"--user-column", "--item-column",
                                              columns.counts ? "--count-column" : "--rating-column", "--time-column"};
  for (std::size_t i = 0; i < used.size(); ++i)
    for (std::size_t j = i + 1; j < used.size(); ++j)
      if (used[i] && used[i] == used[j])
        throw UserError(fmt::format("the column '{}' of {} cannot be both {} and {}; name another", *used[i],
                                    file.path.string(), options[i], options[j]));
}

void require_usable(const TableFile& file, const FilmColumns& columns) {
  std::vector<Name> used = {columns.id, columns.title, columns.year, columns.genres};
  require_once(file, used);
  if (file.layout == Layout::json_lines) used.pop_back();  // a list of genres becomes one text
  require_no_lists(file, used);
}

}  // namespace encore
