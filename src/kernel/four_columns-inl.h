// Four neighbouring columns of an item-major table as whole vectors, for the kernels of device `cpu`: once for each
// instruction set, so it is included behind foreach_target, again and again.
#if defined(ENCORE_KERNEL_FOUR_COLUMNS) == defined(HWY_TARGET_TOGGLE)
#ifdef ENCORE_KERNEL_FOUR_COLUMNS
#undef ENCORE_KERNEL_FOUR_COLUMNS
#else
#define ENCORE_KERNEL_FOUR_COLUMNS
#endif

#include <hwy/highway.h>

#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace encore::kernel::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR  // which has no vectors

/// Four neighbours of every fourth row from `at` on, each in 128 bits of its own.
template <class D>
HWY_INLINE hn::Vec<D> EveryFourthRow(D d, const float* HWY_RESTRICT at, std::int64_t row) {
  if constexpr (hn::MaxLanes(D()) <= 4) {
    return hn::LoadU(d, at);
  } else {
    const hn::Half<D> half;
    return hn::Combine(d, EveryFourthRow(half, at + static_cast<std::int64_t>(hn::Lanes(half)) * row, row),
                       EveryFourthRow(half, at, row));
  }
}

/// Columns 0 to 3 from `from` on, of as many rows (`row` floats apart) as a vector has lanes.
template <class D>
struct FourColumns {
  hn::Vec<D> column0, column1, column2, column3;

  HWY_INLINE FourColumns(D d, const float* HWY_RESTRICT from, std::int64_t row) {
    const hn::Repartition<std::uint64_t, D> pairs;
    const auto row0 = EveryFourthRow(d, from, row), row1 = EveryFourthRow(d, from + row, row),
               row2 = EveryFourthRow(d, from + 2 * row, row), row3 = EveryFourthRow(d, from + 3 * row, row);
    const auto low01 = hn::BitCast(pairs, hn::InterleaveLower(d, row0, row1)),
               low23 = hn::BitCast(pairs, hn::InterleaveLower(d, row2, row3)),
               high01 = hn::BitCast(pairs, hn::InterleaveUpper(d, row0, row1)),
               high23 = hn::BitCast(pairs, hn::InterleaveUpper(d, row2, row3));
    column0 = hn::BitCast(d, hn::InterleaveLower(pairs, low01, low23));
    column1 = hn::BitCast(d, hn::InterleaveUpper(pairs, low01, low23));
    column2 = hn::BitCast(d, hn::InterleaveLower(pairs, high01, high23));
    column3 = hn::BitCast(d, hn::InterleaveUpper(pairs, high01, high23));
  }
};

#endif

}  // namespace encore::kernel::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // of the toggled guard
