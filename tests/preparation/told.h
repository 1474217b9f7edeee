// What the tests of tables share beside prepared.h: one call for a text or a Parquet file, which keeps what was said on the way.
#pragma once
#include "database/database.h"
#include "preparation/prepared.h"

namespace encore {

class ToldPreparation : public PreparationTest {
 protected:
  /// Prepares and keeps what was said on the way.
  DatasetSummary told(const PrepareSettings& settings) {
    messages_.clear();
    const OutputSinks sinks{[](const std::string&) {}, [&](const std::string& line) { messages_ += line + "\n"; }};
    return prepare_dataset(settings, 1, Output{.json = false, .quiet = false, .sinks = &sinks}).summary;
  }
  Dataset prepared(const std::string& text, PrepareSettings settings = {}) {
    settings.source = write("rows.csv", text).string();
    settings.output = (folder_ / "dataset").string();
    summary_ = told(settings);
    return read_dataset(folder_ / "dataset");
  }
  Dataset prepared_parquet(const std::string& select, PrepareSettings settings = {}) {
    settings.source = (folder_ / "rows.parquet").string();
    settings.output = (folder_ / "dataset").string();
    Database().run("COPY (" + select + ") TO " + sql_literal(settings.source) + " (FORMAT parquet)");
    summary_ = told(settings);
    return read_dataset(folder_ / "dataset");
  }
  std::vector<std::int64_t> times() {
    std::vector<std::int64_t> found;
    Database database;
    Rows rows = database.stream("SELECT coalesce(time, -999) FROM read_parquet(" +
                                sql_literal((folder_ / "dataset/ratings.parquet").string()) + ")");
    while (rows.next())
      for (std::size_t row = 0; row < rows.size(); ++row) found.push_back(rows.int64(0)[row]);
    return found;
  }
  std::string messages_;
  DatasetSummary summary_;
};

}  // namespace encore
