// A number that may not be there, as JSON.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>

namespace encore {

inline nlohmann::ordered_json number_or_null(const std::optional<double>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

}  // namespace encore
