// Columns are found by their names: MovieLens' tags.csv and genome-scores.csv, or item, feature and weight.
#include "preparation/item_features.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <string_view>

#include "database/row_source.h"
#include "preparation/column_roles.h"
#include "preparation/item_vectors.h"
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

namespace {

/// item, feature and weight of every number of a vector, on one thread.
class VectorRows : public RowSource, public RowScan, public std::enable_shared_from_this<VectorRows> {
 public:
  explicit VectorRows(ItemVectors vectors) : vectors_(std::move(vectors)) {}
  const std::vector<SourceColumn>& columns() const override {
    static const std::vector<SourceColumn> all = {{"item"}, {"feature"}, {"weight", ColumnType::float64}};
    return all;
  }
  std::shared_ptr<RowScan> scan(const std::vector<std::size_t>& wanted) override {
    wanted_ = wanted, next_ = 0;
    return shared_from_this();
  }
  double percentage() const override { return -1; }
  std::unique_ptr<RowReader> reader() override { return std::make_unique<Reader>(*this); }

 private:
  struct Reader : RowReader {
    explicit Reader(VectorRows& rows) : rows_(rows) {}
    std::size_t fill(RowSink& sink) override {
      const std::lock_guard lock(rows_.mutex_);
      std::size_t row = 0;
      for (; row < sink.capacity() && rows_.next_ < std::ssize(rows_.vectors_.values); ++row, ++rows_.next_) put(sink, row);
      return row;
    }
    void put(RowSink& sink, std::size_t row) const {
      const std::int64_t item = rows_.next_ / rows_.vectors_.width, number = rows_.next_ % rows_.vectors_.width;
      for (std::size_t column = 0; column < rows_.wanted_.size(); ++column) {
        if (rows_.wanted_[column] == 0) sink.set_text(column, row, rows_.vectors_.id[static_cast<std::size_t>(item)]);
        else if (rows_.wanted_[column] == 1) sink.set_text(column, row, fmt::format("{:05}", number));
        else sink.values<double>(column)[row] = static_cast<double>(rows_.vectors_.values[static_cast<std::size_t>(rows_.next_)]);
      }
    }
    VectorRows& rows_;
  };

  ItemVectors vectors_;
  std::mutex mutex_;
  std::vector<std::size_t> wanted_;
  std::int64_t next_ = 0;
};

/// Makes item_features_read.
void read_features(Database& database, const FeatureTable& table) {
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
}

}  // namespace

void create_item_features(Database& database, const std::optional<FeatureTable>& table, const std::optional<std::string>& vectors,
                          const std::string& item_column) {
  std::vector<std::string> parts;
  if (table) {
    read_features(database, *table);
    parts.push_back(fmt::format("SELECT item, '{}' AS kind, feature, TRY_CAST(TRIM(weight_text) AS DOUBLE) AS weight "
                                "FROM item_features_read", plain_column_name(table->feature)));
  }
  if (vectors) {
    if (table && plain_column_name(table->feature) == vector_column)
      throw UserError("--item-features has features in a column that is called vector, as those of --item-vectors are; rename it");
    database.add_rows("item_vectors_file", std::make_shared<VectorRows>(read_item_vectors(*vectors, item_column)));
    parts.push_back(fmt::format("SELECT item, '{}' AS kind, feature, weight FROM item_vectors_file()", vector_column));
  }
  database.run(fmt::format("CREATE VIEW raw_item_features AS {}", fmt::join(parts, " UNION ALL ")));
}

}  // namespace encore
