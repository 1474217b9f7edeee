// Numbers of items, users and places are signed here, so that their differences are what they look like; the standard's containers
// count unsigned.
#pragma once
#include <cstddef>
#include <cstdint>

namespace encore {

/// `n`, which is not negative, as an index of a container.
constexpr std::size_t at(std::int64_t n) { return static_cast<std::size_t>(n); }

}  // namespace encore
