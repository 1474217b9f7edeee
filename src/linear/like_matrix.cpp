// Rows first, then the same likes by column, users ascending because rows are read in order.
#include "linear/like_matrix.h"

#include <algorithm>
#include <cmath>

#include "kernel/index.h"
#include "model/input_rows.h"

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
  likes.of_user.resize(likes.value.size());
  std::vector<std::int64_t> next(likes.column.begin(), likes.column.end() - 1);
  for (std::int64_t u = 0; u < likes.users(); ++u)
    for (std::int64_t place = likes.row[at(u)]; place < likes.row[at(u) + 1]; ++place) {
      const std::size_t to = at(next[at(likes.item[at(place)])]++);
      likes.user[to] = static_cast<std::int32_t>(u);
      if (!likes.value.empty()) likes.of_user[to] = likes.value[at(place)];
    }
}

/// A user's likes, which ascend as the dataset's ratings do; `always`: also where there are none.
void append_user(LikeMatrix& likes, const Dataset& dataset, std::int32_t user, bool always) {
  const auto items = dataset.ratings.items_of(user);
  const auto stars = dataset.ratings.ratings_of(user);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!dataset.scale.implicit && static_cast<double>(stars[i]) < dataset.scale.liked) continue;
    likes.item.push_back(items[i]);
    if (dataset.scale.log_counts) likes.value.push_back(weight_of_like(dataset.scale, stars[i]));
  }
  if (always || std::ssize(likes.item) > likes.row.back()) likes.row.push_back(std::ssize(likes.item));
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
  if (weight.empty() && value.empty()) return static_cast<double>(users_of(i).size());
  double sum = 0;
  for (std::int64_t place = column[at(i)]; place < column[at(i) + 1]; ++place) {
    const auto x = static_cast<double>(value_in_column(place));
    sum += static_cast<double>(weight_of(user[at(place)])) * x * x;
  }
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
  for (const std::int32_t user : dataset.users_in(Fold::train)) append_user(likes, dataset, user, false);
  fill_columns(likes);
  return likes;
}

LikeMatrix likes_of_everybody(const Dataset& dataset) {
  LikeMatrix likes;
  likes.items = dataset.items.size();
  for (std::int32_t user = 0; user < dataset.ratings.users(); ++user) append_user(likes, dataset, user, true);
  fill_columns(likes);
  return likes;
}

}  // namespace encore
