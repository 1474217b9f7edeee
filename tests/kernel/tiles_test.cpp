// The path of tiles (AMX) on processors that have none: its sums against the plain reference and against its definition written out here
// once more, its shapes, its permission, and the machine code itself with each instruction caught.
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>
#include <thread>

#include "caught_tiles.h"
#include "kernel/aligned.h"
#include "kernel/emulated_tiles.h"
#include "kernel/flush_to_zero.h"
#include "kernel/tile_instructions.h"

namespace encore::kernel {
namespace {

using Pairs = std::vector<BfloatPair, AlignedAllocator<BfloatPair>>;

AlignedFloats random_numbers(std::int64_t n, unsigned seed, int low = -3, int high = 3) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<float> mantissa(1, 2);
  std::uniform_int_distribution<int> exponent(low, high);
  AlignedFloats values(static_cast<std::size_t>(n));
  for (float& v : values)
    v = std::ldexp(generator() % 2 == 0 ? mantissa(generator) : -mantissa(generator), exponent(generator));
  return values;
}

enum class From : std::uint8_t { zero, start, c };
enum class Lies : std::uint8_t { along, across, apart };

/// A product of made-up numbers, whose rows end in numbers that nobody may read or write.
struct Made {
  Made(std::int64_t rows, std::int64_t columns, std::int64_t depth, Lies lies = Lies::along, From from = From::zero, int low = -3,
       int high = 3)
      : c(random_numbers(rows * (columns + 16), 3, 2 * low, 2 * high)), start(random_numbers(rows * 3, 4, 2 * low, 2 * high)) {
    const std::int64_t a_row = lies == Lies::across ? 1 : lies == Lies::along ? depth + 5 : 2 * depth + 3;
    const std::int64_t a_depth = lies == Lies::across ? rows + 3 : lies == Lies::along ? 1 : 2;
    a.assign(static_cast<std::size_t>((rows - 1) * a_row + (depth - 1) * a_depth + 1), nan);
    b.assign(static_cast<std::size_t>(depth * (columns + 16)), nan);
    const AlignedFloats left = random_numbers(2 * rows * depth, 1, low, high), right = random_numbers(2 * depth * columns, 2, low, high);
    for (std::int64_t m = 0; m < rows; ++m)
      for (std::int64_t k = 0; k < depth; ++k) a[m * a_row + k * a_depth] = rounded(left.data() + 2 * (m * depth + k));
    for (std::int64_t k = 0; k < depth; ++k)
      for (std::int64_t n = 0; n < columns; ++n) b[k * (columns + 16) + n] = rounded(right.data() + 2 * (k * columns + n));
    for (std::int64_t m = 0; m < rows; ++m)
      for (std::int64_t n = columns; n < columns + 16; ++n) c[m * (columns + 16) + n] = 7;
    product = {.rows = rows,
               .columns = columns,
               .depth = depth,
               .a = a.data(),
               .a_row = a_row,
               .a_depth = a_depth,
               .b = b.data(),
               .b_row = columns + 16,
               .c_row = columns + 16,
               .accumulate = from == From::c,
               .start = from == From::start ? start.data() : nullptr,
               .start_row = 3};
  }
  AlignedFloats by(void (*multiply)(const MultiplyPairs&)) {
    AlignedFloats result = c;
    product.c = result.data();
    multiply(product);
    return result;
  }
  static BfloatPair rounded(const float* two) {
    BfloatPair pair;
    reference_device().pair_columns(two, 1, 2, 0, &pair, 0);
    return pair;
  }

  static constexpr BfloatPair nan{0x7FC0, 0x7FC0};
  Pairs a, b;
  AlignedFloats c, start;
  MultiplyPairs product;
};

float wide(std::uint16_t half) { return std::bit_cast<float>(static_cast<std::uint32_t>(half) << 16); }

/// tiles.h's definition, a sum at a time and without any tile. Under the processor's own flushing, set by its caller.
[[gnu::noinline]] void add_up(const MultiplyPairs& p) {
  for (std::int64_t m = 0; m < p.rows; ++m) {
    for (std::int64_t n = 0; n < p.columns; ++n) {
      float& c = p.c[m * p.c_row + n];
      float sum = p.accumulate ? c : p.start != nullptr ? p.start[m * p.start_row] : 0;
      for (std::int64_t first = 0; first < p.depth; first += 16) {
        float even = 0, odd = 0;
        for (std::int64_t k = first; k < std::min(first + 16, p.depth); ++k) {
          const BfloatPair left = p.a[m * p.a_row + k * p.a_depth], right = p.b[k * p.b_row + n];
          even = std::fma(wide(left.even), wide(right.even), even);
          odd = std::fma(wide(left.odd), wide(right.odd), odd);
        }
        const float both = even + odd;
        sum += both;
      }
      c = sum;
    }
  }
}
void by_definition(const MultiplyPairs& p) {
  const FlushToZero as_tiles_do;
  add_up(p);
}
void by_reference(const MultiplyPairs& p) { reference_device().multiply_pairs(p); }

std::string name_of(const MultiplyPairs& p) {
  return std::to_string(p.rows) + " × " + std::to_string(p.columns) + " × " + std::to_string(p.depth);
}

void expect_same_bits(const AlignedFloats& expected, const AlignedFloats& actual, const std::string& what) {
  ASSERT_EQ(expected.size(), actual.size());
  EXPECT_EQ(0, std::memcmp(expected.data(), actual.data(), expected.size() * sizeof expected[0])) << what;
}

TEST(Tiles, HaveTheBitsOfTheirDefinitionForEveryNumberOfRows) {
  for (std::int64_t rows = 1; rows <= 40; ++rows) {
    for (const std::int64_t columns : {16, 32, 48}) {
      Made made(rows, columns, 16 + rows % 18);
      expect_same_bits(made.by(by_definition), made.by(vector::multiply_by_emulated_tiles), name_of(made.product));
    }
  }
}

TEST(Tiles, HaveTheBitsOfTheirDefinitionForEveryDepthFromEveryStart) {
  for (std::int64_t depth = 1; depth <= 36; ++depth) {
    for (const Lies lies : {Lies::along, Lies::across, Lies::apart}) {
      for (const From from : {From::zero, From::start, From::c}) {
        Made made(21, 48, depth, lies, from);
        expect_same_bits(made.by(by_definition), made.by(vector::multiply_by_emulated_tiles), name_of(made.product));
      }
    }
  }
}

/// Blocks of items and panels of users as trainings have them; more depth than is packed at once.
TEST(Tiles, HaveTheBitsOfTheirDefinitionInShapesOfTrainings) {
  for (const auto& [rows, columns, depth] :
       {std::array{128, 112, 100}, {128, 208, 56}, {112, 208, 64}, {77, 64, 8}, {112, 16, 500}, {33, 32, 257}}) {
    for (const Lies lies : {Lies::along, Lies::across}) {
      Made made(rows, columns, depth, lies, From::start);
      expect_same_bits(made.by(by_definition), made.by(vector::multiply_by_emulated_tiles), name_of(made.product));
    }
  }
}

TEST(Tiles, AreNearThePlainReference) {
  for (std::int64_t rows = 1; rows <= 40; ++rows) {
    for (const From from : {From::zero, From::start, From::c}) {
      Made made(rows, 48, 3 * rows, rows % 2 == 0 ? Lies::along : Lies::across, from);
      const AlignedFloats expected = made.by(by_reference), actual = made.by(vector::multiply_by_emulated_tiles);
      for (std::size_t i = 0; i < expected.size(); ++i)  // sums of up to 240 products of up to 2⁸
        ASSERT_NEAR(expected[i], actual[i], 240 * 256 * 0x1p-23F) << name_of(made.product) << " at " << i;
    }
  }
}

/// Small whole numbers have one exact sum in every order, so nothing hides behind a tolerance.
TEST(Tiles, AreExactWhereAllOrdersAre) {
  Made made(37, 48, 53, Lies::across, From::start);
  std::mt19937 generator(5);
  const auto whole = [&] {
    const float two[] = {static_cast<float>(generator() % 17) - 8, static_cast<float>(generator() % 17) - 8};
    return Made::rounded(two);
  };
  std::generate(made.a.begin(), made.a.end(), whole);
  std::generate(made.b.begin(), made.b.end(), whole);
  std::iota(made.start.begin(), made.start.end(), -20.0F);
  EXPECT_EQ(made.by(by_reference), made.by(vector::multiply_by_emulated_tiles));
}

TEST(Tiles, AddUpInAnOrderOfTheirOwn) {
  Made made(32, 32, 48);
  EXPECT_NE(made.by(by_reference), made.by(vector::multiply_by_emulated_tiles)) << "so they have a path of their own";
}

TEST(Tiles, TakeWhatIsTooSmallForZero) {
  for (const From from : {From::zero, From::start, From::c}) {
    Made made(17, 32, 20, Lies::along, from, -66, -58);
    expect_same_bits(made.by(by_definition), made.by(vector::multiply_by_emulated_tiles), "around the smallest normal number");
  }
  const BfloatPair smallest{0x0080, 0}, half{0x3F00, 0};  // 2⁻¹²⁶ and 1/2
  Pairs a(1, smallest), b(16, half);
  AlignedFloats c(16, 1.0F);
  vector::multiply_by_emulated_tiles({1, 16, 1, a.data(), 1, 1, b.data(), 16, c.data(), 16});
  EXPECT_EQ(c, AlignedFloats(16, 0.0F)) << "2⁻¹²⁷";
  volatile float small = 0x1p-126F;
  EXPECT_EQ(small / 2, 0x1p-127F) << "afterwards the processor computes as before";
}

TEST(Tiles, KeepWhatIsNoNumber) {
  Made made(5, 16, 3);
  made.b[2] = {0x7F80, 0};  // infinity, in the third column
  made.b[5] = {0x7FC0, 0};  // not a number, in the sixth
  const AlignedFloats c = made.by(vector::multiply_by_emulated_tiles);
  EXPECT_TRUE(std::isinf(c[2]));
  EXPECT_TRUE(std::isnan(c[5]));
  EXPECT_TRUE(std::isfinite(c[3]));
}

TEST(Tiles, MultiplyAlikeWithMemoryAskedFor) {
  const AlignedFloats elsewhere(8192);
  Made made(40, 48, 37);
  const AlignedFloats alone = made.by(vector::multiply_by_emulated_tiles);
  for (const std::int64_t floats : {0, 16, 48, 8192}) {
    made.product.ahead = {{{elsewhere.data(), floats}, {elsewhere.data(), 16}}};
    expect_same_bits(alone, made.by(vector::multiply_by_emulated_tiles), std::to_string(floats));
  }
}

TEST(Tiles, HaveNoSumWithoutDepth) {
  for (const From from : {From::zero, From::start, From::c}) {
    Made made(18, 16, 1, Lies::along, from);
    made.product.depth = 0;
    expect_same_bits(made.by(by_definition), made.by(vector::multiply_by_emulated_tiles), "no depth");
  }
}

/// What a processor answers with an exception.
TEST(EmulatedTiles, RefuseWhatTheProcessorDoes) {
  const auto refused = [](auto&& use) {
    EmulatedTiles tiles;
    TileShapes shapes;
    for (int t = 0; t < 8; ++t) shapes.rows[t] = 16, shapes.bytes[t] = 64;
    try {
      use(tiles, shapes);
    } catch (const std::logic_error&) {
      return true;
    }
    return false;
  };
  const auto changed = [&](auto&& change) {
    return refused([&](EmulatedTiles& tiles, TileShapes& shapes) {
      change(shapes);
      tiles.configure(shapes);
      tiles.multiply(0, 4, 6);
    });
  };
  EXPECT_FALSE(changed([](TileShapes&) {}));
  EXPECT_FALSE(changed([](TileShapes& s) { s.rows[0] = s.rows[4] = 3, s.bytes[4] = 20, s.rows[6] = 5; }));
  EXPECT_TRUE(changed([](TileShapes& s) { s.palette = 2; }));
  EXPECT_TRUE(changed([](TileShapes& s) { s.start_row = 1; }));
  EXPECT_TRUE(changed([](TileShapes& s) { s.reserved[13] = 1; }));
  EXPECT_TRUE(changed([](TileShapes& s) { s.rows[1] = 17; }));
  EXPECT_TRUE(changed([](TileShapes& s) { s.bytes[1] = 68; }));
  EXPECT_TRUE(changed([](TileShapes& s) { s.rows[1] = 0; }));
  EXPECT_TRUE(changed([](TileShapes& s) { s.rows[8] = 1, s.bytes[8] = 4; }));
  EXPECT_TRUE(changed([](TileShapes& s) { s.rows[0] = 3; })) << "rows of the sum and of a";
  EXPECT_TRUE(changed([](TileShapes& s) { s.bytes[0] = 60; })) << "columns of the sum and of b";
  EXPECT_TRUE(changed([](TileShapes& s) { s.rows[6] = 15; })) << "pairs of a and rows of b";
  EXPECT_TRUE(refused([](EmulatedTiles& tiles, TileShapes&) { tiles.zero(0); })) << "not configured";
  EXPECT_TRUE(refused([](EmulatedTiles& tiles, TileShapes& shapes) {
    tiles.configure(shapes);
    tiles.release();
    tiles.zero(0);
  }));
  EXPECT_TRUE(refused([](EmulatedTiles& tiles, TileShapes& shapes) {
    tiles.configure(shapes);
    tiles.multiply(0, 4, 4);
  }));
}

using vector::TileFacts;

TileFacts sapphire_rapids() {
  return {.fused_multiply_add = true,
          .tiles = true,
          .bfloat16 = true,
          .saved_by_the_system = true,
          .palettes = 1,
          .names = 8,
          .rows = 16,
          .row_bytes = 64};
}
bool yes() { return true; }
bool no() { return false; }
bool never() {
  ADD_FAILURE() << "asked for nothing";
  return true;
}

TEST(TileState, IsUsableOnlyWhereProcessorSystemAndBitsAgree) {
  using vector::state_of_tiles;
  EXPECT_EQ(state_of_tiles(sapphire_rapids(), yes, yes), TileState::usable);
  EXPECT_EQ(state_of_tiles(sapphire_rapids(), yes, no), TileState::not_as_defined);
  EXPECT_EQ(state_of_tiles(sapphire_rapids(), no, never), TileState::not_granted);
  TileFacts facts = sapphire_rapids();
  facts.saved_by_the_system = false;
  EXPECT_EQ(state_of_tiles(facts, never, never), TileState::not_granted);
  EXPECT_EQ(state_of_tiles({}, never, never), TileState::absent);
  for (bool TileFacts::*fact : {&TileFacts::fused_multiply_add, &TileFacts::tiles, &TileFacts::bfloat16}) {
    facts = sapphire_rapids(), facts.*fact = false;
    EXPECT_EQ(state_of_tiles(facts, never, never), TileState::absent);
  }
  for (int TileFacts::*fact : {&TileFacts::palettes, &TileFacts::names, &TileFacts::rows, &TileFacts::row_bytes}) {
    facts = sapphire_rapids(), facts.*fact -= 1;
    EXPECT_EQ(state_of_tiles(facts, never, never), TileState::absent);
  }
}

TEST(TileState, DecidesWhatIsListedAndTaken) {
  const bool listed = std::ranges::any_of(instruction_sets(), [](const std::string& set) { return set.ends_with("_AMX"); });
  EXPECT_EQ(listed, tile_state() == TileState::usable);
  EXPECT_EQ(listed, instruction_set().ends_with("_AMX")) << "the best that there is";
  EXPECT_EQ(bfloat16_path(), listed ? "AMX" : kernel_path());
  if (listed) EXPECT_TRUE(bfloat16_is_faster() && has_bfloat16_instructions());
  else EXPECT_THROW(choose_instruction_set("AVX3_AMX"), std::invalid_argument);
}

TEST(TileState, HasANameForTheEmulatedOnes) {
  if (kernel_path() != "FMA") {
    EXPECT_THROW(choose_instruction_set(emulated_tiles), std::invalid_argument) << "without fused multiply-add";
    return;
  }
  choose_instruction_set(emulated_tiles);
  EXPECT_EQ(instruction_set(), "AMX_EMULATED");
  EXPECT_EQ(bfloat16_path(), "AMX") << "the bits of tiles";
  EXPECT_EQ(kernel_path(), "FMA") << "of f32 nothing changes";
  EXPECT_FALSE(has_bfloat16_instructions());
  Made made(37, 48, 21);
  expect_same_bits(made.by(by_definition), made.by(device_named("cpu").multiply_pairs), "cpu");
  choose_instruction_set({});
}

#if defined(__x86_64__)
/// The machine code that a processor with tiles would run.
class TileInstructions : public testing::Test {
 protected:
  void SetUp() override {
    if (vector::facts_of_this_processor().tiles) GTEST_SKIP() << "this processor has tiles: its own are compared when they are used first";
  }
};

TEST_F(TileInstructions, HaveTheBitsOfTheDefinitionWhenEachIsCaught) {
  const CaughtTiles caught;
  for (std::int64_t rows = 1; rows <= 40; ++rows) {
    for (const std::int64_t columns : {16, 32, 48}) {
      for (const std::int64_t depth : {rows % 16 + 1, rows + 11}) {
        const auto from = static_cast<From>(rows % 3);
        const auto lies = static_cast<Lies>(rows / 3 % 3);
        Made made(rows, columns, depth, lies, from);
        const AlignedFloats expected = made.by(by_definition);
        expect_same_bits(expected, made.by(vector::multiply_by_tiles), name_of(made.product));
        ASSERT_EQ(CaughtTiles::state().problem, "") << name_of(made.product);
        ASSERT_FALSE(CaughtTiles::state().tiles.configured()) << "nothing is left behind";
      }
    }
  }
  EXPECT_GT(CaughtTiles::state().multiplied, 1000);
  EXPECT_EQ(CaughtTiles::state().released, 240) << "once a product";
  EXPECT_LE(CaughtTiles::state().configured, 240 * 4) << "by shape, not by block";
}

TEST_F(TileInstructions, MultiplyEachTileTwiceThatTheyLoad) {
  const CaughtTiles caught;
  Made made(128, 112, 100);
  made.by(vector::multiply_by_tiles);
  EXPECT_EQ(CaughtTiles::state().multiplied, 8 * 7 * 7);
  EXPECT_EQ(CaughtTiles::state().configured, 2) << "whole tiles, and the end of the depth";
}

TEST_F(TileInstructions, OfAThreadAreItsOwn) {
  Made made(40, 48, 40);
  const AlignedFloats expected = made.by(by_definition);
  const CaughtTiles caught;
  std::array<AlignedFloats, 4> found;
  {
    std::vector<std::jthread> threads;
    for (AlignedFloats& one : found) threads.emplace_back([&one, made]() mutable {
      CaughtTiles::state();  // made here: the signal's handler may not allocate
      made.product.a = made.a.data(), made.product.b = made.b.data(), made.product.start = nullptr;
      one = made.by(vector::multiply_by_tiles);
    });
  }
  for (const AlignedFloats& one : found) expect_same_bits(expected, one, "a thread");
}

TEST_F(TileInstructions, AreNotUsedWhereTheirResultsAreOthers) {
  const CaughtTiles caught;
  EXPECT_TRUE(vector::tiles_are_as_defined());
  CaughtTiles::state().sums_are_off = true;
  EXPECT_FALSE(vector::tiles_are_as_defined());
}

/// The decoder itself, on an encoding that others have published: tdpbf16ps tmm6, tmm5, tmm4 is C4 E2 5A 5C F5.
TEST_F(TileInstructions, AreDecodedAsTheyAreEncoded) {
  const CaughtTiles caught;
  CaughtTiles::state().problem.clear();
  TileShapes shapes;
  for (int t = 0; t < 8; ++t) shapes.rows[t] = 16, shapes.bytes[t] = 64;
  CaughtTiles::state().tiles.configure(shapes);
  const Pairs ones(256, {0x3F80, 0x3F80}), twos(256, {0x4000, 0x4000});
  CaughtTiles::state().tiles.load(5, ones.data(), 64);
  CaughtTiles::state().tiles.load(4, twos.data(), 64);
  asm volatile(".byte 0xC4, 0xE2, 0x5A, 0x5C, 0xF5" : : : "memory");
  AlignedFloats sums(256);
  CaughtTiles::state().tiles.store(6, sums.data(), 64);
  EXPECT_EQ(sums, AlignedFloats(256, 64.0F));
  EXPECT_EQ(CaughtTiles::state().problem, "");
}
#endif

}  // namespace
}  // namespace encore::kernel
