// A writer for each shell.
#include "commands/completion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "commands/parser.h"
#include "process/error.h"

namespace encore {
namespace {

/// The options of a command with dashes, those that every command knows among them.
std::vector<OptionRow> options_of(const Command& command) {
  std::vector<OptionRow> rows;
  for (const auto* table : {&command.options, &shared_options()}) {
    for (const OptionRow& row : *table) {
      if (!row.is_positional()) rows.push_back(row);
    }
  }
  return rows;
}

/// "-o" of "-o,--output"; empty where there is none.
std::string short_name(const OptionRow& row) {
  const std::size_t comma = row.name.find(',');
  return comma == std::string::npos ? "" : row.name.substr(0, comma);
}

/// Everything that may be typed for an option: "-o", "--output", "--no-normalise".
std::vector<std::string> spellings(const OptionRow& row) {
  std::vector<std::string> words{row.long_name()};
  if (!short_name(row).empty()) words.push_back(short_name(row));
  if (row.negatable) words.push_back("--no-" + row.long_name().substr(2));
  return words;
}

std::string names_of(const std::vector<Command>& commands) {
  std::vector<std::string_view> names;
  for (const Command& command : commands) names.push_back(command.name);
  return fmt::format("{} --help --version", fmt::join(names, " "));
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

std::string bash(const std::vector<Command>& commands) {
  std::string values, options;
  for (const Command& command : commands) {
    std::vector<std::string> words;
    for (const OptionRow& row : options_of(command)) {
      for (const std::string& word : spellings(row)) words.push_back(word);
      if (row.choices.empty()) continue;
      for (const std::string& word : spellings(row))
        values += fmt::format("    \"{} {}\") COMPREPLY=($(compgen -W \"{}\" -- \"$word\")); return ;;\n", command.name,
                              word, fmt::join(row.choices, " "));
    }
    options += fmt::format("    {}) options=\"{}\" ;;\n", command.name, fmt::join(words, " "));
  }
  return fmt::format(
      "# bash completion for encore, made by `encore options --completion bash`\n"
      "_encore() {{\n"
      "  local word=${{COMP_WORDS[COMP_CWORD]}} options=\n"
      "  COMPREPLY=()\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then COMPREPLY=($(compgen -W \"{}\" -- \"$word\")); return; fi\n"
      "  case \"${{COMP_WORDS[1]}} ${{COMP_WORDS[COMP_CWORD - 1]}}\" in\n{}  esac\n"
      "  case \"${{COMP_WORDS[1]}}\" in\n{}  esac\n"
      "  case \"$word\" in\n"
      "    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
      "    *) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- \"$word\")) ;;\n"
      "  esac\n"
      "}}\n"
      "complete -F _encore encore\n",
      names_of(commands), values, options);
}

/// A sentence inside of '…' and […] of an _arguments specification.
std::string zsh_text(std::string text) {
  for (const auto& [what, with] : {std::pair{"'", "’"}, {"[", "("}, {"]", ")"}, {":", " –"}})
    text = replaced(std::move(text), what, with);
  return text;
}

std::string zsh(const std::vector<Command>& commands) {
  std::string list, arguments;
  for (const Command& command : commands) {
    list += fmt::format("    '{}:{}'\n", command.name, zsh_text(std::string(command.sentence)));
    arguments += fmt::format("    {})\n      _arguments \\\n", command.name);
    for (const OptionRow& row : options_of(command)) {
      for (const std::string& word : spellings(row)) {
        const std::string value = row.kind == ValueKind::toggle ? ""
                                  : row.choices.empty()
                                      ? fmt::format(":{}:_files", zsh_text(row.value_name))
                                      : fmt::format(":{}:({})", zsh_text(row.value_name), fmt::join(row.choices, " "));
        arguments += fmt::format("        '{}{}[{}]{}' \\\n", row.is_repeatable() ? "*" : "", word,
                                 zsh_text(row.sentence), value);
      }
    }
    arguments += "        '*:file:_files'\n      ;;\n";
  }
  return fmt::format(
      "#compdef encore\n# zsh completion for encore, made by `encore options --completion zsh`\n"
      "_encore() {{\n"
      "  local -a list\n  list=(\n{}  )\n"
      "  if (( CURRENT == 2 )); then _describe command list; return; fi\n"
      "  local command=$words[2]\n  shift words\n  (( CURRENT-- ))\n"
      "  case $command in\n{}  esac\n"
      "}}\n"
      "_encore \"$@\"\n",
      list, arguments);
}

std::string fish(const std::vector<Command>& commands) {
  const auto quoted = [](const std::string& text) { return "'" + replaced(replaced(text, "\\", "\\\\"), "'", "\\'") + "'"; };
  std::string text = "# fish completion for encore, made by `encore options --completion fish`\n";
  for (const Command& command : commands) {
    text += fmt::format("complete -c encore -f -n __fish_use_subcommand -a {} -d {}\n", command.name,
                        quoted(std::string(command.sentence)));
    for (const OptionRow& row : options_of(command)) {
      const std::string one_letter = short_name(row).empty() ? "" : fmt::format(" -s {}", short_name(row).substr(1));
      const std::string value = row.kind == ValueKind::toggle ? ""
                                : row.choices.empty()         ? " -r"
                                                              : fmt::format(" -x -a '{}'", fmt::join(row.choices, " "));
      text += fmt::format("complete -c encore -n '__fish_seen_subcommand_from {}'{} -l {}{} -d {}\n", command.name,
                          one_letter, row.long_name().substr(2), value, quoted(row.sentence));
      if (row.negatable) {
        text += fmt::format("complete -c encore -n '__fish_seen_subcommand_from {}' -l no-{} -d {}\n", command.name,
                            row.long_name().substr(2), quoted("Not: " + row.sentence));
      }
    }
  }
  return text;
}

struct Shell {
  std::string_view name;
  std::string (*script)(const std::vector<Command>&);
};
constexpr std::array shells{Shell{"bash", bash}, Shell{"zsh", zsh}, Shell{"fish", fish}};

}  // namespace

std::string completion_script(std::string_view shell, const std::vector<Command>& commands) {
  std::vector<std::string_view> names;
  for (const Shell& row : shells) {
    if (row.name == shell) return row.script(commands);
    names.push_back(row.name);
  }
  throw UserError(fmt::format("--completion is '{}'; it may be {}", shell, fmt::join(names, ", ")));
}

}  // namespace encore
