// Runs the models of sql/ on DuckDB, one after the other. Knows their names and order; what they compute stands in
// their texts.
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>
#include "console/output.h"
#include "database/database.h"
#include "dataset/dataset_summary.h"
#include "preparation/source.h"

namespace encore {

/// What DuckDB did for one statement of a phase.
struct StatementPlan {
  std::string phase;
  std::string statement;  ///< the model's name, or the file's
  double seconds = 0;
  std::int64_t rows = 0;
  PlanOperator plan;
};

class Pipeline {
 public:
  Pipeline(Database& database, const Output& output) : database_(database), output_(output) {}

  /// The one-row relation `params`, from which the texts take every setting.
  void set_parameters(const DatasetSummary& summary, const PrepareSettings& settings);
  /// Once the scale of counts is known.
  void set_scale(const RatingScale& scale);
  /// Makes the model's view or table.
  void run(std::string_view model);
  /// `CREATE VIEW name AS SELECT * FROM other`: a step that has nothing to do.
  void pass_on(std::string_view name, std::string_view other);
  /// Writes what `select` answers to a Parquet file; returns the rows written.
  std::int64_t write(const std::string& select, const std::filesystem::path& file);
  void set_phase(std::string name) { phase_ = std::move(name); }
  /// Of the models that were made and the files that were written, when the database profiles.
  const std::vector<StatementPlan>& plans() const { return plans_; }

 private:
  std::int64_t run_with_progress(const std::string& statement, const std::string& sql);
  Database& database_;
  const Output& output_;
  std::string phase_;
  std::vector<StatementPlan> plans_;
};

}  // namespace encore
