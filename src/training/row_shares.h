// The rows of the hidden layers (products, activations, draws, weights), shared among the ranks of one process: each computes some and
// takes the others' from memory that all see. Without it every rank would compute all of them, and more threads would not make them
// faster. Not what goes between processes (exchange/): there every process computes them.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "exchange/barrier.h"
#include "network/middle.h"

namespace encore {

class RowShares {
 public:
  /// For `ranks` threads that meet at `barrier`, and networks of this shape in batches of up to `rows` users.
  RowShares(Barrier& barrier, int ranks, const Autoencoder& shape, std::int64_t rows);
  ~RowShares();
  /// What one rank hands to its middles; one thread each.
  SharedRows& of(int rank);

 private:
  class Rank;
  Barrier& barrier_;
  /// Taken in turns: who still copies from the one is at most an exchange behind those who write into the other.
  std::array<kernel::AlignedFloats, 2> results_;
  std::vector<std::unique_ptr<Rank>> ranks_;
};

}  // namespace encore
