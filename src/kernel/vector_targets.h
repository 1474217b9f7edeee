// Which instruction sets the vector kernels are compiled for. Included before any header of Highway.
#pragma once
// Left out: sets that would give the code of a neighbour once more (SSSE3, AVX3_DL), and those whose vectors have no
// fixed size (SVE), which arrays of vectors cannot hold. Every x86-64 runs SSE2; every aarch64 runs NEON.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128)
