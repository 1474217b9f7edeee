// Copies DuckDB's tree.
#include "database/query_plan.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "database/duckdb_library.h"

namespace encore {
namespace {

std::string text_of(duckdb_value value) {
  char* text = value != nullptr ? duckdb().get_varchar(value) : nullptr;
  std::string copy = text != nullptr ? text : "";
  duckdb().free(text);
  duckdb().destroy_value(&value);
  return copy;
}

std::string metric(duckdb_profiling_info node, const char* name) {
  return text_of(duckdb().profiling_info_get_value(node, name));
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

/// "{Groups=#0, Aggregates='count_star()', __estimated_cardinality__=7}" → "Groups=#0, Aggregates=count_star()".
std::string readable(std::string detail) {
  constexpr std::string_view estimate = "__estimated_cardinality__=";
  if (const std::size_t at = detail.find(estimate); at != std::string::npos) {
    const std::size_t end = detail.find_first_not_of("0123456789", at + estimate.size());
    const bool behind_another = at >= 2 && detail[at - 2] == ',';
    detail.erase(behind_another ? at - 2 : at, std::min(end, detail.size()) - (behind_another ? at - 2 : at));
  }
  for (const char* mark : {"__projections__=", "__expression__=", "__text__=", "'", "{", "}"})
    replace_all(detail, mark, "");
  replace_all(detail, "\n", ", ");
  return detail;
}

}  // namespace

PlanOperator read_plan(_duckdb_profiling_info* node) {
  PlanOperator plan;
  plan.name = metric(node, "OPERATOR_NAME");
  if (plan.name.empty()) plan.name = metric(node, "OPERATOR_TYPE");
  plan.name.erase(0, std::min(plan.name.find_first_not_of(' '), plan.name.size()));
  plan.name.erase(plan.name.find_last_not_of(' ') + 1);
  plan.detail = readable(metric(node, "EXTRA_INFO"));
  plan.rows = std::strtoll(metric(node, "OPERATOR_CARDINALITY").c_str(), nullptr, 10);
  plan.seconds = std::strtod(metric(node, "OPERATOR_TIMING").c_str(), nullptr);
  for (idx_t child = 0; child < duckdb().profiling_info_get_child_count(node); ++child)
    plan.children.push_back(read_plan(duckdb().profiling_info_get_child(node, child)));
  return plan;
}

}  // namespace encore
