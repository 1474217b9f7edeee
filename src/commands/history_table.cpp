// It holds numbers and plain names only: no quotes to mind.
#include "commands/history_table.h"
#include <algorithm>
#include <fmt/format.h>
#include <sstream>
#include "process/error.h"
#include "settings/value_text.h"

namespace encore {
namespace {

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields(1);
  for (const char c : line) {
    if (c == ',')
      fields.emplace_back();
    else
      fields.back() += c;
  }
  return fields;
}

bool is_name(const std::string& field) {
  return !field.empty() && std::ranges::all_of(field, [](char c) { return c > ' ' && c <= '~' && c != '"'; });
}

/// "nan" is what an epoch has to say of a measure that nobody could be judged by.
bool is_number_or_nothing(const std::string& field) {
  return field.empty() || field == "nan" || parse_number(field).has_value();
}

}  // namespace

HistoryTable history_table(const std::string& text, const std::filesystem::path& file) {
  HistoryTable table;
  std::istringstream lines(text);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.ends_with('\r')) line.pop_back();
    std::vector<std::string> fields = fields_of(line);
    const bool fits = number == 1 ? fields.front() == "epoch" && std::ranges::all_of(fields, is_name)
                                  : fields.size() == table.names.size() &&
                                        std::ranges::all_of(fields, is_number_or_nothing);
    if (!fits)
      throw UserError(fmt::format(
          "{}, line {}: this is not what a training wrote; the file is only shown, so delete it, or copy the model again",
          file.string(), number));
    if (number == 1)
      table.names = std::move(fields);
    else
      table.epochs.push_back(std::move(fields));
  }
  return table;
}

}  // namespace encore
