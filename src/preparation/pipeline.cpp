// Wrapping the models' SELECTs as DuckDB wants it.
#include "preparation/pipeline.h"

#include <fmt/format.h>

#include <chrono>

#include "console/progress.h"
#include "preparation/selection.h"
#include "preparation/sql_model.h"

namespace encore {

void Pipeline::set_parameters(const DatasetSummary& s, const PrepareSettings& settings) {
  database_.run(
      "CREATE TABLE params(first_year INT, last_year INT, minimum DOUBLE, maximum DOUBLE, liked DOUBLE, seed BIGINT, "
      "test_below VARCHAR, held_out_below VARCHAR, min_item_ratings BIGINT, min_user_ratings BIGINT, "
      "time_divisor BIGINT, decimal_comma BOOLEAN, repeats VARCHAR, counts BOOLEAN, split VARCHAR, "
      "test_share DOUBLE, validation_share DOUBLE, log_counts BOOLEAN)");
  const SqlValue first = s.years ? SqlValue(std::int64_t{s.years->first}) : SqlValue(nullptr);
  const SqlValue last = s.years ? SqlValue(std::int64_t{s.years->second}) : SqlValue(nullptr);
  database_.run(
      "INSERT INTO params VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? = 1, ?, ? = 1, ?, ?, ?, ? = 1)",
      {first, last, s.scale.minimum, s.scale.maximum, s.scale.liked, static_cast<std::int64_t>(s.seed),
       s.split == "users" ? hash_bound(s.hold_out) : "",
       s.split == "users" ? hash_bound(s.hold_out + s.validation) : "", s.min_item_ratings, s.min_user_ratings,
       time_divisor(settings), std::int64_t{settings.decimal_comma}, rule_of_repeats(settings, s.counts),
       std::int64_t{s.counts}, s.split, s.hold_out, s.validation, std::int64_t{s.scale.log_counts}});
}

void Pipeline::set_scale(const RatingScale& scale) {
  database_.run("UPDATE params SET minimum = ?, maximum = ?, liked = ?", {scale.minimum, scale.maximum, scale.liked});
}

std::int64_t Pipeline::run_with_progress(const std::string& statement, const std::string& sql) {
  const auto began = std::chrono::steady_clock::now();
  std::int64_t rows = 0;
  {
    Progress progress(output_, phase_, "%", 100);
    rows = database_.run(sql, {}, [&](double percentage) { progress.update(percentage); });
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  if (auto plan = database_.last_plan()) {
    const std::int64_t made = plan->children.empty() ? rows : plan->children.front().rows;  // a new table says 0
    plans_.push_back({phase_, statement, seconds, made, std::move(*plan)});
  }
  return rows;
}

void Pipeline::run(std::string_view name) {
  const SqlModel& model = sql_model(name);
  const std::string sql = fmt::format("CREATE {} {} AS {}", model.materialize ? "TABLE" : "VIEW", name, model.text);
  if (model.materialize)
    run_with_progress(std::string(name), sql);
  else
    database_.run(sql);
}

void Pipeline::pass_on(std::string_view name, std::string_view other) {
  database_.run(fmt::format("CREATE VIEW {} AS SELECT * FROM {}", name, other));
}

std::int64_t Pipeline::write(const std::string& select, const std::filesystem::path& file) {
  return run_with_progress(
      file.filename().string(),
      fmt::format("COPY ({}) TO {} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, USE_TMP_FILE false)", select,
                  sql_literal(file.string())));
}

}  // namespace encore
