// xxHash does the sums, its header alone: nothing is linked.
#include "digest/block_sums.h"
#include <algorithm>
#include <fmt/format.h>
#include <new>
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace encore {

std::string block_sum(std::string_view block) { return fmt::format("{:016x}", XXH3_64bits(block.data(), block.size())); }

BlockSums::BlockSums() : state_(XXH3_createState()) {
  if (state_ == nullptr) throw std::bad_alloc();
  XXH3_64bits_reset(static_cast<XXH3_state_t*>(state_));
}

BlockSums::~BlockSums() { XXH3_freeState(static_cast<XXH3_state_t*>(state_)); }

void BlockSums::close_block() {
  auto* state = static_cast<XXH3_state_t*>(state_);
  sums_ += fmt::format("{:016x}", XXH3_64bits_digest(state));
  XXH3_64bits_reset(state);
  in_block_ = 0;
}

void BlockSums::add(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, std::min<std::uint64_t>(bytes.size(), sum_block_bytes - in_block_));
    XXH3_64bits_update(static_cast<XXH3_state_t*>(state_), piece.data(), piece.size());
    in_block_ += piece.size();
    bytes.remove_prefix(piece.size());
    if (in_block_ == sum_block_bytes) close_block();
  }
}

std::string BlockSums::hex() {
  if (in_block_ > 0) close_block();
  return sums_;
}

}  // namespace encore
