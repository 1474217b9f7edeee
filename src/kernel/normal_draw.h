// A normal number from one hash (counter_hash.h), by the inverse of the distribution: Wichura 1988, algorithm AS 241 (PPND7,
// exact to seven digits). Not a stream of numbers.
#pragma once
#include <cmath>
#include <cstdint>

namespace encore::kernel {

/// The point below which a share `p` of N(0, 1) lies, 0 < p < 1.
inline double normal_quantile(double p) {
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * (((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179) /
           (((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1);
  }
  double r = std::sqrt(-std::log(q < 0 ? p : 1 - p)), x;
  if (r <= 5) {
    r -= 1.6;
    x = (((0.17023821103 * r + 1.3067284816) * r + 2.7568153900) * r + 1.4234372777) /
        ((0.12021132975 * r + 0.73700164250) * r + 1);
  } else {
    r -= 5;
    x = (((0.017337203997 * r + 0.42868294337) * r + 3.0812263860) * r + 6.6579051150) /
        ((0.012258202635 * r + 0.24197894225) * r + 1);
  }
  return q < 0 ? -x : x;
}

/// Of the upper 53 bits of `hash`.
inline float normal(std::uint64_t hash) {
  return static_cast<float>(normal_quantile((static_cast<double>(hash >> 11) + 0.5) * 0x1p-53));
}

}  // namespace encore::kernel
