// The file is recognised and read as `prepare` reads one.
#include "catalogue/new_films.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "database/database.h"
#include "kernel/parallel.h"
#include "preparation/column_roles.h"
#include "preparation/item_vectors.h"
#include "preparation/table_file.h"
#include "preparation/text_rows.h"
#include "process/error.h"
#include "process/resources.h"
#include "recommendation/title_text.h"
#include "settings/known_columns.h"
#include "settings/value_text.h"

namespace encore {
namespace {

struct Columns {
  std::optional<std::size_t> id, title, year, genres;
  std::vector<std::size_t> others;
};

Columns columns_of(const TableFile& table) {
  Columns columns;
  const std::map<std::string_view, std::optional<std::size_t>*> roles = {
      {"item", &columns.id}, {"title", &columns.title}, {"year", &columns.year}, {"genres", &columns.genres}};
  const bool has_title = std::ranges::any_of(table.columns, [](const auto& name) { return plain_column_name(name) == "title"; });
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    const std::string plain = plain_column_name(table.columns[column]);
    std::optional<std::size_t>* role = nullptr;
    for (const auto& [name, names] : known_columns())
      if (const auto found = roles.find(name); found != roles.end() && std::ranges::find(names, plain) != names.end()) role = found->second;
    if (plain == "tags" || plain == "tag") role = nullptr;  // of a film's tags every one is a feature
    if (plain == "id") role = &columns.id;
    if (role == &columns.id && role->has_value())
      throw UserError(fmt::format("{} has two columns of ids, {} and {}; leave one of them out, or give it a name that is none of an id",
                                  table.path.string(), table.columns[**role], table.columns[column]));
    if (role == &columns.title && has_title && plain != "title") role = nullptr;  // a description, a name in another language
    if (role == nullptr || role->has_value()) columns.others.push_back(column);
    else *role = column;
  }
  if (!columns.title)
    throw UserError(fmt::format("{} needs a column title; it has {}", table.path.string(), fmt::join(table.columns, ", ")));
  return columns;
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  return first == std::string_view::npos ? std::string() : std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

/// "(1995)" at the end of a title.
std::optional<std::int32_t> year_in(const std::string& title) {
  if (title.size() < 6 || title.back() != ')' || title[title.size() - 6] != '(') return std::nullopt;
  const auto year = parse_whole_number(title.substr(title.size() - 5, 4));
  return year ? std::optional(static_cast<std::int32_t>(*year)) : std::nullopt;
}

/// Films of the same name are those that a person would look for by the same words: their titles without case, blanks, signs, brackets
/// and the place of an article, and their year.
using Name = std::pair<std::string, std::int32_t>;
Name name_of(const std::string& title, std::optional<std::int32_t> year) {
  TitleNames names = names_of(title);
  return {names.name.empty() ? title : std::move(names.name), year.value_or(names.year.value_or(0))};
}
struct HashOfName {
  std::size_t operator()(const Name& name) const { return std::hash<std::string>()(name.first) ^ static_cast<std::size_t>(name.second); }
};

std::vector<Name> names_of_known(const Catalogue& known) {
  std::vector<Name> names(static_cast<std::size_t>(known.size()));
  kernel::parallel_for(known.size(), available_threads(), [&](std::int64_t item) {
    const auto row = static_cast<std::size_t>(item);
    names[row] = name_of(known.title[row], known.year[row]);
  });
  return names;
}

class Reader {
 public:
  Reader(const TableFile& table, const Catalogue& known, std::int64_t last_id)
      : table_(table), known_(known), columns_(columns_of(table)), next_(std::max<std::int64_t>(last_id, 0) + 1) {
    std::vector<Name> names = names_of_known(known);
    titles_.reserve(names.size()), taken_.reserve(names.size());
    for (std::int32_t item = 0; item < known.size(); ++item) {
      const auto row = static_cast<std::size_t>(item);
      taken_.insert(known.id[row]);
      titles_.emplace(std::move(names[row]), Place{.item = item});
      if (known.numeric_ids) next_ = std::max<std::int64_t>(next_, std::stoll(known.id[row]) + 1);
    }
    if (!known.numeric_ids && !columns_.id)
      throw UserError(fmt::format("{} needs a column of ids, such as itemId: the model's ids are texts", table.path.string()));
  }

  std::vector<NewFilm> read(Database& database) {
    std::string select;
    for (const std::string& column : table_.columns) select += fmt::format("CAST({} AS VARCHAR), ", sql_column(table_, column));
    std::vector<std::size_t> used(table_.columns.size());
    for (std::size_t i = 0; i < used.size(); ++i) used[i] = i;
    if (!table_.parquet) database.add_rows("new_films", std::make_shared<TextRows>(table_, used));
    Rows rows = database.stream(
        table_.parquet ? fmt::format("SELECT {} row_number() OVER () + 1, NULL::VARCHAR FROM {}", select, parquet_relation(table_))
                       : fmt::format("SELECT {} line, problem FROM new_films()", select));
    while (rows.next())
      for (std::size_t row = 0; row < rows.size(); ++row) take(rows, row);
    if (films_.empty()) throw UserError(fmt::format("{} holds no films", table_.path.string()));
    return std::move(films_);
  }

 private:
  [[noreturn]] void refuse(std::int64_t line, const std::string& why) const {
    throw UserError(fmt::format("{}, line {}: {}", table_.path.string(), line, why));
  }

  void take(const Rows& rows, std::size_t row) {
    const std::size_t width = table_.columns.size();
    const std::int64_t line = rows.int64(width)[row];
    if (!rows.is_null(width + 1, row)) refuse(line, std::string(rows.text(width + 1, row)));
    const auto text = [&](std::optional<std::size_t> column) {
      return !column || rows.is_null(*column, row) ? std::string() : trimmed(rows.text(*column, row));
    };
    NewFilm film{.title = text(columns_.title), .genres = text(columns_.genres), .line = line};
    if (film.title.empty()) refuse(line, "there is no title");
    film.year = year_of(text(columns_.year), film.title, line);
    film.id = id_of(text(columns_.id), film, line);
    for (const std::size_t column : columns_.others) {
      const std::string name = plain_column_name(table_.columns[column]), values = text(column);
      for (std::size_t at = 0; at <= values.size();) {
        const std::size_t end = std::min(values.find('|', at), values.size());
        if (std::string feature = feature_name(name, std::string_view(values).substr(at, end - at)); !feature.empty())
          film.features.push_back({std::move(feature), 1});
        at = end + 1;
      }
    }
    std::ranges::sort(film.features, {}, &NamedFeature::name);
    film.features.erase(std::unique(film.features.begin(), film.features.end()), film.features.end());
    films_.push_back(std::move(film));
  }

  std::optional<std::int32_t> year_of(const std::string& text, const std::string& title, std::int64_t line) const {
    if (text.empty()) return year_in(title);
    const auto number = parse_number(text);
    if (!number || *number != static_cast<std::int32_t>(*number) || *number < 0 || *number > 9999)
      refuse(line, fmt::format("\"{}\" is no year", text));
    return static_cast<std::int32_t>(*number);
  }

  std::string id_of(std::string id, NewFilm& film, std::int64_t line) {
    const Name name = name_of(film.title, film.year);
    const auto same = titles_.find(name);
    if (same != titles_.end()) film.namesake = described(same->second);
    if (id.empty()) {
      if (!known_.numeric_ids) refuse(line, "there is no id, and the model's ids are texts");
      if (same != titles_.end())
        refuse(line, fmt::format("\"{}\" is there already, as {}; another film of that name needs an id of its own, in a column movieId",
                                 film.title, described(same->second)));
      id = std::to_string(next_);
    } else if (known_.numeric_ids) {
      const auto number = parse_whole_number(id);
      if (!number) refuse(line, fmt::format("the id \"{}\" is no whole number, as the model's ids are", id));
      id = std::to_string(*number);
    }
    if (!taken_.insert(id).second) refuse(line, fmt::format("the catalogue has a film with the id {} already", id));
    if (known_.numeric_ids) next_ = std::max<std::int64_t>(next_, std::stoll(id) + 1);
    titles_.emplace(name, Place{.line = line});
    return id;
  }

  /// Where a film of some name stands already.
  struct Place {
    std::int32_t item = -1;  ///< of the catalogue; −1: in the file
    std::int64_t line = 0;
  };
  std::string described(const Place& place) const {
    if (place.item < 0) return fmt::format("line {} of the file", place.line);
    const auto row = static_cast<std::size_t>(place.item);
    return fmt::format("\"{}\" (id:{})", known_.title[row], known_.id[row]);
  }

  const TableFile& table_;
  const Catalogue& known_;
  Columns columns_;
  std::unordered_set<std::string> taken_;
  std::unordered_map<Name, Place, HashOfName> titles_;
  std::int64_t next_;
  std::vector<NewFilm> films_;
};

}  // namespace

std::int64_t add_vectors(const std::filesystem::path& file, const ItemFeatures& known, std::vector<NewFilm>& films) {
  const ItemVectors vectors = read_item_vectors(file, "movieId");
  std::string last;
  for (const auto& features : known)
    for (const NamedFeature& one : features)
      if (one.name.starts_with(std::string(vector_column) + ":")) last = std::max(last, one.name);
  const std::int64_t width = last.empty() ? 0 : parse_whole_number(last.substr(last.find(':') + 1)).value_or(0) + 1;
  if (width > 0 && width != vectors.width)
    throw UserError(fmt::format("{}: its vectors have {} numbers, and those of the model's films {}; make them alike", file.string(),
                                vectors.width, width));
  std::map<std::string_view, std::int64_t> row_of;
  for (std::int64_t row = 0; row < vectors.size(); ++row) row_of.emplace(vectors.id[static_cast<std::size_t>(row)], row);
  std::int64_t found = 0;
  for (NewFilm& film : films) {
    const auto row = row_of.find(film.id);
    if (row == row_of.end()) continue;
    ++found;
    std::erase_if(film.features, [](const NamedFeature& one) { return one.name.starts_with(std::string(vector_column) + ":"); });
    for (NamedFeature& one : vectors.features_of(row->second)) film.features.push_back(std::move(one));
    std::ranges::sort(film.features, {}, &NamedFeature::name);
  }
  return found;
}

std::vector<NewFilm> read_new_films(const std::filesystem::path& file, const Catalogue& known, std::int64_t last_id) {
  Database database({.threads = 1});
  TableFile table = inspect_table(database, file, {});
  if (!has_only_utf8(table)) table.parts.front().place.encoding = Encoding::cp1252;
  name_columns(table, true);
  return Reader(table, known, last_id).read(database);
}

}  // namespace encore
