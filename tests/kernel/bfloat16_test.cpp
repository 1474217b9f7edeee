// bfloat16 to the last bit: how a number is rounded, and that every instruction set, with or without instructions made
// for it, multiplies as the definition of VDPBF16PS says (reference.cpp spells it out).
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "kernel/aligned.h"
#include "kernel/kernels.h"
#include "paths.h"

namespace encore::kernel {
namespace {

using Pairs = std::vector<BfloatPair, AlignedAllocator<BfloatPair>>;

struct Rounding {
  float from;
  std::uint16_t to;
};

const Rounding roundings[] = {
    {1.0F, 0x3F80},
    {-1.0F, 0xBF80},
    {0.0F, 0x0000},
    {-0.0F, 0x8000},
    {0x1.01p0F, 0x3F80},      // a tie, to the even neighbour below
    {0x1.03p0F, 0x3F82},      // a tie, to the even neighbour above
    {0x1.010002p0F, 0x3F81},  // just above a tie
    {0x1.00FFFEp0F, 0x3F80},  // just below
    {0x1p-126F, 0x0080},      // the smallest normal number
    {0x1.FFFFFCp-127F, 0x0000},
    {-0x1p-130F, 0x8000},  // a denormal: the zero of its sign
    {std::numeric_limits<float>::max(), 0x7F80},
    {std::numeric_limits<float>::infinity(), 0x7F80},
    {-std::numeric_limits<float>::infinity(), 0xFF80},
    {std::numeric_limits<float>::quiet_NaN(), 0x7FC0},
    {0x1.FE8p0F, 0x3FFF},
};

/// Random numbers with exponents from `low` to `high`, of both signs.
AlignedFloats random_exponents(std::size_t n, int low, int high, unsigned seed) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<float> mantissa(1, 2);
  std::uniform_int_distribution<int> exponent(low, high);
  AlignedFloats values(n);
  for (float& v : values)
    v = std::ldexp(generator() % 2 == 0 ? mantissa(generator) : -mantissa(generator), exponent(generator));
  return values;
}

template <class Numbers>
void expect_same_bits(const Numbers& expected, const Numbers& actual, const std::string& what) {
  ASSERT_EQ(expected.size(), actual.size());
  EXPECT_EQ(0, std::memcmp(expected.data(), actual.data(), expected.size() * sizeof expected[0])) << what;
}

class Bfloat16 : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { choose_instruction_set(GetParam()); }
  void TearDown() override { choose_instruction_set({}); }
  const Kernels& reference = device_named("reference");
  const Kernels& cpu = device_named("cpu");
};

TEST_P(Bfloat16, rounds_to_the_nearest_and_ties_to_even) {
  constexpr std::int64_t columns = std::size(roundings);
  AlignedFloats rows(3 * columns);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = roundings[i % columns].from;
  for (const Kernels* device : {&reference, &cpu}) {
    Pairs by_rows(2 * columns), by_columns(3 * columns / 2);
    device->pair_rows(rows.data(), 3, columns, columns, by_rows.data(), columns);
    device->pair_columns(rows.data(), 3, columns, columns, by_columns.data(), columns / 2);
    for (std::size_t c = 0; c < columns; ++c) {
      EXPECT_EQ(by_rows[c].even, roundings[c].to) << device->device << " " << roundings[c].from;
      EXPECT_EQ(by_rows[c].odd, roundings[c].to) << device->device << " " << roundings[c].from;
      EXPECT_EQ(by_rows[columns + c].even, roundings[c].to);
      EXPECT_EQ(by_rows[columns + c].odd, 0) << "the row that is not there";
      const BfloatPair pair = by_columns[columns + c / 2];
      EXPECT_EQ(c % 2 == 0 ? pair.even : pair.odd, roundings[c].to) << device->device << " " << roundings[c].from;
    }
  }
}

TEST_P(Bfloat16, rounds_any_numbers_as_the_reference_does) {
  const AlignedFloats numbers = random_exponents(33 * 48, -140, 120, 1);
  Pairs expected(17 * 48), actual(expected);
  reference.pair_rows(numbers.data(), 33, 48, 48, expected.data(), 48);
  cpu.pair_rows(numbers.data(), 33, 48, 48, actual.data(), 48);
  expect_same_bits(expected, actual, "pair_rows");
  reference.pair_columns(numbers.data(), 33, 48, 48, expected.data(), 24);
  cpu.pair_columns(numbers.data(), 33, 48, 48, actual.data(), 24);
  expect_same_bits(expected, actual, "pair_columns");
}

/// c of `rows` × `columns` from operands with exponents of [low, high].
AlignedFloats product(const Kernels& device, int low, int high, bool accumulate, bool across, bool with_start) {
  constexpr std::int64_t rows = 29, columns = 112, depth = 23;
  const AlignedFloats left = random_exponents(2 * depth * 32, low, high, 2);
  const AlignedFloats right = random_exponents(2 * depth * columns, low, high, 3);
  AlignedFloats c = random_exponents(rows * columns, 2 * low, 2 * high, 4);
  const AlignedFloats start = random_exponents(rows * 16, 2 * low, 2 * high, 5);
  Pairs a(depth * 32), b(depth * columns);
  device_named("reference").pair_rows(left.data(), 2 * depth, 32, 32, a.data(), 32);
  device_named("reference").pair_rows(right.data(), 2 * depth, columns, columns, b.data(), columns);
  device.multiply_pairs({rows, columns, depth, a.data(), across ? 1 : depth, across ? 32 : 1, b.data(), columns,
                         c.data(), columns, accumulate, with_start ? start.data() : nullptr, 16});
  return c;
}

TEST_P(Bfloat16, multiplies_as_the_definition_says) {
  if (bfloat16_path() == "AMX") GTEST_SKIP() << "tiles have a definition of their own: tiles_test.cpp";
  for (const bool across : {false, true}) {
    for (const auto& [accumulate, start] : {std::pair{false, false}, {true, false}, {false, true}}) {
      expect_same_bits(product(reference, -6, 6, accumulate, across, start),
                       product(cpu, -6, 6, accumulate, across, start), "numbers near 1");
    }
  }
}

/// Asking for memory, here for more and for less than there are steps in the sums, changes no number.
TEST_P(Bfloat16, multiplies_alike_with_memory_asked_for) {
  const AlignedFloats elsewhere(4096);
  for (const std::int64_t floats : {0, 16, 4096}) {
    Pairs a(24, {0x3F80, 0x4000}), b(24 * 16, {0x3FC0, 0x4040});
    AlignedFloats plain(16), asking(16);
    MultiplyPairs p{1, 16, 24, a.data(), 24, 1, b.data(), 16, plain.data(), 16};
    cpu.multiply_pairs(p);
    p.c = asking.data(), p.ahead = {{{elsewhere.data(), floats}, {elsewhere.data(), 16}}};
    cpu.multiply_pairs(p);
    expect_same_bits(plain, asking, "ahead");
    EXPECT_EQ(asking[5], 24 * (1.5F + 2 * 3.0F));
  }
}

TEST_P(Bfloat16, takes_what_is_too_small_for_zero) {
  if (bfloat16_path() == "AMX") GTEST_SKIP() << "tiles_test.cpp";
  if (kernel_path() != "FMA") GTEST_SKIP() << GetParam() << " rounds a product before it adds it";
  expect_same_bits(product(reference, -66, -58, true, false, false), product(cpu, -66, -58, true, false, false),
                   "products around the smallest normal number");
}

INSTANTIATE_TEST_SUITE_P(cpu, Bfloat16, testing::ValuesIn(with_emulated_tiles()), [](const auto& set) { return set.param; });

/// Afterwards the processor computes with denormals as before.
TEST(BfloatProduct, leaves_the_rounding_mode_as_it_was) {
  for (const std::string& set : with_emulated_tiles()) {
    choose_instruction_set(set);
    product(device_named("cpu"), -2, 2, false, false, false);
    volatile float small = 0x1p-126F;
    EXPECT_EQ(small / 2, 0x1p-127F) << set;
  }
  choose_instruction_set({});
}

}  // namespace
}  // namespace encore::kernel
