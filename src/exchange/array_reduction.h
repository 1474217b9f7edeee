// All-reduce of large arrays, in the order of the ranks: over the arrays of one process, and piece by piece between
// processes. Not for the sums over items (partials.h), whose order is that of the blocks.
#pragma once
#include <cstdint>
#include <span>
#include <vector>
#include "exchange/exchange.h"

namespace encore {

class Mesh;

/// One rank's numbers of a run, or nullptr for an absent rank, with its share.
struct Summand {
  const float* values;
  double share;
};

/// to[0…count) = the summands combined in the order given. `to` may be one of the summands.
void combine(std::span<const Summand>, Reduction::Kind, std::size_t count, float* to);

/// Combines [from, to) of all arrays of a process and writes the result into each.
void reduce_here(std::span<const std::span<float>> arrays, std::span<const Reduction>, std::size_t from,
                 std::size_t to);

/// Reduce-scatter and all-gather between processes, a piece of 1 MiB at a time: process p adds up the p-th part of
/// every piece. `arrays` are those of this process's ranks and take the result. Errors are those of Mesh::round.
void reduce_between(Mesh&, std::span<const std::span<float>> arrays, std::span<const Reduction>);

}  // namespace encore
