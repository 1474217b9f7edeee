// Memory that several threads make ready is what a vector of zeros is, and what was written stays.
#include "kernel/fresh_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "kernel/aligned.h"

namespace encore::kernel {
namespace {

TEST(FreshMemory, IsZerosOfTheSizeThatWasAskedFor) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, std::size_t{3} << 20, (std::size_t{5} << 20) + 17}) {
    const auto numbers = zeros_by<AlignedFloats>(size, 3);
    EXPECT_EQ(numbers.size(), size);
    EXPECT_TRUE(std::ranges::all_of(numbers, [](float number) { return number == 0; }));
  }
}

TEST(FreshMemory, KeepsWhatIsThere) {
  std::vector<float> numbers(std::size_t{4} << 20);
  std::iota(numbers.begin(), numbers.end(), 1.0F);
  const std::vector<float> before = numbers;
  make_ready(numbers.data(), numbers.size() * sizeof(float), 2);
  EXPECT_EQ(numbers, before);
}

}  // namespace
}  // namespace encore::kernel
