// Equations with a symmetric positive definite matrix most of whose rows are short, as features of items give one: a word of a title stands
// beside few others. Short rows are eliminated one after the other, always the shortest (minimum degree: Tinney and Walker 1967, "Direct
// solutions of sparse network equations by optimally ordered triangular factorization"); what is left, the core, is inverted as a dense
// matrix. Not where the numbers come from (feature_ridge.h).
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "linear/square_matrix.h"

namespace encore {

class EliminatedMatrix {
 public:
  struct Cell {
    std::int32_t column;
    double value;
  };
  /// Rows longer than that are never eliminated.
  static constexpr std::size_t longest = 256;

  /// `rows` [n]: whole rows, their cells ascending, the diagonal among them; empty for those of the core, which is `core`, both halves,
  /// in the order of the empty rows. What rows and core have in common stands in the rows. Row after row on one thread; the core's
  /// inverse on `threads`, the same bits for any number of them. Throws std::logic_error when the matrix is not positive definite.
  EliminatedMatrix(std::vector<std::vector<Cell>> rows, SquareMatrix core, int threads);
  /// How many rows could not be eliminated.
  std::int64_t core_size() const { return static_cast<std::int64_t>(core_.size()); }
  /// A⁻¹·b, b being its cells that are not zero.
  std::vector<double> solved(std::span<const Cell> b) const;

 private:
  struct Pivot {
    std::int32_t row;
    double value;
    std::vector<Cell> rest;  ///< of the row, divided by the pivot
  };
  void eliminate(std::vector<std::vector<Cell>>& rows, std::vector<std::int32_t>& place, SquareMatrix& core);

  std::vector<Pivot> pivots_;
  std::vector<std::int32_t> core_;  ///< which rows are left, ascending by their place in the inverse
  SquareMatrix negated_inverse_;    ///< of what is left of them
  std::int64_t size_;
};

}  // namespace encore
