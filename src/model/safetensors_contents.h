// What reading and writing a safetensors file have in common: what it says of its own bytes, and which numbers it may hold.
#pragma once
#include <bit>
#include <cstdint>
#include <map>
#include <string>
#include "model/safetensors.h"

namespace encore {

/// In front of a tensor's name: the sums of its blocks. 0.1 wrote one sum of all numbers instead.
constexpr const char *block_sums_key = "xxh3:", *whole_sum_key = "sha256", *metadata_sum_key = "metadata_sha256";

/// SHA-256 of everything else that the metadata says, in the order of its names.
std::string sum_of(std::map<std::string, std::string> metadata);

inline std::int64_t rows_of(const TensorShape& shape) { return shape.size() == 1 ? 1 : shape.front(); }

/// The first of `count` numbers that is infinite or not a number; `count`: none is.
inline std::int64_t first_not_finite(const float* values, std::int64_t count) {
  // Exactly these have all bits of their exponent set; the test on bits vectorises.
  constexpr std::uint32_t exponent = 0x7f800000u;
  const auto is_bad = [&](std::int64_t i) { return (std::bit_cast<std::uint32_t>(values[i]) & exponent) == exponent; };
  std::uint32_t worst = 0;
  for (std::int64_t i = 0; i < count; ++i) worst |= std::uint32_t{is_bad(i)};
  std::int64_t at = worst == 0 ? count : 0;
  while (at < count && !is_bad(at)) ++at;
  return at;
}

}  // namespace encore
