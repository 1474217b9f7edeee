// Closed forms take ratings by columns and rows (rated_items.h). Not what has vectors.
#include <algorithm>
#include <cmath>

#include "kernel/index.h"
#include "linear/bordered_form.h"
#include "linear/linear_models.h"
#include "models/rated_items.h"

namespace encore {
namespace {

/// Users count as they did in the training (weigh_users); one who liked nothing then, as one who liked one item.
void weigh_as_before(LikeMatrix& all, double balance) {
  if (balance == 0) return;
  const auto likes = [&](std::int64_t user) { return static_cast<double>(all.items_of(user).size()); };
  double with_likes = 0;
  for (std::int64_t user = 0; user < all.users(); ++user) with_likes += likes(user) > 0;
  const double mean = static_cast<double>(all.item.size()) / std::max(with_likes, 1.0);
  for (std::int64_t user = 0; user < all.users(); ++user)
    all.weight.push_back(static_cast<float>(std::pow(std::max(likes(user), 1.0) / mean, -balance)));
}

Border border_of(const Model& guess, const RatedItems& rated, const TensorView* weights) {
  const CheckedJson made = guess.architecture();
  const ClosedForm form{made.value("l2", 500.0), made.value("denoise", 0.0), made.value("relax", 0.0), made.value("balance", 0.0)};
  std::vector<std::vector<std::int32_t>> liked_by(at(rated.size()));
  for (std::int64_t j = 0; j < rated.size(); ++j) liked_by[at(j)] = rated.liked_by(j);
  LikeMatrix likes = likes_of_everybody(rated.users);
  weigh_as_before(likes, form.balance);
  return bordered_form(likes, form, liked_by, weights, rated.threads);
}

float mixed(float guess, float told, float part) { return guess + part * (told - guess); }

NeighbourTable table_of(const Model& model) {
  const auto tensors = model.tensors();
  const TensorView& items = tensors.at(0).tensor;
  const TensorView& weights = tensors.at(1).tensor;
  NeighbourTable table{.items = items.shape.at(0), .width = items.shape.at(1), .item = {}, .weight = {}};
  for (std::int64_t i = 0; i < table.items; ++i) {
    table.item.insert(table.item.end(), items.values + i * items.stride, items.values + i * items.stride + table.width);
    table.weight.insert(table.weight.end(), weights.values + i * weights.stride, weights.values + i * weights.stride + table.width);
  }
  return table;
}

/// Of each rated item the column of the guess, mixed with what the training would make of the ratings.
std::shared_ptr<const Model> with_columns(const Model& guess, const RatedItems& rated, const std::vector<std::vector<float>>& told) {
  NeighbourTable to = table_of(guess);
  std::vector<float> column(at(to.items));
  for (std::int64_t j = 0; j < rated.size(); ++j) {
    std::ranges::fill(column, 0.0F);
    for (std::int64_t n = rated.place[at(j)] * to.width; n < (rated.place[at(j)] + 1) * to.width; ++n)
      if (to.item[at(n)] >= 0) column[static_cast<std::size_t>(to.item[at(n)])] = to.weight[at(n)];
    for (std::int64_t k = 0; k < to.items; ++k)
      if (!rated.users.items.is_added(static_cast<std::int32_t>(k)))
        column[at(k)] = mixed(column[at(k)], told[at(j)][at(k)], rated.part(j));
    put_largest(to, rated.place[at(j)], column);
  }
  return sparse_model(std::move(to), guess.architecture());
}

}  // namespace

std::shared_ptr<const Model> rate_dense(const Model& guess, std::int64_t, const RatedItems& rated) {
  const auto tensors = guess.tensors();
  const TensorView& weights = tensors.front().tensor;
  const Border border = border_of(guess, rated, &weights);
  SquareMatrix to = SquareMatrix::zeros(guess.items());
  for (std::int64_t i = 0; i < to.size; ++i) std::copy_n(weights.values + i * weights.stride, to.size, to.row(i));
  // Of another new item nobody's likes are known here: what it says of this one, and the other way round, stays a guess.
  const auto is_old = [&](std::int64_t k) { return !rated.users.items.is_added(static_cast<std::int32_t>(k)); };
  for (std::int64_t j = 0; j < rated.size(); ++j) {
    const std::int64_t place = rated.place[at(j)];
    const float part = rated.part(j);
    for (std::int64_t k = 0; k < to.size; ++k) {
      if (!is_old(k)) continue;
      to.row(k)[place] = mixed(to.row(k)[place], border.into[at(j)][at(k)], part);
      to.row(place)[k] = mixed(to.row(place)[k], border.out_of[at(j)][at(k)], part);
    }
    for (std::int64_t i = 0; i < rated.size(); ++i)
      if (i != j) to.row(rated.place[at(i)])[place] = mixed(to.row(rated.place[at(i)])[place], border.between[at(i)][at(j)], part);
  }
  return dense_model(std::move(to), guess.architecture());
}

std::shared_ptr<const Model> rate_sparse(const Model& guess, std::int64_t, const RatedItems& rated) {
  return with_columns(guess, rated, border_of(guess, rated, nullptr).into);
}

std::shared_ptr<const Model> rate_neighbours(const Model& guess, std::int64_t, const RatedItems& rated) {
  LikeMatrix likes = likes_of_everybody(rated.users);
  weigh_as_before(likes, guess.architecture().value("balance", 0.0));
  const auto shrink = guess.architecture().value("shrink", 0.0);
  std::vector<std::vector<float>> columns;
  for (std::int64_t j = 0; j < rated.size(); ++j) columns.push_back(likeness_to(likes, rated.liked_by(j), shrink));
  return with_columns(guess, rated, columns);
}

}  // namespace encore
