// Tables of names: one row for each value of an enumeration, looked up both ways and listed for the options' choices.
#pragma once
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <array>
#include <string_view>
#include <vector>
#include "process/error.h"

namespace encore {

template <class Value>
struct Named {
  Value value;
  std::string_view name;
};
template <class Value>
Named(Value, const char*) -> Named<Value>;  // clang before 17 does not find it by itself

template <class Table, class Value>
std::string_view name_in(const Table& table, Value value) {
  for (const auto& row : table) {
    if (row.value == value) return row.name;
  }
  return "?";
}

template <class Table>
std::vector<std::string_view> names_in(const Table& table) {
  std::vector<std::string_view> names;
  for (const auto& row : table) names.push_back(row.name);
  return names;
}

/// Throws UserError that lists the names; `kind` is what they name.
template <class Table>
auto value_in(const Table& table, std::string_view kind, std::string_view name) {
  for (const auto& row : table) {
    if (row.name == name) return row.value;
  }
  throw UserError(fmt::format("there is no {} '{}'; it may be {}", kind, name, fmt::join(names_in(table), ", ")));
}

}  // namespace encore
