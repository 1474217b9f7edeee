// The check works on the syntax tree that DuckDB's own parser makes of the text (json_serialize_sql), so nothing can be
// read in two ways.
#include "database/expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>
#include <utility>

#include "process/error.h"

namespace encore {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 9> allowed_classes = {
    "CONSTANT", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "FUNCTION", "OPERATOR", "BETWEEN", "CASE", "CAST"};

/// Functions of values only: they read no file, no setting and no clock, and give no more bytes than they get.
constexpr auto allowed_functions = std::to_array<std::string_view>({"!~~",
                                                                    "!~~*",
                                                                    "%",
                                                                    "*",
                                                                    "+",
                                                                    "-",
                                                                    "/",
                                                                    "//",
                                                                    "abs",
                                                                    "ceil",
                                                                    "ceiling",
                                                                    "concat",
                                                                    "contains",
                                                                    "date_part",
                                                                    "day",
                                                                    "ends_with",
                                                                    "exp",
                                                                    "floor",
                                                                    "greatest",
                                                                    "hour",
                                                                    "ilike_escape",
                                                                    "instr",
                                                                    "isnan",
                                                                    "least",
                                                                    "left",
                                                                    "length",
                                                                    "like_escape",
                                                                    "list_contains",
                                                                    "ln",
                                                                    "log10",
                                                                    "lower",
                                                                    "ltrim",
                                                                    "md5",
                                                                    "mod",
                                                                    "month",
                                                                    "not_ilike_escape",
                                                                    "not_like_escape",
                                                                    "position",
                                                                    "pow",
                                                                    "power",
                                                                    "prefix",
                                                                    "regexp_extract",
                                                                    "regexp_full_match",
                                                                    "regexp_matches",
                                                                    "replace",
                                                                    "reverse",
                                                                    "right",
                                                                    "round",
                                                                    "rtrim",
                                                                    "split_part",
                                                                    "sqrt",
                                                                    "starts_with",
                                                                    "string_split",
                                                                    "strpos",
                                                                    "substr",
                                                                    "substring",
                                                                    "suffix",
                                                                    "to_timestamp",
                                                                    "trim",
                                                                    "upper",
                                                                    "||",
                                                                    "~~",
                                                                    "~~*",
                                                                    "~~~"});

/// Types of single values: those of many (arrays, structs) could ask for any amount of memory.
constexpr std::array<std::string_view, 18> allowed_types = {
    "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT",  "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER",
    "UBIGINT", "FLOAT",   "DOUBLE",   "DECIMAL", "VARCHAR", "DATE",    "TIME",     "TIMESTAMP", "INTERVAL"};

template <class List>
bool holds(const List& list, std::string_view value) {
  return std::ranges::find(list, value) != list.end();
}

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::string names_of(const std::vector<ExpressionColumn>& columns) {
  std::string names;
  for (const auto& column : columns) names += fmt::format("{}{}", names.empty() ? "" : ", ", column.name);
  return names;
}

[[noreturn]] void refuse(std::string_view option, const std::string& why) {
  throw UserError(fmt::format("{}: {}", option, why));
}

/// replace(…, 'old', 'new') with a longer new text, one inside the other, would fill any memory.
bool is_shortening(const Json& replace) {
  const Json& children = replace.at("children");
  if (children.size() != 3) return false;
  std::array<std::size_t, 2> sizes{};
  for (std::size_t i = 0; i < 2; ++i) {
    const Json& child = children.at(i + 1);
    if (child.at("class") != "CONSTANT" || !child.at("value").value("value", Json()).is_string()) return false;
    sizes[i] = child.at("value").at("value").get_ref<const std::string&>().size();
  }
  return sizes[1] <= sizes[0];
}

void check_node(const Json& node, const std::vector<ExpressionColumn>& columns, std::string_view option) {
  const std::string kind = node.at("class");
  if (kind == "SUBQUERY") refuse(option, "a condition may not hold a SELECT of its own");
  if (!holds(allowed_classes, kind))
    refuse(option, fmt::format("a condition may only compare and compute with columns (not: {})", kind));
  if (kind == "FUNCTION") {
    const std::string name = node.at("function_name");
    const bool plain =
        node.at("filter").is_null() && node.at("distinct") == false && node.at("order_bys").at("orders").empty();
    if (!plain || !holds(allowed_functions, name))
      refuse(
          option,
          fmt::format("the function {} is not allowed in a condition; plain functions of text and numbers are, such as "
                      "lower, length, contains, regexp_matches, floor",
                      name));
    if (name == "replace" && !is_shortening(node))
      refuse(option, "replace takes two texts in single quotes here, the second of them not longer than the first");
  }
  if (kind == "CAST" && !holds(allowed_types, node.at("cast_type").at("id").get<std::string>()))
    refuse(option, "a condition may only cast to types of numbers, text, dates and times");
  if (kind == "COLUMN_REF") {
    const auto names = node.at("column_names").get<std::vector<std::string>>();
    const bool known = names.size() == 1 && std::ranges::any_of(columns, [&](const auto& column) {
                         return same_name(column.name, names[0]);
                       });
    if (!known)
      refuse(option, fmt::format("there is no column '{}'; there are: {} (text stands in single quotes)",
                                 fmt::join(names, "."), names_of(columns)));
  }
}

/// Every node that is an expression has a "class"; constants hold no further expressions.
void check_tree(const Json& json, const std::vector<ExpressionColumn>& columns, std::string_view option) {
  if (json.is_object() && json.contains("class")) {
    check_node(json, columns, option);
    if (json.at("class") == "CONSTANT") return;
  }
  if (json.is_structured())
    for (const auto& child : json) check_tree(child, columns, option);
}

Json parse(Database& database, const std::string& condition, std::string_view option) {
  const std::string statement = fmt::format("SELECT 1 FROM r WHERE ({}\n)", condition);
  Rows rows = database.stream("SELECT CAST(json_serialize_sql(CAST(? AS VARCHAR)) AS VARCHAR)", {statement});
  Json tree;
  while (rows.next()) tree = Json::parse(rows.text(0, 0), nullptr, false);
  if (tree.is_discarded())
    refuse(option, "it holds a number that is too large");  // 1e999: infinity, which JSON has not
  return tree;
}

std::string first_line(const char* text) {
  const std::string_view whole = text;
  return std::string(whole.substr(0, whole.find('\n')));
}

/// As an identifier of SQL.
std::string quoted(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

void collect_columns(const Json& json, std::vector<std::string>& names) {
  if (json.is_object() && json.value("class", "") == "COLUMN_REF" && json.at("column_names").size() == 1)
    names.push_back(json.at("column_names").at(0));
  if (json.is_structured())
    for (const auto& child : json) collect_columns(child, names);
}

void check_types(Database& database, const std::string& text, const std::vector<ExpressionColumn>& columns,
                 std::string_view option) {
  std::string list;
  for (const auto& column : columns)
    list += fmt::format("{}CAST(NULL AS {}) AS {}", list.empty() ? "" : ", ", column.type, quoted(column.name));
  try {
    database.number(fmt::format("SELECT count(*) FROM (SELECT {}) AS r WHERE ({}\n)", list, text));
  } catch (const SqlError& error) {
    refuse(option, first_line(error.what()));
  }
}

}  // namespace

std::vector<std::string> columns_in_expression(Database& database, const std::string& text) {
  std::vector<std::string> names;
  try {
    if (text.find('\0') == std::string::npos) collect_columns(parse(database, text, ""), names);
  } catch (const std::exception&) {
    return {};  // require_expression says what is wrong
  }
  return names;
}

void require_expression(Database& database, const std::string& text, const std::vector<ExpressionColumn>& columns,
                        std::string_view option) {
  if (text.find('\0') != std::string::npos) refuse(option, "a condition may not hold a NUL byte");
  try {
    Json(text).dump();  // throws exactly when the text is not UTF-8
  } catch (const Json::type_error&) {
    refuse(option, "a condition must be UTF-8 text");
  }
  Json tree = parse(database, text, option), plain = parse(database, "true", option);
  if (tree.at("error") == true) {
    const std::string message = tree.at("error_message");
    if (tree.at("error_type") != "parser") refuse(option, "it must be one condition, not a statement");
    refuse(option, fmt::format("'{}' is no SQL condition ({})", text, first_line(message.c_str())));
  }
  if (tree.at("statements").size() != 1) refuse(option, "it must be one condition, not several statements");
  // Whatever leaves the parentheses (UNION, GROUP BY, …) shows outside of the WHERE clause.
  Json& node = tree.at("statements").at(0).at("node");
  Json condition;
  if (node.contains("where_clause")) condition = std::exchange(node["where_clause"], Json());
  plain.at("statements").at(0).at("node")["where_clause"] = Json();
  tree.at("statements").at(0).erase("named_param_map");
  plain.at("statements").at(0).erase("named_param_map");
  if (tree != plain || condition.is_null())
    refuse(option, "it must be one condition, which closes every parenthesis that it opens");
  check_tree(condition, columns, option);
  check_types(database, text, columns, option);
}

}  // namespace encore
