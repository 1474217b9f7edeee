// The option tables as docs/commands.md and as JSON (`encore options`, a command for those who work on the program).
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include "commands/help.h"
#include "commands/parser.h"
#include "process/version.h"
#include "settings/known_columns.h"
#include "settings/protocols.h"

namespace encore {
namespace {

using Json = nlohmann::ordered_json;

const char* kind_name(ValueKind kind) {
  switch (kind) {
    case ValueKind::toggle:
      return "switch";
    case ValueKind::whole_number:
      return "whole number";
    case ValueKind::number:
      return "number";
    case ValueKind::text:
      return "text";
    case ValueKind::texts:
      return "texts";
    case ValueKind::whole_numbers:
      return "whole numbers";
  }
  return "";
}

Json option_json(const OptionRow& row) {
  Json json = {{"name", row.long_name()}, {"positional", row.is_positional()}, {"type", kind_name(row.kind)}};
  if (row.name.find(',') != std::string::npos) json["short"] = row.name.substr(0, row.name.find(','));
  if (!row.value_name.empty()) json["value"] = row.value_name;
  json["sentence"] = row.sentence;
  if (!row.default_text.empty()) json[row.default_in_words ? "default_text" : "default"] = row.default_text;
  if (std::isfinite(row.low)) json["low"] = row.low;
  if (std::isfinite(row.high)) json["high"] = row.high;
  if (!row.choices.empty()) json["choices"] = row.choices;
  json["required"] = row.required;
  json["negatable"] = row.negatable;
  json["group"] = row.group;
  return json;
}

Json protocol_json(const Protocol& protocol) {
  Json says = Json::object();
  for (const auto& [option, value] : protocol.says)
    std::visit([&](const auto& one) { says[std::string(option)] = one; }, value);
  return {{"name", protocol.name}, {"metrics", protocol.metrics}, {"decides", protocol.decides}, {"keeps", protocol.keeps}, {"says", says}};
}

/// A bar would end the cell.
std::string cell(std::string text) {
  for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) text.insert(at, 1, '\\');
  return text;
}

std::string code(const std::string& text) { return text.empty() ? "" : "`" + cell(text) + "`"; }

/// Range, choices, required, repeatable: what else there is to know of a value.
std::string allowed(const OptionRow& row) {
  std::string text;
  const auto add = [&](const std::string& fact) { text += (text.empty() ? "" : "; ") + fact; };
  for (const std::string& choice : row.choices) text += (text.empty() ? "" : ", ") + code(choice);
  if (const std::string range = range_text(row); !range.empty()) add(range);
  if (row.required) add("required");
  if (row.is_repeatable()) add("may be repeated");
  return text;
}

std::string option_rows(const std::vector<OptionRow>& rows) {
  std::string text = "| option | meaning | default | allowed |\n|---|---|---|---|\n";
  for (const OptionRow& row : rows) {
    text += fmt::format("| {} | {} | {} | {} |\n", code(row.usage()), cell(row.sentence), cell(row.default_text),
                        allowed(row));
  }
  return text;
}

}  // namespace

std::string commands_markdown() {
  std::string text =
      "# Commands\n\n"
      "This page is made by `make docs` from the tables of options in `src/settings/`; a test checks that it is "
      "current.\n\n"
      "Exit codes: 0 done, 2 a mistake that you can mend (one sentence on standard error says which), 130 after "
      "Ctrl-C,\n"
      "143 after SIGTERM, 129 after its terminal was closed, 1 anything else. Nothing half-written is left behind.\n\n"
      "Every command knows:\n\n" +
      option_rows(shared_options());
  for (const Command& command : commands()) {
    text += fmt::format("\n## encore {}\n\n{}\n\n```\n{}\n```\n\nExamples:\n\n```\n", command.name, command.sentence,
                        usage_line(command));
    for (const std::string_view example : command.examples) text += fmt::format("{}\n", example);
    text += "```\n\n" + option_rows(command.options);
    if (command.name == "train") text += model_defaults_markdown();
  }
  return text;
}

std::string commands_json() {
  Json list = Json::array();
  for (const Command& command : commands()) {
    Json options = Json::array();
    for (const OptionRow& row : command.options) options.push_back(option_json(row));
    list.push_back({{"name", command.name},
                    {"sentence", command.sentence},
                    {"usage", usage_line(command)},
                    {"examples", command.examples},
                    {"options", std::move(options)}});
  }
  Json shared = Json::array();
  for (const OptionRow& row : shared_options()) shared.push_back(option_json(row));
  Json known = Json::object();
  for (const auto& [role, names] : known_columns()) known[std::string(role)] = names;
  Json published = Json::array();
  for (const Protocol& protocol : protocols()) published.push_back(protocol_json(protocol));
  return Json{{"version", program_version()}, {"shared_options", shared}, {"commands", list}, {"known_columns", known},
              {"protocols", published}}
      .dump();
}

}  // namespace encore
