// Columns are found by their names: MovieLens' tags.csv and genome-scores.csv, or item, feature and weight.
#include "preparation/item_features.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "preparation/column_roles.h"
#include "preparation/relations.h"
#include "preparation/text_rows.h"
#include "process/error.h"
#include "settings/known_columns.h"

namespace encore {
namespace {

constexpr std::array<std::string_view, 9> feature_names = {"feature", "tag",   "keyword",   "term", "word",
                                                           "label",   "topic", "attribute", "tagid"};
constexpr std::array<std::string_view, 4> weight_names = {"weight", "relevance", "value", "score"};

/// The first column with the first of the names that one has.
template <class Names>
std::optional<std::string> named(const TableFile& table, const Names& names) {
  for (const std::string_view name : names)
    for (const std::string& column : table.columns)
      if (plain_column_name(column) == name) return column;
  return std::nullopt;
}

std::optional<std::string> item_column(const TableFile& table, const PrepareSettings& settings) {
  if (table.has(settings.item_column)) return settings.item_column;
  for (const auto& [role, names] : known_columns())
    if (role == "item") return named(table, names);
  return std::nullopt;
}

}  // namespace

FeatureTable find_feature_table(Database& database, const PrepareSettings& settings) {
  Reading reading = reading_of(settings, {});
  reading.header = true;
  FeatureTable found{.file = inspect_table(database, *settings.item_features, reading), .item = {}, .feature = {}, .weight = {}};
  TableFile& table = found.file;
  name_columns(table, true);
  const auto item = item_column(table, settings), feature = named(table, feature_names);
  if (!item || !feature || item == feature)
    throw UserError(fmt::format("--item-features {} needs a column of items, named {} or itemId, and one named feature or tag, and perhaps "
                                "weight; it has {}", table.path.string(), settings.item_column, short_list(table.columns)));
  found.item = *item, found.feature = *feature, found.weight = named(table, weight_names);
  if (!reading.encoding && !has_only_utf8(table))
    for (TablePart& part : table.parts) part.place.encoding = Encoding::cp1252;
  return found;
}

void create_item_features(Database& database, const FeatureTable& table) {
  const std::string weight = table.weight ? fmt::format("CAST({} AS VARCHAR)", sql_column(table.file, *table.weight)) : "NULL::VARCHAR";
  std::vector<std::string> used = {table.item, table.feature};
  if (table.weight) used.push_back(*table.weight);
  database.run(fmt::format("CREATE TABLE item_features_read AS SELECT {} AS item, CAST({} AS VARCHAR) AS feature, {} AS weight_text, {}",
                           id_text(table.file, table.item), sql_column(table.file, table.feature), weight,
                           file_rows(database, table.file, "item_features_file", used)));
  Rows bad = database.stream(fmt::format(
      "SELECT line, coalesce(problem, concat('the weight ''', weight_text, ''' is no number')) FROM item_features_read "
      "WHERE malformed OR ({} AND NOT coalesce(abs(TRY_CAST(TRIM(weight_text) AS DOUBLE)) < 1e300, false)) ORDER BY line LIMIT 1",
      table.weight ? "true" : "false"));
  while (bad.next())
    if (bad.size() > 0)
      throw UserError(fmt::format("--item-features {}: {}: {}", table.file.path.string(),
                                  bad.is_null(0, 0) ? "a row" : place_of_line(table.file, bad.int64(0)[0]), bad.text(1, 0)));
  database.run(fmt::format("CREATE VIEW raw_item_features AS SELECT item, '{}' AS kind, feature, TRY_CAST(TRIM(weight_text) AS DOUBLE) AS "
                           "weight FROM item_features_read", plain_column_name(table.feature)));
}

}  // namespace encore
