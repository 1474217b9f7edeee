// A sum for each mebibyte of a long run of bytes: whoever reads a part of it checks that part alone, and several threads
// check at once. It finds bytes that rotted; it is no proof against anybody who means harm (proof.h, sha256.h).
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace encore {

constexpr std::uint64_t sum_block_bytes = std::uint64_t{1} << 20;

/// 16 hex digits: XXH3, 64 bits, seed 0 (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md).
std::string block_sum(std::string_view block);

/// The sums of all blocks, of bytes that come in pieces of any length.
class BlockSums {
 public:
  BlockSums();
  ~BlockSums();
  BlockSums(const BlockSums&) = delete;
  BlockSums& operator=(const BlockSums&) = delete;
  void add(std::string_view bytes);
  /// 16 hex digits for each block, the last of which may be short; nothing may be added afterwards.
  std::string hex();

 private:
  void close_block();
  void* state_;
  std::uint64_t in_block_ = 0;
  std::string sums_;
};

/// How many digits `BlockSums::hex` gives for so many bytes.
constexpr std::uint64_t digits_of_sums(std::uint64_t bytes) { return (bytes + sum_block_bytes - 1) / sum_block_bytes * 16; }

}  // namespace encore
