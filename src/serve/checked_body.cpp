// nlohmann-json parses without recursion; what it reads is checked while it is read, so that no deep value ever exists.
#include "serve/checked_body.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <set>
#include "options/suggestion.h"
#include "serve/http_message.h"

namespace encore::serve {
namespace {

constexpr int deepest = 32;

}  // namespace

Json parsed_body(std::string_view text) {
  std::vector<std::set<std::string>> keys;
  const auto watch = [&](int depth, Json::parse_event_t event, Json& value) {
    if (event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start) {
      if (depth >= deepest) throw HttpError(400, fmt::format("the JSON is nested more than {} levels deep", deepest));
      keys.emplace_back();
    } else if (event == Json::parse_event_t::object_end || event == Json::parse_event_t::array_end) {
      keys.pop_back();
    } else if (event == Json::parse_event_t::key && !keys.back().insert(value.get<std::string>()).second) {
      throw HttpError(400, fmt::format("the key \"{}\" stands twice in one object", value.get<std::string>()));
    }
    return true;
  };
  try {
    return Json::parse(text, watch);
  } catch (const Json::exception& error) {
    std::string why = error.what();  // "[json.exception.parse_error.101] parse error at line 1, column 2: …"
    if (const auto end = why.find("] "); end != std::string::npos) why.erase(0, end + 2);
    for (char& c : why) c = static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e ? '?' : c;
    throw HttpError(400, fmt::format("the body is no JSON: {}", why.substr(0, 200)));
  }
}

CheckedObject::CheckedObject(const Json& value, std::string place, const std::vector<Field>& fields)
    : object_(value), place_(std::move(place)), fields_(fields) {
  if (!value.is_object()) throw HttpError(400, fmt::format("{} must be an object", place_.empty() ? "the body" : place_), place_);
  for (const auto& [key, ignored] : value.items()) {
    if (std::any_of(fields.begin(), fields.end(), [&, &key = key](const Field& known) { return known.name == key; })) continue;
    std::vector<std::string> names;
    for (const Field& known : fields) names.emplace_back(known.name);
    const std::string nearest = nearest_word(key, names);
    throw HttpError(400, fmt::format("\"{}\" is no key of this request{}", key.substr(0, 64),
                                     nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest)),
                    this->place(key.substr(0, 64)));
  }
}

bool CheckedObject::has(std::string_view key) const { return find(key) != nullptr; }

const Json* CheckedObject::find(std::string_view key) const {
  const auto found = object_.find(std::string(key));
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

const Field& CheckedObject::field(std::string_view key) const {
  return *std::find_if(fields_.begin(), fields_.end(), [&, &key = key](const Field& known) { return known.name == key; });
}

std::string CheckedObject::place(std::string_view key) const {
  return place_.empty() ? std::string(key) : fmt::format("{}.{}", place_, key);
}

void CheckedObject::complain(std::string_view key, std::string_view what) const {
  throw HttpError(400, fmt::format("{} must be {}", place(key), what), place(key));
}

std::optional<double> CheckedObject::number(std::string_view key) const {
  const Json* value = find(key);
  if (value == nullptr) return std::nullopt;
  const Field& row = field(key);
  const bool bounded = row.low != 0 || row.high != 0;
  const std::string kind = bounded ? fmt::format("a number from {:g} to {:g}", row.low, row.high) : "a number";
  if (!value->is_number()) complain(key, kind);
  const double number = value->get<double>();
  if (!std::isfinite(number) || (bounded && (number < row.low || number > row.high))) complain(key, kind);
  return number;
}

std::optional<std::int64_t> CheckedObject::whole(std::string_view key) const {
  const Json* value = find(key);
  if (value == nullptr) return std::nullopt;
  const Field& row = field(key);
  const std::string kind = fmt::format("a whole number from {} to {}", row.low, row.high);
  if (!value->is_number_integer()) complain(key, kind);
  const double number = value->get<double>();
  if (number < row.low || number > row.high) complain(key, kind);
  return value->get<std::int64_t>();
}

std::optional<std::string> CheckedObject::text(std::string_view key) const {
  const Json* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) complain(key, "a text");
  return value->get<std::string>();
}

std::optional<bool> CheckedObject::boolean(std::string_view key) const {
  const Json* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) complain(key, "true or false");
  return value->get<bool>();
}

std::optional<std::string> CheckedObject::id(std::string_view key) const {
  const Json* value = find(key);
  if (value == nullptr) return std::nullopt;
  return id_text(*value, place(key));
}

std::vector<const Json*> CheckedObject::list(std::string_view key, std::size_t most) const {
  const Json* value = find(key);
  std::vector<const Json*> values;
  if (value == nullptr) return values;
  if (!value->is_array()) complain(key, "a list");
  if (value->size() > most) complain(key, fmt::format("a list of at most {}", most));
  for (const Json& one : *value) values.push_back(&one);
  return values;
}

std::string id_text(const Json& value, const std::string& place) {
  constexpr std::size_t longest = 256;
  std::string id;
  if (value.is_number_unsigned()) {
    id = std::to_string(value.get<std::uint64_t>());
  } else if (value.is_number_integer()) {
    id = std::to_string(value.get<std::int64_t>());
  } else if (value.is_string()) {
    id = value.get<std::string>();
  } else {
    throw HttpError(400, fmt::format("{} must be an id: a whole number or a text", place), place);
  }
  if (id.empty() || id.size() > longest)
    throw HttpError(400, fmt::format("{} must be an id of 1 to {} bytes", place, longest), place);
  return id;
}

}  // namespace encore::serve
