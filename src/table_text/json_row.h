// A line of a file of JSON objects (https://jsonlines.org) as the fields of a row.
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace encore {

/// The values of these keys of the object that `line` holds: text as it is, numbers as they are written, true and false by their
/// names, nothing and null as nothing; the plain values of a list one after another with | between them; objects as nothing. Of a
/// key that stands twice the last counts. False when the line is no object.
bool read_json_row(std::string_view line, const std::vector<std::string>& keys, std::deque<std::string>& fields);

enum class JsonShape : std::uint8_t { value, list, object };

/// A key with what was seen under it.
struct JsonKey {
  std::string name;
  JsonShape shape = JsonShape::value;
};

/// Adds what the object has and `keys` lacks; false when the line is no object.
bool collect_json_keys(std::string_view line, std::vector<JsonKey>& keys);

}  // namespace encore
