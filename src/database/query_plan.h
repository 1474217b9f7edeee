// What DuckDB did for a statement: the tree of its operators with rows and times. Not the text of EXPLAIN.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

struct _duckdb_profiling_info;  // NOLINT(bugprone-reserved-identifier): DuckDB's name

namespace encore {

struct PlanOperator {
  std::string name;       ///< "HASH_JOIN"
  std::string detail;     ///< "Conditions: movieId = movieId"; lines of a name and a value
  std::int64_t rows = 0;  ///< that it gave on
  double seconds = 0;     ///< of all threads
  std::vector<PlanOperator> children;
};

/// `node`: an operator of duckdb_get_profiling_info.
PlanOperator read_plan(_duckdb_profiling_info* node);

}  // namespace encore
