// JSON of files that somebody may have damaged: an integer that is asked for is one, and fits. The library itself casts
// what it finds, which for 2.4e33 is undefined. Not for what this program has just made.
#pragma once
#include <concepts>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

namespace encore {

template <class T, class = void>
struct CheckedSerializer : nlohmann::adl_serializer<T> {};

template <class T>
requires(std::integral<T> && !std::same_as<T, bool>) struct CheckedSerializer<T, void> {
  template <class Json>
  static void to_json(Json& json, T value) {
    nlohmann::to_json(json, value);
  }

  /// Throws nlohmann::json::exception for another type and for a number that T does not hold.
  template <class Json>
  static void from_json(const Json& json, T& value) {
    const auto take = [&](auto found) {
      if (!std::in_range<T>(found)) throw nlohmann::detail::out_of_range::create(406, "number overflow", &json);
      value = static_cast<T>(found);
    };
    if (json.is_number_unsigned())
      take(*json.template get_ptr<const std::uint64_t*>());
    else if (json.is_number_integer())
      take(*json.template get_ptr<const std::int64_t*>());
    else
      throw nlohmann::detail::type_error::create(
          302, std::string("type must be an integer, but is ") + json.type_name(), &json);
  }
};

/// Keys stay in the order of the file, as in nlohmann::ordered_json; exceptions are those of nlohmann::json.
using CheckedJson = nlohmann::basic_json<nlohmann::ordered_map, std::vector, std::string, bool, std::int64_t,
                                         std::uint64_t, double, std::allocator, CheckedSerializer>;

}  // namespace encore
