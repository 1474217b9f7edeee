// Fills the two places of the embedded page: its title, and the results as the text of a script element.
#include "report/page.h"
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include "process/error.h"
#include "report/page_template.h"

namespace encore {
namespace {

/// What can be drawn: format, name of the results in a sentence, the title's first words, the key of what follows them.
struct PageKind {
  std::string_view format, what, title, key;
};
constexpr PageKind kinds[] = {
    {"encore-study", "a study", "Encore study", "source"},
    {"encore-tune", "a search", "Encore tune", "dataset"},
    {"encore-compare", "a comparison", "Encore compare", "dataset"},
};
constexpr int known_version = 1;

const PageKind& kind_of(const nlohmann::ordered_json& results) {
  const auto format = results.is_object() ? results.value("format", nlohmann::ordered_json()) : nlohmann::ordered_json();
  for (const PageKind& kind : kinds)
    if (format == std::string(kind.format)) return kind;
  throw UserError("this JSON is not the results of a study: its 'format' is not 'encore-study', nor encore-tune or encore-compare");
}

nlohmann::ordered_json checked(std::string_view results_json) {
  auto results = nlohmann::ordered_json::parse(results_json, nullptr, false);
  if (results.is_discarded()) {
    throw UserError("the results of the study are no JSON; run the study again, or restore its results.json");
  }
  const PageKind& kind = kind_of(results);
  const auto version = results.value("version", nlohmann::ordered_json());
  if (version != known_version) {
    throw UserError(fmt::format("the results of {} have version {}; this program draws version {}", kind.what, version.dump(),
                                known_version));
  }
  return results;
}

/// For an element's text: what could begin a tag or a reference is written as a reference.
std::string escaped_for_html(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

/// JSON inside a script element: `<` occurs only within strings, and as \u003c it can neither end the element nor begin
/// a comment.
std::string escaped_for_script(std::string_view json) {
  std::string escaped;
  escaped.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      escaped += "\\u003c";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

}  // namespace

std::string page_of(std::string_view results_json) {
  const auto results = checked(results_json);
  const PageKind& kind = kind_of(results);
  const auto source = results.value(std::string(kind.key), nlohmann::ordered_json());
  std::string title(kind.title);
  if (source.is_string()) title += ": " + source.get<std::string>();
  std::string page;
  for (const PagePart& part : page_template()) {
    switch (part.kind) {
      case PagePart::Kind::text:
        page += part.text;
        break;
      case PagePart::Kind::title:
        page += escaped_for_html(title);
        break;
      case PagePart::Kind::results:
        page += escaped_for_script(results.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
        break;
    }
  }
  return page;
}

}  // namespace encore
