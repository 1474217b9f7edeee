// JSON that strangers send: its depth, its types and its names are checked before anything is done with it.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace encore::serve {

using Json = nlohmann::ordered_json;

/// What a key of a request's object means: for the reader of requests and for /openapi.json alike.
struct Field {
  std::string_view name;
  std::string_view type;  ///< of JSON Schema: "integer", "number", "string", "boolean", "id", "ids", or a named object's list
  std::string_view sentence;
  double low = 0, high = 0;  ///< of numbers; both 0: no bounds
};

/// Throws HttpError 400: no JSON, deeper than 32, a key twice in one object, bytes that are not UTF-8.
Json parsed_body(std::string_view text);

/// An object of a request, whose place in the body messages name.
class CheckedObject {
 public:
  /// Throws HttpError 400: no object, or a key that is none of `fields` (the nearest one is named).
  CheckedObject(const Json& value, std::string place, const std::vector<Field>& fields);

  bool has(std::string_view key) const;
  /// Throw HttpError 400 when the value has another type or is out of its bounds; nothing where the key is missing or null.
  std::optional<std::int64_t> whole(std::string_view key) const;
  std::optional<double> number(std::string_view key) const;
  std::optional<std::string> text(std::string_view key) const;
  std::optional<bool> boolean(std::string_view key) const;
  /// A source id: a whole number or text.
  std::optional<std::string> id(std::string_view key) const;
  /// An array of at most `most` values; empty where the key is missing.
  std::vector<const Json*> list(std::string_view key, std::size_t most) const;
  /// "ratings[2].title"
  std::string place(std::string_view key) const;

 private:
  const Json* find(std::string_view key) const;
  const Field& field(std::string_view key) const;
  [[noreturn]] void complain(std::string_view key, std::string_view what) const;

  const Json& object_;
  std::string place_;
  const std::vector<Field>& fields_;
};

/// A source id as text, of a whole number or a text; throws HttpError 400 that names `place`.
std::string id_text(const Json& value, const std::string& place);

}  // namespace encore::serve
