// Reading and checking of an option's words; every sentence about a wrong value is made here.
#include "options/option_row.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include "options/suggestion.h"
#include "process/error.h"
#include "settings/value_text.h"

namespace encore {
namespace {

constexpr double no_limit_for_people = 1e12;

/// What a value of this row must be, to follow "it must be ".
std::string requirement(const OptionRow& row) {
  const std::string range = range_text(row);
  const std::string tail = range.empty() ? "" : (range.starts_with("at ") ? " of " : " ") + range;
  switch (row.kind) {
    case ValueKind::whole_number:
      return "a whole number" + tail;
    case ValueKind::number:
      return "a number" + tail;
    case ValueKind::whole_numbers:
      return "whole numbers" + tail + ", separated by commas";
    default:
      break;
  }
  if (row.value_name == "SIZE") return "a size such as 400MB or 2GB";
  return "given";
}

UserError wrong_value(const OptionRow& row, const std::string& word) {
  // A limit that range_text leaves out, because nobody comes near it, is said to whoever did.
  const auto number = parse_number(word);
  const std::int64_t most = row.high < 9e18 ? static_cast<std::int64_t>(row.high) : std::numeric_limits<std::int64_t>::max();
  const bool digits = word.find_first_not_of("0123456789") == std::string::npos;
  if (row.kind == ValueKind::whole_number && row.high >= no_limit_for_people && digits && number && *number >= no_limit_for_people)
    return UserError(fmt::format("{} is '{}'; it must be a whole number of at most {}", row.long_name(), word, most));
  return UserError(fmt::format("{} is '{}'; it must be {}", row.long_name(), word, requirement(row)));
}

bool in_range(const OptionRow& row, double value) { return row.low <= value && value <= row.high; }

const std::string& only_word(const OptionRow& row, const std::vector<std::string>& words) {
  if (words.size() != 1)
    throw UserError(fmt::format("{} is given {} times; give it once", row.long_name(), words.size()));
  return words.front();
}

/// "a, b or c".
std::string alternatives(const std::vector<std::string>& choices) {
  std::string text;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (i > 0) text += i + 1 < choices.size() ? ", " : " or ";
    text += choices[i];
  }
  return text;
}

void check_text(const OptionRow& row, const std::string& word) {
  if (!row.choices.empty() && std::find(row.choices.begin(), row.choices.end(), word) == row.choices.end()) {
    const std::string nearest = nearest_word(word, row.choices);
    throw UserError(fmt::format("{} is '{}'; it may be {}{}", row.long_name(), word, alternatives(row.choices),
                                nearest.empty() ? "" : fmt::format(" (did you mean {}?)", nearest)));
  }
  if (row.value_name == "SIZE" && !parse_size(word)) throw wrong_value(row, word);
  if (word.empty())
    throw UserError(row.value_name.empty() ? fmt::format("{} is empty; give one", row.long_name())
                                           : fmt::format("{} is empty; give {}", row.long_name(), row.value_name));
}

}  // namespace

std::string OptionRow::long_name() const { return name.substr(name.rfind(',') + 1); }

std::string OptionRow::usage() const {
  if (is_positional()) return name;
  std::string text = name;
  if (const std::size_t comma = text.find(','); comma != std::string::npos) text.insert(comma + 1, 1, ' ');
  if (negatable) text.insert(text.rfind("--") + 2, "[no-]");
  return kind == ValueKind::toggle ? text : text + " " + value_name;
}

std::string range_text(const OptionRow& row) {
  const bool below = row.low > -no_limit_for_people, above = row.high < no_limit_for_people;
  if (below && above) return fmt::format("from {} to {}", row.low, row.high);
  if (below) return fmt::format("at least {}", row.low);
  if (above) return fmt::format("at most {}", row.high);
  return "";
}

void read_value(const OptionRow&, const std::vector<std::string>& words, bool& value) {
  value = words.back() == "true";
}

void read_value(const OptionRow& row, const std::vector<std::string>& words, std::int64_t& value) {
  const std::string& word = only_word(row, words);
  const auto number = parse_whole_number(word);
  if (!number || !in_range(row, static_cast<double>(*number))) throw wrong_value(row, word);
  value = *number;
}

void read_value(const OptionRow& row, const std::vector<std::string>& words, double& value) {
  const std::string& word = only_word(row, words);
  const auto number = parse_number(word);
  if (!number || !in_range(row, *number)) throw wrong_value(row, word);
  value = *number;
}

void read_value(const OptionRow& row, const std::vector<std::string>& words, std::string& value) {
  check_text(row, only_word(row, words));
  value = words.front();
}

void read_value(const OptionRow& row, const std::vector<std::string>& words, std::vector<std::string>& value) {
  for (const std::string& word : words) check_text(row, word);
  value = words;
}

void read_value(const OptionRow& row, const std::vector<std::string>& words, std::vector<std::int64_t>& value) {
  const std::string& word = only_word(row, words);
  value.clear();
  for (std::size_t begin = 0; begin <= word.size();) {
    const std::size_t end = std::min(word.find(',', begin), word.size());
    const auto number = parse_whole_number(std::string_view(word).substr(begin, end - begin));
    if (!number || !in_range(row, static_cast<double>(*number))) throw wrong_value(row, word);
    value.push_back(*number);
    begin = end + 1;
  }
}

std::string default_value_text(bool value) { return value ? "on" : ""; }
std::string default_value_text(std::int64_t value) { return fmt::format("{}", value); }
std::string default_value_text(double value) { return fmt::format("{}", value); }
std::string default_value_text(const std::string& value) { return value; }
std::string default_value_text(const std::vector<std::string>&) { return ""; }
std::string default_value_text(const std::vector<std::int64_t>& value) {
  return fmt::format("{}", fmt::join(value, ","));
}

}  // namespace encore
