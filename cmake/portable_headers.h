// What nearly every file of src/ includes, and what many make of its templates, read and made once for all of them by
// cmake/PortableLibraries.cmake. Not for a file to include: each names what it needs, and the other presets, without this one, see to it.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <ranges>
#include <set>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "dataset/checked_json.h"

namespace encore {

// Called by nobody, and so not compiled: it says which functions of the templates are to be made here (-fpch-instantiate-templates).
template <class Json>
std::string portable_headers_of(const std::string& text, std::istream& in) {
  Json json = Json::parse(text);
  json = Json::parse(text, nullptr, false);
  json = Json::parse(in);
  json["a"] = {{"b", 1}, {"c", "d"}, {"e", 2.5}, {"f", true}};
  json.push_back(std::int64_t{1});
  json["a"] = json.at("b");
  json["v"] = std::vector<std::string>{text};
  for (const auto& [key, value] : json.items()) json[key] = value.template get<double>();
  return json.dump() + json.at("x").template get<std::string>() + json.value("s", std::string());
}

inline std::string portable_headers(const std::string& text, std::istream& in) {
  return portable_headers_of<nlohmann::ordered_json>(text, in) + portable_headers_of<CheckedJson>(text, in) +
         fmt::format("{} {} {:.2f} {}", 1, text, 2.0, std::int64_t{1});
}

}  // namespace encore
