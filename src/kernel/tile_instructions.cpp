// The processor's own tiles for bfloat16 (Intel's AMX, since Sapphire Rapids), and whether they may be used: the processor has them, the
// system grants them, they compute as defined. The order of the products stands in tiles.h. Never run by its authors on a processor that
// has them: tests run this very machine code where each of its instructions is caught and computed by the definition
// (tests/kernel/caught_tiles.h), and no processor's tiles are used before they have been compared with it.
#include "kernel/tile_instructions.h"

#include <array>
#include <cstring>
#include <vector>

#include "kernel/aligned.h"
#include "kernel/counter_hash.h"
#include "kernel/emulated_tiles.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace encore::kernel::vector {

#if defined(__x86_64__)
namespace {

/// Instructions by their names, because compilers' own functions for them take literal numbers of tiles only, and GCC 12's do not say
/// that memory is read.
struct TileInstructions {
  static void configure(const TileShapes& shapes) { asm volatile("ldtilecfg %0" : : "m"(shapes)); }
  static void release() { asm volatile("tilerelease"); }
  template <int TILE>
  static void zero() {
    asm volatile("tilezero %%tmm%c0" : : "i"(TILE));
  }
  template <int TILE>
  static void load(const void* from, std::int64_t row_bytes) {
    asm volatile("tileloadd (%0,%1,1), %%tmm%c2" : : "r"(from), "r"(row_bytes), "i"(TILE) : "memory");
  }
  template <int TILE>
  static void store(void* to, std::int64_t row_bytes) {
    asm volatile("tilestored %%tmm%c2, (%0,%1,1)" : : "r"(to), "r"(row_bytes), "i"(TILE) : "memory");
  }
  template <int SUM, int A, int B>
  static void multiply() {
    asm volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(SUM), "i"(A), "i"(B));
  }
};

bool granted_by_the_system() {
  constexpr int request_permission = 0x1023, tile_data = 18;  // ARCH_REQ_XCOMP_PERM and XFEATURE_XTILEDATA of Linux 5.16
  return syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}

}  // namespace

/// All of it in one function, where a test finds what it asks for ahead (tests/kernel/fetches_ahead).
[[gnu::flatten]] void multiply_by_tiles(const MultiplyPairs& p) {
  TileInstructions tiles;
  multiply_by(tiles, p);
}

TileFacts facts_of_this_processor() {
  TileFacts facts{};
  unsigned a, b, c, d;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0) return facts;
  facts.fused_multiply_add = __builtin_cpu_supports("fma") != 0;
  const bool shows_what_is_saved = (c >> 27 & 1) != 0;
  if (!shows_what_is_saved || __get_cpuid_count(7, 0, &a, &b, &c, &d) == 0) return facts;
  facts.bfloat16 = (d >> 22 & 1) != 0, facts.tiles = (d >> 24 & 1) != 0;
  unsigned low, high;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  facts.saved_by_the_system = (low >> 17 & 3) == 3;  // the shapes and the numbers
  if (!facts.tiles || __get_cpuid_count(0x1D, 0, &a, &b, &c, &d) == 0) return facts;
  facts.palettes = static_cast<int>(a);
  if (facts.palettes < 1 || __get_cpuid_count(0x1D, 1, &a, &b, &c, &d) == 0) return facts;
  facts.row_bytes = static_cast<int>(b & 0xFFFF), facts.names = static_cast<int>(b >> 16), facts.rows = static_cast<int>(c & 0xFFFF);
  return facts;
}

#else

void multiply_by_tiles(const MultiplyPairs& p) { multiply_by_emulated_tiles(p); }
TileFacts facts_of_this_processor() { return {}; }
namespace {
bool granted_by_the_system() { return false; }
}  // namespace

#endif

namespace {

/// Of any size: most near 1, so that the order of a sum shows in its last bits; some so small that their products count as zero.
float made_up(const CounterHash& hash, std::uint64_t table, std::uint64_t at) {
  const float x = 2 * hash.uniform(table, at) - 1;
  return hash(table + 16, at) % 8 == 0 ? x * 0x1p-70F : x;
}

/// Blocks of tiles of every kind, and a depth of two whole tiles and an end.
AlignedFloats trial_product(void (*multiply)(const MultiplyPairs&), bool across, bool start, bool accumulate) {
  constexpr std::int64_t rows = 37, columns = 48, depth = 37;
  const CounterHash hash(1, Purpose::initial_weights, 0);
  const auto filled = [&](std::int64_t size, std::uint64_t table) {
    AlignedFloats numbers(static_cast<std::size_t>(size));
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = made_up(hash, table, i);
    return numbers;
  };
  std::vector<BfloatPair> a(rows * depth), b(depth * columns);
  reference_device().pair_columns(filled(2 * rows * depth, 1).data(), 1, 2 * rows * depth, 0, a.data(), 0);
  reference_device().pair_columns(filled(2 * depth * columns, 2).data(), 1, 2 * depth * columns, 0, b.data(), 0);
  AlignedFloats c = filled(rows * columns, 3);
  const AlignedFloats first = filled(rows, 4);
  multiply({.rows = rows,
            .columns = columns,
            .depth = depth,
            .a = a.data(),
            .a_row = across ? 1 : depth,
            .a_depth = across ? rows : 1,
            .b = b.data(),
            .b_row = columns,
            .c = c.data(),
            .c_row = columns,
            .accumulate = accumulate,
            .start = start ? first.data() : nullptr,
            .start_row = 1});
  return c;
}

}  // namespace

bool tiles_are_as_defined() {
  for (const auto& [across, start, accumulate] : {std::array{false, true, false}, {true, false, true}}) {
    const AlignedFloats expected = trial_product(multiply_by_emulated_tiles, across, start, accumulate);
    const AlignedFloats actual = trial_product(multiply_by_tiles, across, start, accumulate);
    if (std::memcmp(expected.data(), actual.data(), expected.size() * sizeof expected[0]) != 0) return false;
  }
  return true;
}

TileState state_of_tiles(const TileFacts& facts, bool (*granted)(), bool (*as_defined)()) {
  const bool large_enough = facts.palettes >= 1 && facts.names >= 8 && facts.rows >= 16 && facts.row_bytes >= 64;
  if (!facts.fused_multiply_add || !facts.tiles || !facts.bfloat16 || !large_enough) return TileState::absent;
  if (!facts.saved_by_the_system || !granted()) return TileState::not_granted;
  return as_defined() ? TileState::usable : TileState::not_as_defined;
}

}  // namespace encore::kernel::vector

namespace encore::kernel {

TileState tile_state() {
  using namespace vector;
  static const TileState state = state_of_tiles(facts_of_this_processor(), granted_by_the_system, tiles_are_as_defined);
  return state;
}

}  // namespace encore::kernel
