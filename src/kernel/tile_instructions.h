// The kernel path of tiles, Intel's AMX, from the inside: for the choice of a path (vector_bfloat16.cpp) and for tests. Everybody else
// asks kernels.h.
#pragma once
#include "kernel/kernels.h"

namespace encore::kernel::vector {

/// MultiplyPairs in the order of tiles (tiles.h): by the processor's own, which must be usable, and by the definition.
void multiply_by_tiles(const MultiplyPairs&);
void multiply_by_emulated_tiles(const MultiplyPairs&);

/// Whether the processor's own tiles have the bits of the definition: whole tiles and their ends, sums whose order shows, what is too
/// small. A millisecond.
bool tiles_are_as_defined();

/// What the processor says of itself (CPUID) and what the system keeps of a thread (XCR0).
struct TileFacts {
  bool fused_multiply_add, tiles, bfloat16, saved_by_the_system;
  int palettes, names, rows, row_bytes;  ///< the palettes there are; of the first one, how many tiles, and their size at most
};
TileFacts facts_of_this_processor();
/// Asks only where the one before said yes: `granted` for the system's permission, `as_defined` for the bits.
TileState state_of_tiles(const TileFacts&, bool (*granted)(), bool (*as_defined)());

}  // namespace encore::kernel::vector
