// An option without the type of its settings: what the parser, the help and docs/commands.md need to know of a row
// of a command's table. Not the row itself: there a default is a member's initialiser, here it has become text.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>
#include "settings/option.h"

namespace encore {

enum class ValueKind { toggle, whole_number, number, text, texts, whole_numbers };

struct OptionRow {
  std::string name;        ///< "--epochs", "-o,--output", "DATASET"
  std::string value_name;  ///< "N"; a "SIZE" is checked for being one
  std::string sentence;
  ValueKind kind = ValueKind::text;
  bool negatable = false;  ///< a toggle that also has its --no- form
  double low, high;
  std::vector<std::string> choices;
  std::string default_text;       ///< empty: none
  bool default_in_words = false;  ///< what an option without a value of its own falls back to, not a value
  bool required = false;
  std::string group;

  bool is_positional() const { return name.empty() || name.front() != '-'; }
  bool is_repeatable() const { return kind == ValueKind::texts; }
  /// "--output" of "-o,--output"; a positional argument's own name.
  std::string long_name() const;
  /// "-o, --output MODEL", "--[no-]normalise", "DATASET".
  std::string usage() const;
};

/// The words that a user gave for `row`, read and checked into `value`. Throws UserError naming option, value and what
/// it must be. A toggle gets the word "true" or "false".
void read_value(const OptionRow& row, const std::vector<std::string>& words, bool& value);
void read_value(const OptionRow& row, const std::vector<std::string>& words, std::int64_t& value);
void read_value(const OptionRow& row, const std::vector<std::string>& words, double& value);
void read_value(const OptionRow& row, const std::vector<std::string>& words, std::string& value);
void read_value(const OptionRow& row, const std::vector<std::string>& words, std::vector<std::string>& value);
void read_value(const OptionRow& row, const std::vector<std::string>& words, std::vector<std::int64_t>& value);
template <class Value>
void read_value(const OptionRow& row, const std::vector<std::string>& words, std::optional<Value>& value) {
  Value read{};
  read_value(row, words, read);
  value = std::move(read);
}

/// "from 1 to 100", "at least 1", "at most 8" or nothing.
std::string range_text(const OptionRow& row);

/// A default as the help shows it; empty where there is nothing to show.
std::string default_value_text(bool value);
std::string default_value_text(std::int64_t value);
std::string default_value_text(double value);
std::string default_value_text(const std::string& value);
std::string default_value_text(const std::vector<std::string>& value);
std::string default_value_text(const std::vector<std::int64_t>& value);
template <class Value>
std::string default_value_text(const std::optional<Value>& value) {
  return value ? default_value_text(*value) : std::string();
}

constexpr ValueKind kind_of(const bool&) { return ValueKind::toggle; }
constexpr ValueKind kind_of(const std::int64_t&) { return ValueKind::whole_number; }
constexpr ValueKind kind_of(const double&) { return ValueKind::number; }
inline ValueKind kind_of(const std::string&) { return ValueKind::text; }
inline ValueKind kind_of(const std::vector<std::string>&) { return ValueKind::texts; }
inline ValueKind kind_of(const std::vector<std::int64_t>&) { return ValueKind::whole_numbers; }
template <class Value>
ValueKind kind_of(const std::optional<Value>&) {
  return kind_of(Value{});
}

inline bool is_negatable(bool value) { return value; }
inline bool is_negatable(const std::optional<bool>&) { return true; }
template <class Value>
bool is_negatable(const Value&) {
  return false;
}

/// Out of line: inlined into `describe`, GCC 12 warns about members that the settings at hand do not have.
template <class Value>
[[gnu::noinline]] void describe_value(OptionRow& row, const Value& value) {
  row.kind = kind_of(value);
  row.negatable = is_negatable(value);
  row.default_text = default_value_text(value);
}

template <class Settings>
OptionRow describe(const Option<Settings>& option) {
  OptionRow row{std::string(option.name), std::string(option.value_name), std::string(option.sentence)};
  const Settings defaults;
  with_value(defaults, option, [&](const auto& value) { describe_value(row, value); });
  row.low = option.low;
  row.high = option.high;
  row.choices.assign(option.choices.begin(), option.choices.end());
  row.default_in_words = !option.default_text.empty();
  if (row.default_in_words) row.default_text = option.default_text;
  row.required = option.required;
  row.group = option.group;
  return row;
}

}  // namespace encore
