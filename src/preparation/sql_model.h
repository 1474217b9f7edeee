// The pipeline's texts (sql/*.sql), which the build puts into the program, by name. Not the order in which they run
// (pipeline.h).
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace encore {

/// The content of every sql/*.sql, in the order of their names; written by cmake/EmbedSql.cmake.
const std::vector<std::string_view>& sql_texts();

/// One SELECT of the pipeline, with what its first line says: `-- name: x  materialize: yes|no  output: yes|no`.
struct SqlModel {
  std::string name;
  bool materialize = false;
  bool output = false;
  std::string_view text;  ///< with its comments
};

/// Reads the first line of a text; throws std::logic_error when it is not well formed (a test reads all).
SqlModel parse_sql_model(std::string_view text);

/// The model of that name; throws std::logic_error when there is none.
const SqlModel& sql_model(std::string_view name);

/// Its text over another relation than the one it names: FROM `other` instead of FROM `relation`, which must stand there once.
std::string sql_text_over(std::string_view name, std::string_view relation, std::string_view other);

}  // namespace encore
