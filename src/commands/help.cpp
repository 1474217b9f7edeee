// Help for people: columns, groups and line breaks.
#include "commands/help.h"

#include <algorithm>
#include <fmt/format.h>
#include "commands/parser.h"
#include "console/table.h"
#include "process/version.h"

namespace encore {
namespace {

constexpr int line_width = 100;
constexpr int widest_left = 30;

/// Words filled into lines of at most `width` columns, each line after the first behind `indent` blanks.
std::string filled(const std::string& text, int width, int indent) {
  std::string result;
  int column = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    const int columns = display_width(word);
    if (column > 0 && column + 1 + columns > width) {
      result += "\n" + std::string(static_cast<std::size_t>(indent), ' ');
      column = 0;
    }
    if (column > 0) result += ' ';
    result += word;
    column += columns + (column > 0 ? 1 : 0);
    begin = end + 1;
  }
  return result;
}

/// "name   sentence", the sentence filled into a column of its own; below a name that is too wide.
std::string entry(const std::string& left, const std::string& right, int left_width) {
  const int indent = 2 + left_width + 2;
  std::string text = "  " + left;
  const int used = 2 + display_width(left);
  text += used + 2 > indent ? "\n" + std::string(static_cast<std::size_t>(indent), ' ')
                            : std::string(static_cast<std::size_t>(indent - used), ' ');
  return text + filled(right, line_width - indent, indent) + "\n";
}

std::string full_sentence(const OptionRow& row) {
  std::string facts;
  const auto add = [&](const std::string& fact) { facts += (facts.empty() ? "" : "; ") + fact; };
  if (!row.choices.empty()) {
    std::string list;
    for (const std::string& choice : row.choices) list += (list.empty() ? "" : ", ") + choice;
    add(list);
  }
  if (const std::string range = range_text(row); !range.empty()) add(range);
  if (!row.default_text.empty()) add("default: " + row.default_text);
  if (row.is_repeatable() && !row.is_positional()) add("may be repeated");
  if (row.required && !row.is_positional()) add("required");
  return facts.empty() ? row.sentence : fmt::format("{} [{}]", row.sentence, facts);
}

int left_width(const std::vector<OptionRow>& rows) {
  int width = 0;
  for (const OptionRow& row : rows) {
    if (const int own = display_width(row.usage()); own <= widest_left) width = std::max(width, own);
  }
  return width;
}

}  // namespace

std::string overview_text() {
  std::string text = fmt::format(
      "encore {}: from a folder of ratings to recommendations, on one machine\n\n"
      "Usage: encore COMMAND [options]\n\n"
      "Commands, in the order of a rating's way\n",
      program_version());
  for (const Command& command : commands()) {
    text += entry(std::string(command.name), std::string(command.sentence), 10);
  }
  text +=
      "\nA tour in four lines\n"
      "  encore prepare ml-latest-small -o films\n"
      "  encore train films -o films.model\n"
      "  encore evaluate films.model films\n"
      "  encore recommend films.model --rate \"Rear Window (1954)=5\" --rate \"Vertigo (1958)=4.5\" -k 10\n"
      "\nEvery command knows --help (with examples), --json and --quiet. encore --version names this version.\n"
      "Ratings to try are in data/ml-latest-small; `encore generate` makes as many as you want.\n";
  return text;
}

std::string help_text(const Command& command) {
  std::vector<OptionRow> rows = command.options;
  rows.insert(rows.end(), shared_options().begin(), shared_options().end());
  const int width = left_width(rows);
  std::string text =
      fmt::format("{}\n\nUsage: {}\n", filled(std::string(command.sentence), line_width, 0), usage_line(command));
  std::vector<std::string> groups;
  const auto heading = [](const OptionRow& row) { return row.is_positional() ? std::string("Arguments") : row.group; };
  for (const OptionRow& row : rows) {
    if (std::find(groups.begin(), groups.end(), heading(row)) == groups.end()) groups.push_back(heading(row));
  }
  for (const std::string& group : groups) {
    text += "\n" + group + "\n";
    for (const OptionRow& row : rows) {
      if (heading(row) == group) text += entry(row.usage(), full_sentence(row), width);
    }
  }
  text += "\nExamples\n";
  for (const std::string_view example : command.examples) text += fmt::format("  {}\n", example);
  return text;
}

}  // namespace encore
