// Sums of blocks: xxHash's published values, and the same sums however the bytes come.
#include "digest/block_sums.h"
#include <gtest/gtest.h>

namespace encore {
namespace {

TEST(BlockSums, AreThoseOfTheSpecification) {
  EXPECT_EQ(block_sum(""), "2d06800538d394c2");  // XXH3_64bits, seed 0, of xxHash's own table of tests
}

TEST(BlockSums, AreTheSameHoweverTheBytesCome) {
  std::string bytes(3 * sum_block_bytes / 2, 'x');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 131 >> 3);
  const std::string_view all = bytes;
  const std::string expected = block_sum(all.substr(0, sum_block_bytes)) + block_sum(all.substr(sum_block_bytes));
  for (const std::size_t piece : {std::size_t{1} << 12, std::size_t{1000}, sum_block_bytes, sum_block_bytes + 1, bytes.size()}) {
    BlockSums sums;
    for (std::size_t at = 0; at < bytes.size(); at += piece) sums.add(all.substr(at, piece));
    EXPECT_EQ(sums.hex(), expected) << piece;
  }
  EXPECT_EQ(digits_of_sums(bytes.size()), expected.size());
  EXPECT_EQ(BlockSums().hex(), "");
  EXPECT_EQ(digits_of_sums(0), 0U);
}

}  // namespace
}  // namespace encore
