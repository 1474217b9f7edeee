// Rows first, then the same likes by column, users ascending because rows are read in order.
#include "linear/like_matrix.h"

#include <algorithm>
#include <cmath>

#include "kernel/index.h"

namespace encore {
namespace {

void append_row(LikeMatrix& likes, std::vector<std::int32_t>& items) {
  if (items.empty()) return;
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
  likes.item.insert(likes.item.end(), items.begin(), items.end());
  likes.row.push_back(static_cast<std::int64_t>(likes.item.size()));
}

void fill_columns(LikeMatrix& likes) {
  likes.column.assign(at(likes.items) + 1, 0);
  for (const std::int32_t item : likes.item) ++likes.column[at(item) + 1];
  for (std::int64_t i = 0; i < likes.items; ++i) likes.column[at(i) + 1] += likes.column[at(i)];
  likes.user.resize(likes.item.size());
  std::vector<std::int64_t> next(likes.column.begin(), likes.column.end() - 1);
  for (std::int64_t u = 0; u < likes.users(); ++u)
    for (const std::int32_t item : likes.items_of(u)) likes.user[at(next[at(item)]++)] = static_cast<std::int32_t>(u);
}

void take_likes(const Dataset& dataset, std::int32_t user, std::vector<std::int32_t>& liked) {
  liked.clear();
  const auto items = dataset.ratings.items_of(user);
  const auto stars = dataset.ratings.ratings_of(user);
  for (std::size_t i = 0; i < items.size(); ++i)
    if (dataset.scale.implicit || static_cast<double>(stars[i]) >= dataset.scale.liked) liked.push_back(items[i]);
}

}  // namespace

std::int64_t LikeMatrix::pairs() const {
  std::int64_t sum = 0;
  for (std::int64_t u = 0; u < users(); ++u) {
    const auto n = static_cast<std::int64_t>(items_of(u).size());
    sum += n * n;
  }
  return sum;
}

double LikeMatrix::weight_of_item(std::int64_t i) const {
  if (weight.empty()) return static_cast<double>(users_of(i).size());
  double sum = 0;
  for (const std::int32_t u : users_of(i)) sum += static_cast<double>(weight_of(u));
  return sum;
}

void weigh_users(LikeMatrix& likes, double balance) {
  likes.weight.clear();
  if (balance == 0) return;
  const double mean = static_cast<double>(likes.item.size()) / static_cast<double>(likes.users());
  for (std::int64_t u = 0; u < likes.users(); ++u)
    likes.weight.push_back(static_cast<float>(std::pow(static_cast<double>(likes.items_of(u).size()) / mean, -balance)));
}

LikeMatrix like_matrix(std::int32_t items, const std::vector<std::vector<std::int32_t>>& rows) {
  LikeMatrix likes;
  likes.items = items;
  for (std::vector<std::int32_t> row : rows) append_row(likes, row);
  fill_columns(likes);
  return likes;
}

LikeMatrix training_likes(const Dataset& dataset) {
  LikeMatrix likes;
  likes.items = dataset.items.size();
  std::vector<std::int32_t> liked;
  for (const std::int32_t user : dataset.users_in(Fold::train)) {
    take_likes(dataset, user, liked);
    append_row(likes, liked);
  }
  fill_columns(likes);
  return likes;
}

LikeMatrix likes_of_everybody(const Dataset& dataset) {
  LikeMatrix likes;
  likes.items = dataset.items.size();
  std::vector<std::int32_t> liked;
  for (std::int32_t user = 0; user < dataset.ratings.users(); ++user) {
    take_likes(dataset, user, liked);
    append_row(likes, liked);
    if (liked.empty()) likes.row.push_back(likes.row.back());
  }
  fill_columns(likes);
  return likes;
}

}  // namespace encore
