// Options as one JSON object ({"batch-size": 500, "hidden": [200]}) → a command's settings, through its table: the same
// checks and the same sentences as on the command line. Not the command line itself (commands/parser.h).
#pragma once
#include <functional>
#include <string>
#include <vector>
#include "options/option_row.h"

namespace encore {

/// Calls `take` with each row that the object names and its value in words. A null stands for the default. Throws
/// UserError for a text that is no JSON object, a name that no row has (with a suggestion) and a value that no option
/// can have.
void for_each_given(const std::string& options_json, const std::vector<OptionRow>& rows,
                    const std::function<void(std::size_t row, const std::vector<std::string>& words)>& take);

/// Throws UserError as `for_each_given` does, and for a value out of range. Nothing is required: what a caller does
/// without stays at its default.
template <class Settings>
Settings settings_from_json(const OptionTable<Settings>& table, const std::string& options_json) {
  std::vector<OptionRow> rows;
  for (const Option<Settings>& option : table) rows.push_back(describe(option));
  Settings settings;
  for_each_given(options_json, rows, [&](std::size_t row, const std::vector<std::string>& words) {
    with_value(settings, table[row], [&](auto& value) { read_value(rows[row], words, value); });
  });
  return settings;
}

}  // namespace encore
