// The keys of a config.json, one by one: whatever is wrong is said with the names of file and key. Not which keys there are
// (model_config.cpp, and each kind of its own).
#pragma once
#include <fmt/format.h>
#include <filesystem>
#include <string>
#include "dataset/checked_json.h"
#include "process/error.h"

namespace encore {

/// Reads keys and says which one is wrong, so that every message names file and key.
class ConfigReader {
 public:
  ConfigReader(const CheckedJson& object, const std::filesystem::path& file, std::string prefix = "")
      : object_(&object), file_(file), prefix_(std::move(prefix)) {}

  template <class T>
  T get(const char* key) const {
    if (!object_->contains(key)) complain(key, "is missing");
    try {
      return object_->at(key).get<T>();
    } catch (const nlohmann::json::exception&) {
      complain(key, "has the wrong type");
    }
  }
  std::int64_t count(const char* key, std::int64_t low) const {
    if (!object_->contains(key) || !object_->at(key).is_number_integer()) complain(key, "is not a whole number");
    const auto number = get<std::int64_t>(key);
    if (number < low) complain(key, fmt::format("is {}, below {}", number, low));
    return number;
  }
  double number(const char* key) const {
    if (!object_->contains(key) || !object_->at(key).is_number()) complain(key, "is not a number");
    return object_->at(key).get<double>();
  }
  ConfigReader child(const char* key) const {
    if (!object_->contains(key) || !object_->at(key).is_object()) complain(key, "is not an object");
    return ConfigReader(object_->at(key), file_, prefix_ + key + ".");
  }
  const CheckedJson& object() const { return *object_; }
  const std::filesystem::path& file() const { return file_; }
  bool has(const char* key) const { return object_->contains(key); }
  [[noreturn]] void complain(const char* key, const std::string& what) const {
    throw UserError(fmt::format("{}: the key \"{}{}\" {}; copy the model again or train it again", file_.string(),
                                prefix_, key, what));
  }

 private:
  const CheckedJson* object_;
  std::filesystem::path file_;
  std::string prefix_;
};

/// A name of one of the tables; the table's own complaint is prefixed with the file.
template <class Find>
decltype(auto) named(const ConfigReader& reader, const char* key, Find find) {
  try {
    return find(reader.get<std::string>(key));
  } catch (const UserError& error) {
    reader.complain(key, fmt::format("is not known to this version ({})", error.what()));
  }
}

}  // namespace encore
