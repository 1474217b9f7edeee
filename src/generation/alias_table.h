// Draws an index in proportion to given weights in constant time: Walker's alias method in Vose's form (1991). With
// repetition; whoever draws without repetition throws repeated draws away.
#pragma once
#include <cstdint>
#include <span>
#include <vector>
#include "generation/random_stream.h"

namespace encore::generation {

class AliasTable {
 public:
  AliasTable() = default;
  /// weights: non-negative, at least one of them positive; below 2^31 of them.
  explicit AliasTable(std::span<const double> weights);

  std::int32_t draw(RandomStream& random) const {
    const std::uint64_t bits = random.next();
    const auto slot = static_cast<std::size_t>(((bits >> 32) * slots_.size()) >> 32);
    const auto coin = static_cast<float>((bits & 0xFFFFFF) * 0x1.0p-24);
    return coin < slots_[slot].keep ? static_cast<std::int32_t>(slot) : slots_[slot].other;
  }

 private:
  struct Slot {
    float keep;          ///< probability of staying in this slot
    std::int32_t other;  ///< where to go otherwise
  };
  std::vector<Slot> slots_;
};

}  // namespace encore::generation
