// Written by way of a CSV text that DuckDB copies, as the catalogue is.
#include "folder/item_features_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cmath>
#include <fstream>

#include "database/database.h"
#include "digest/checksums.h"
#include "folder/parquet_table.h"
#include "folder/quoted_field.h"
#include "process/error.h"
#include "process/staged_file.h"

namespace encore {
namespace {

namespace fs = std::filesystem;

void write_csv(const fs::path& file, const ItemFeatures& features) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  for (std::size_t item = 0; item < features.size(); ++item)
    for (const NamedFeature& one : features[item]) out << fmt::format("{},{},{}\n", item, quoted_field(one.name), one.weight);
  out.flush();
  if (!out) throw cannot_write(file, errno);
}

}  // namespace

ItemFeatures read_item_features(const fs::path& folder, std::int32_t items) {
  const fs::path path = folder / item_features_file;
  if (!fs::exists(path)) return {};
  Database database({.threads = 1});
  ParquetTable table(database, path, {{"item", {"INTEGER"}}, {"feature", {"VARCHAR"}}, {"weight", {"DOUBLE"}}});
  ItemFeatures features(static_cast<std::size_t>(items));
  std::int64_t row_number = 0;
  std::int32_t last = -1;
  Rows rows = table.read("item, feature, weight");
  while (table.next(rows))
    for (std::size_t row = 0; row < rows.size(); ++row) {
      ++row_number;
      const auto refuse = [&](const char* what) { throw UserError(fmt::format("{}: {} at row {}", path.string(), what, row_number)); };
      if (rows.is_null(0, row) || rows.is_null(1, row) || rows.is_null(2, row)) refuse("a value is missing");
      const std::int32_t item = rows.int32(0)[row];
      const double weight = rows.float64(2)[row];
      if (item < 0 || item >= items) refuse("there is no such item");
      if (!std::isfinite(weight) || weight == 0) refuse("the weight is no number, or 0");
      auto& of = features[static_cast<std::size_t>(item)];
      if (item < last || (!of.empty() && of.back().name >= rows.text(1, row))) refuse("the rows are not sorted by item and feature");
      last = item;
      of.push_back({std::string(rows.text(1, row)), weight});
    }
  require_checksums(folder, {item_features_file});
  return features;
}

void write_item_features(const fs::path& folder, const ItemFeatures& features) {
  if (features.empty()) return;
  const fs::path file = folder / item_features_file;
  const fs::path text = fs::path(file) += ".csv";
  write_csv(text, features);
  Database database({.threads = 1});
  try {
    database.run(fmt::format(
        "COPY (SELECT item, feature, weight FROM read_csv({}, header = false, auto_detect = false, delim = ',', quote = '\"', "
        "escape = '\"', new_line = '\\n', parallel = false, columns = {{'item': 'INTEGER', 'feature': 'VARCHAR', 'weight': 'DOUBLE'}})) "
        "TO {} (FORMAT parquet, USE_TMP_FILE false)",
        sql_path(text), sql_literal(file.string())));
  } catch (const SqlError& error) {
    fs::remove(text);
    throw UserError(fmt::format("{} cannot be written: {}", final_names(file).string(), error.what()));
  }
  fs::remove(text);
}

}  // namespace encore
