// nlohmann's parser calls a listener for each value, so that no tree of the line is made.
#include "table_text/json_row.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>

namespace encore {
namespace {

constexpr std::size_t nowhere = SIZE_MAX;

/// Follows keys of the outermost object; `Row` is told what stands under them.
template <class Row>
class Listener {
 public:
  explicit Listener(Row& row) : row_(row) {}

  bool null() { return depth_ > 0; }
  bool boolean(bool value) { return value_is(value ? "true" : "false"); }
  bool number_integer(std::int64_t value) { return value_is(std::to_string(value)); }
  bool number_unsigned(std::uint64_t value) { return value_is(std::to_string(value)); }
  bool number_float(double, const std::string& text) { return value_is(text); }
  bool string(std::string& text) { return value_is(std::move(text)); }
  bool binary(nlohmann::json::binary_t&) { return false; }
  bool start_object(std::size_t) {
    if (depth_++ == 1) row_.opened(true);
    return true;
  }
  bool end_object() { return --depth_, true; }
  bool key(std::string& name) {
    if (depth_ == 1) row_.key(name);
    return true;
  }
  bool start_array(std::size_t) {
    if (depth_ == 0) return false;
    if (depth_++ == 1) row_.opened(false);
    return true;
  }
  bool end_array() { return --depth_, true; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) { return false; }

 private:
  bool value_is(std::string text) {
    if (depth_ == 0) return false;
    row_.value(std::move(text), depth_);
    return true;
  }

  Row& row_;
  int depth_ = 0;
};

struct Fields {
  const std::vector<std::string>& keys;
  std::deque<std::string>& fields;
  std::size_t place = nowhere;
  bool in_list = false, in_object = false;

  void key(const std::string& name) {
    place = static_cast<std::size_t>(std::ranges::find(keys, name) - keys.begin());
    in_list = in_object = false;
    if (place == keys.size()) place = nowhere;
    if (place != nowhere) fields[place].clear();
  }
  void opened(bool object) { (object ? in_object : in_list) = true; }
  void value(std::string text, int depth) {
    if (place == nowhere || in_object || depth > 2) return;
    if (in_list && !fields[place].empty()) fields[place] += '|';
    fields[place] += text;
  }
};

struct Keys {
  std::vector<JsonKey>& keys;
  std::size_t place = nowhere;

  void key(const std::string& name) {
    place = static_cast<std::size_t>(std::ranges::find(keys, name, &JsonKey::name) - keys.begin());
    if (place == keys.size()) keys.push_back({name});
  }
  void opened(bool object) {
    JsonKey& one = keys[place];
    one.shape = std::max(one.shape, object ? JsonShape::object : JsonShape::list);
  }
  void value(const std::string&, int) const {}
};

}  // namespace

bool read_json_row(std::string_view line, const std::vector<std::string>& keys, std::deque<std::string>& fields) {
  fields.assign(keys.size(), {});
  Fields row{keys, fields};
  Listener listener(row);
  return nlohmann::json::sax_parse(line.begin(), line.end(), &listener);
}

bool collect_json_keys(std::string_view line, std::vector<JsonKey>& keys) {
  std::vector<JsonKey> found = keys;
  Keys row{found};
  Listener listener(row);
  if (!nlohmann::json::sax_parse(line.begin(), line.end(), &listener)) return false;
  keys = std::move(found);
  return true;
}

}  // namespace encore
