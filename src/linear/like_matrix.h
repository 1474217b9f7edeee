// The training users' likes as a sparse matrix of ones, or of weights where counts weigh (weight_of_like), by user and by item: what
// closed forms learn from. Not the dataset, which knows stars, held-out users and parts (dataset/dataset.h).
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "dataset/dataset.h"

namespace encore {

/// Rows without a like are left out. An item that stands twice in a row counts once.
struct LikeMatrix {
  std::int32_t items = 0;               ///< M
  std::vector<std::int64_t> row{0};     ///< [U + 1]
  std::vector<std::int32_t> item;       ///< [likes], ascending in each row
  std::vector<std::int64_t> column{0};  ///< [M + 1]
  std::vector<std::int32_t> user;       ///< [likes], ascending in each column
  std::vector<float> weight;            ///< [U] how much each row counts; empty: 1
  std::vector<float> value, of_user;    ///< [likes] X in the order of `item` and in that of `user`; empty: ones
  float value_in_row(std::int64_t place) const { return value.empty() ? 1.0F : value[static_cast<std::size_t>(place)]; }
  float value_in_column(std::int64_t place) const { return of_user.empty() ? 1.0F : of_user[static_cast<std::size_t>(place)]; }
  float weight_of(std::int64_t u) const { return weight.empty() ? 1.0F : weight[static_cast<std::size_t>(u)]; }
  /// Σ over the item's users of their weights, times what each like weighs squared: G[i][i].
  double weight_of_item(std::int64_t i) const;
  std::int64_t users() const { return static_cast<std::int64_t>(row.size()) - 1; }
  std::span<const std::int32_t> items_of(std::int64_t u) const {
    return {item.data() + row[static_cast<std::size_t>(u)], item.data() + row[static_cast<std::size_t>(u) + 1]};
  }
  std::span<const std::int32_t> users_of(std::int64_t i) const {
    return {user.data() + column[static_cast<std::size_t>(i)], user.data() + column[static_cast<std::size_t>(i) + 1]};
  }
  /// Σ over users of their likes squared: what a pass over all pairs costs.
  std::int64_t pairs() const;
};

/// Of rows that are given as lists of items below `items`.
LikeMatrix like_matrix(std::int32_t items, const std::vector<std::vector<std::int32_t>>& rows);

/// Weighs each row by (its likes ÷ the mean)^−balance; 0: all alike.
void weigh_users(LikeMatrix&, double balance);

/// Of the training users of a dataset: ratings of at least `scale.liked`, or all where there are no stars.
LikeMatrix training_likes(const Dataset&);
/// Of every row of the dataset, also of those without a like: row u is user u's.
LikeMatrix likes_of_everybody(const Dataset&);

}  // namespace encore
