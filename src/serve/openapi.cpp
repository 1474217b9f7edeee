// From the tables of paths and keys to OpenAPI 3.1 and to Markdown.
#include <fmt/format.h>
#include "process/version.h"
#include "serve/event_fields.h"
#include "serve/item_rating_fields.h"
#include "serve/paths_markdown.h"
#include "events/event.h"
#include "serve/service.h"
#include "serve/similar_fields.h"

namespace encore::serve {
namespace {

struct Schema {
  std::string_view name;
  const std::vector<Field>& fields;
};

std::vector<Schema> schemas() {
  return {{"RecommendRequest", recommend_fields()}, {"Rating", rating_fields()},
          {"SimilarRequest", similar_fields()}, {"Event", event_fields()}, {"ItemRating", item_rating_fields()}};
}

Json type_schema(const Field& field) {
  const Json id = {{"type", {"integer", "string"}}};
  Json schema = Json::object();
  if (field.type == "id") {
    schema = id;
  } else if (field.type == "ids") {
    schema = {{"type", "array"}, {"items", id}};
  } else if (field.type == "strings") {
    schema = {{"type", "array"}, {"items", {{"type", "string"}}}};
  } else if (field.type.ends_with("[]")) {
    const std::string name(field.type.substr(0, field.type.size() - 2));
    schema = {{"type", "array"}, {"items", {{"$ref", "#/components/schemas/" + name}}}};
  } else {
    schema["type"] = field.type;
  }
  if (field.low != 0 || field.high != 0) schema["minimum"] = field.low, schema["maximum"] = field.high;
  schema["description"] = field.sentence;
  return schema;
}

Json operation(const Path& path) {
  Json json = {{"summary", path.sentence},
               {"responses", {{"200", {{"description", "The answer."}}},
                              {"default", {{"description", "What was wrong: {\"error\": {\"message\", \"field\"?}}."}}}}}};
  if (path.pattern.find("{id}") != std::string_view::npos)
    json["parameters"] = Json::array({{{"name", "id"}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}}});
  if (path.pattern == "/v1/items") {
    json["parameters"] = Json::array({{{"name", "q"}, {"in", "query"}, {"schema", {{"type", "string"}}}},
                                      {{"name", "k"}, {"in", "query"}, {"schema", {{"type", "integer"}}}}});
  }
  if (!path.request.empty()) {
    const Json one = {{"$ref", "#/components/schemas/" + std::string(path.request)}};
    json["requestBody"] = {{"required", true}, {"content", {{"application/json", {{"schema", one}}}}}};
  }
  if (path.access != Access::open) json["security"] = Json::array({{{"key", Json::array()}}});
  return json;
}

std::string lower(std::string_view method) {
  std::string word(method);
  for (char& c : word) c = static_cast<char>(c - 'A' + 'a');
  return word;
}

}  // namespace

Json openapi() {
  Json json = {{"openapi", "3.1.0"}, {"info", {{"title", "encore serve"}, {"version", program_version()}}}};
  for (const Path& path : paths()) json["paths"][std::string(path.pattern)][lower(path.method)] = operation(path);
  for (const Schema& schema : schemas()) {
    Json& object = json["components"]["schemas"][std::string(schema.name)];
    object = {{"type", "object"}, {"additionalProperties", false}};
    for (const Field& field : schema.fields) object["properties"][std::string(field.name)] = type_schema(field);
  }
  json["components"]["securitySchemes"]["key"] = {{"type", "http"}, {"scheme", "bearer"}};
  return json;
}

std::string paths_markdown() {
  std::string text = "| path | does | key |\n|---|---|---|\n";
  for (const Path& path : paths()) {
    text += fmt::format("| `{} {}` | {} | {} |\n", path.method, path.pattern, path.sentence,
                        path.access == Access::open ? "none" : path.access == Access::read ? "read" : "write");
  }
  for (const Schema& schema : schemas()) {
    text += fmt::format("\n**{}**\n\n| key | type | means |\n|---|---|---|\n", schema.name);
    for (const Field& field : schema.fields) {
      const std::string range = field.low != 0 || field.high != 0 ? fmt::format(", {:g} to {:g}", field.low, field.high) : "";
      text += fmt::format("| `{}` | {}{} | {} |\n", field.name, field.type, range, field.sentence);
    }
  }
  text += "\n| kind of event | means |\n|---|---|\n";
  for (const EventKindRow& kind : event_kinds()) {
    if (kind.by_client) text += fmt::format("| `{}` | {} |\n", kind.name, kind.sentence);
  }
  return text;
}

}  // namespace encore::serve
