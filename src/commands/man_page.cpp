// Pages in the macros of man(7).
#include "commands/man_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "commands/parser.h"
#include "process/version.h"

namespace encore {
namespace {

/// Text as roff takes it literally: no escapes, hyphens that can be copied, no line that begins like a request.
std::string plain(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == ',' && at + 1 < text.size() && text[at + 1] != ' ') {
      result += ",\\:";  // long lists of values may go on in the next line
    } else if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else {
      result += c;
    }
  }
  if (!result.empty() && (result.front() == '.' || result.front() == '\'')) result.insert(0, "\\&");
  return result;
}

std::string head(std::string_view name, std::string_view sentence) {
  std::string title(name);
  for (char& c : title) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  if (sentence.ends_with('.')) sentence.remove_suffix(1);
  return fmt::format(".TH {} 1 \"\" \"encore {}\" \"Encore\"\n.ad l\n.SH NAME\n{} \\- {}\n", title, program_version(),
                     plain(name), plain(sentence));
}

std::string entry(const OptionRow& row) {
  std::string text = fmt::format(".TP\n.B {}\n{}\n", plain(row.usage()), plain(row.sentence));
  const auto add = [&](std::string_view label, const std::string& fact) {
    if (!fact.empty()) text += fmt::format("{}: {}.\n", label, plain(fact));
  };
  add("One of", fmt::format("{}", fmt::join(row.choices, ", ")));
  add("Range", range_text(row));
  add("Default", row.default_text);
  if (row.is_repeatable()) text += "May be repeated.\n";
  if (row.required && !row.is_positional()) text += "Required.\n";
  return text;
}

}  // namespace

std::string man_page(const Command& command) {
  std::string text = head(fmt::format("encore-{}", command.name), command.sentence);
  text += fmt::format(".SH SYNOPSIS\n.B {}\n", plain(usage_line(command)));
  std::string group;
  for (const auto* table : {&command.options, &shared_options()}) {
    for (const OptionRow& row : *table) {
      const std::string heading = row.is_positional() ? "Arguments" : row.group;
      if (heading != group) text += fmt::format(".SH \"{}\"\n", plain(heading));
      group = heading;
      text += entry(row);
    }
  }
  text += ".SH EXAMPLES\n.nf\n";
  for (const std::string_view example : command.examples) text += plain(example) + "\n";
  return text + ".fi\n.SH \"SEE ALSO\"\n.BR encore (1)\n";
}

std::string man_page(const std::vector<Command>& commands) {
  std::string text = head("encore", "From a folder of ratings to recommendations, on one machine");
  text += ".SH SYNOPSIS\n.B encore\n.I COMMAND\n[options]\n.SH COMMANDS\n";
  for (const Command& command : commands)
    text += fmt::format(".TP\n.BR encore\\-{} (1)\n{}\n", plain(command.name), plain(command.sentence));
  text +=
      ".SH \"EXIT STATUS\"\n"
      "0 done; 2 a mistake that you can mend, which one sentence on standard error names; 130 after Ctrl\\-C; 143 after "
      "SIGTERM; 129 after its terminal was closed; 1 anything else.\n"
      ".SH FILES\nEncore writes nothing but the files and folders that you name.\n";
  return text;
}

}  // namespace encore
