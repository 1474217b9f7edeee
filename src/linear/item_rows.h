// Weights from items to items as sparse rows: what is left of a closed form when only the largest are kept, and what item-knn is.
// Not how they come about.
#pragma once
#include <cstdint>
#include <vector>

#include "linear/like_matrix.h"
#include "linear/square_matrix.h"

namespace encore {

/// Of each item j at most `width` others and what a like of one of them adds to j's score, as two tables of floats, so that a file
/// of named tensors holds it: M × width numbers of items (ascending in a row, −1 where there are fewer), and as many weights.
struct NeighbourTable {
  std::int64_t items = 0, width = 0;
  std::vector<float> item;    ///< whole numbers below 2²⁴
  std::vector<float> weight;  ///< 0 where there is no item
};

/// The greatest catalogue whose items a float can count.
constexpr std::int64_t most_items_in_floats = std::int64_t{1} << 24;

/// The same by the liked item. Row i: what a like of item i adds to which items, items ascending.
struct ItemRows {
  std::vector<std::int64_t> start{0};  ///< [M + 1]
  std::vector<std::int32_t> item;
  std::vector<float> weight;
};
/// Throws std::invalid_argument for a number that is no item of the table.
ItemRows rows_of(const NeighbourTable&);

/// Of each column the `keep` weights of the largest absolute value (of equal ones, those of lower items first); zeros are never
/// kept.
NeighbourTable largest_of_columns(const SquareMatrix& weights, std::int64_t keep, int threads);

/// Of one column `sums` [M] its largest weights, chosen alike, in place of what the table has of that item.
void put_largest(NeighbourTable&, std::int64_t item, const std::vector<float>& sums);

/// Item-based nearest neighbours (Sarwar et al. 2001, "Item-based collaborative filtering recommendation algorithms", without
/// ratings): the score of j is the sum, over the liked items i, of s(i, j) where i is among the `neighbours` items that are most
/// like j (of equal ones, the lower first). s = G[i][j] / (√G[i][i]·√G[j][j] + shrink) with G = XᵀWX, W the users' weights: the
/// cosine of their columns of likes, less for what few users say. Users who count less the more they like: Deshpande & Karypis 2004,
/// "Item-based top-N recommendation algorithms", whose rows of unit length are a balance of 1 (weigh_users).
NeighbourTable nearest_neighbours(const LikeMatrix&, std::int64_t neighbours, double shrink, int threads);

/// s of every item i of the matrix [M] with one more, liked once by each of `users`; 0 with those that nobody of them likes.
std::vector<float> likeness_to(const LikeMatrix&, const std::vector<std::int32_t>& users, double shrink);

}  // namespace encore
