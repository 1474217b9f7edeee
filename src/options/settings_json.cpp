// JSON values → the words that a person would have typed.
#include "options/settings_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include "options/suggestion.h"
#include "process/error.h"

namespace encore {
namespace {

using Json = nlohmann::ordered_json;

/// "batch-size" for "--batch-size"; a positional argument's name in lower case.
std::string key_of(const OptionRow& row) {
  std::string name = row.long_name();
  if (!row.is_positional()) return name.substr(2);
  for (char& letter : name) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return name;
}

std::string word_of(const OptionRow& row, const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number()) return value.dump();
  throw UserError(fmt::format("{} is {}; it must be a number or a text", row.long_name(), value.dump()));
}

std::vector<std::string> words_of(const OptionRow& row, const Json& value) {
  if (row.kind == ValueKind::toggle) {
    if (!value.is_boolean()) {
      throw UserError(fmt::format("{} is {}; it must be true or false", row.long_name(), value.dump()));
    }
    return {value.get<bool>() ? "true" : "false"};
  }
  if (!value.is_array()) return {word_of(row, value)};
  std::vector<std::string> words;
  for (const Json& element : value) words.push_back(word_of(row, element));
  if (row.kind != ValueKind::whole_numbers) return words;
  std::string joined;
  for (const std::string& word : words) joined += (joined.empty() ? "" : ",") + word;
  return {joined};
}

}  // namespace

void for_each_given(const std::string& options_json, const std::vector<OptionRow>& rows,
                    const std::function<void(std::size_t row, const std::vector<std::string>& words)>& take) {
  const Json given = Json::parse(options_json, nullptr, false);
  if (!given.is_object()) throw UserError("the options are no JSON object; write {\"name\": value, …}");
  std::vector<std::string> keys(rows.size());
  std::ranges::transform(rows, keys.begin(), key_of);
  for (const auto& [key, value] : given.items()) {
    const auto found = std::find(keys.begin(), keys.end(), key);
    if (found == keys.end()) {
      const std::string nearest = nearest_word(key, keys);
      throw UserError(fmt::format("there is no option '{}'{}", key,
                                  nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest)));
    }
    if (value.is_null()) continue;
    const auto row = static_cast<std::size_t>(found - keys.begin());
    take(row, words_of(rows[row], value));
  }
}

}  // namespace encore
