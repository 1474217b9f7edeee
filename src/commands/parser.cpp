// Option rows → CLI11 → sentences. CLI11 splits the words; types, ranges and everything said about mistakes are ours.
#include "commands/parser.h"

#include <limits>
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include "options/suggestion.h"
#include "process/error.h"
#include "table_text/utf8.h"

namespace encore {
namespace {

constexpr double no_limit = std::numeric_limits<double>::infinity();

OptionRow shared_toggle(const char* name, const char* sentence) {
  return {name, "", sentence, ValueKind::toggle, false, -no_limit, no_limit, {}, "", false, false, "Every command"};
}

std::vector<OptionRow> all_rows(const Command& command) {
  std::vector<OptionRow> rows = command.options;
  rows.insert(rows.end(), shared_options().begin(), shared_options().end());
  return rows;
}

std::string see_help(const Command& command) { return fmt::format("see encore {} --help", command.name); }

UserError unknown_word(const Command& command, const std::string& word) {
  if (word.front() != '-') {
    return UserError(fmt::format("'{}' is one argument too many: {}", word, usage_line(command)));
  }
  std::vector<std::string> names;
  for (const OptionRow& row : all_rows(command)) {
    if (!row.is_positional()) names.push_back(row.long_name());
    if (row.negatable) names.push_back("--no-" + row.long_name().substr(2));
  }
  const std::string given = word.substr(0, word.find('='));
  const std::string nearest = nearest_word(given, names);
  return UserError(fmt::format("'{}' is no option of encore {}; {}", given, command.name,
                               nearest.empty() ? see_help(command) : fmt::format("did you mean {}?", nearest)));
}

/// CLI11 complains about an option at the end of the line without its value, and about little else.
UserError missing_value(const Command& command, const std::vector<std::string>& words, const std::string& otherwise) {
  for (const OptionRow& row : all_rows(command)) {
    const bool is_last = !words.empty() && ("," + row.name + ",").find("," + words.back() + ",") != std::string::npos;
    if (is_last && !row.is_positional()) {
      return UserError(fmt::format("{} needs a value: {}", words.back(), row.usage()));
    }
  }
  return UserError(fmt::format("{}; {}", otherwise, see_help(command)));
}

void require_all(const Command& command, const CLI::App& app) {
  for (const OptionRow& row : command.options) {
    if (!row.required || app.get_option(row.long_name())->count() > 0) continue;
    throw UserError(
        fmt::format("{} is missing: {}", row.is_positional() ? row.name : row.usage(), usage_line(command)));
  }
}

/// Names of files go into SQL and JSON, which are UTF-8, and titles are compared with a catalogue that is.
void require_utf8(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (is_utf8(word)) continue;
    throw UserError(fmt::format("the argument '{}' is not UTF-8 text, as names of files and titles must be; rename the file, or reach it "
                                "by a link with another name",
                                shown(word)));
  }
}

}  // namespace

void declare_row(CLI::App& app, const OptionRow& row,
                 const std::function<void(const std::vector<std::string>&)>& take) {
  if (row.kind == ValueKind::toggle) {
    const std::string names = row.negatable ? row.name + ",!--no-" + row.long_name().substr(2) : row.name;
    app.add_flag_function(names, [take](std::int64_t sum) { take({sum > 0 ? "true" : "false"}); });
    return;
  }
  CLI::Option* option = app.add_option(row.name, [take](const CLI::results_t& words) {
    take(words);
    return true;
  });
  option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);  // a doubled option is our sentence, not CLI11's
  option->expected(1, row.is_positional() && row.is_repeatable() ? CLI::detail::expected_max_vector_size : 1);
  option->allow_extra_args(row.is_positional() && row.is_repeatable());
}

const std::vector<OptionRow>& shared_options() {
  static const std::vector<OptionRow> rows = {
      shared_toggle("--json", "Print one JSON object on standard output; everything else goes to standard error."),
      shared_toggle("-q,--quiet", "Say nothing but errors (and the JSON object)."),
      shared_toggle("-h,--help", "Show this help."),
      {"--monitor",
       "FILE.csv",
       "Write memory, processor use (all and each core) and time to this file while the command runs, ten times a "
       "second.",
       ValueKind::text,
       false,
       -no_limit,
       no_limit,
       {},
       "",
       false,
       false,
       "Every command"},
  };
  return rows;
}

ParsedCommand parse_command(const Command& command, const std::vector<std::string>& words) {
  require_utf8(words);
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  ParsedCommand parsed;
  parsed.run = command.declare(app);
  const std::vector<OptionRow>& shared = shared_options();
  declare_row(app, shared[0], [&](const auto&) { parsed.output.json = true; });
  declare_row(app, shared[1], [&](const auto&) { parsed.output.quiet = true; });
  declare_row(app, shared[2], [&](const auto&) { parsed.help = true; });
  declare_row(app, shared[3], [&](const auto& said) {
    std::string file;
    read_value(shared[3], said, file);
    parsed.monitor = file;
  });
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));  // CLI11 takes them last first
  } catch (const CLI::ParseError& error) {
    throw missing_value(command, words, error.what());
  }
  if (parsed.help) return {true, parsed.output, {}, {}};
  if (const std::vector<std::string> unknown = app.remaining(); !unknown.empty()) {
    throw unknown_word(command, unknown.front());
  }
  require_all(command, app);
  return parsed;
}

std::string usage_line(const Command& command) {
  std::string line = fmt::format("encore {}", command.name);
  for (const OptionRow& row : command.options) {
    if (row.is_positional()) {
      const std::string name = row.name + (row.is_repeatable() ? "..." : "");
      line += row.required ? " " + name : " [" + name + "]";
    }
  }
  for (const OptionRow& row : command.options) {
    if (row.required && !row.is_positional()) {
      line += fmt::format(" {} {}", row.name.substr(0, row.name.find(',')), row.value_name);
    }
  }
  return line + " [options]";
}

}  // namespace encore
