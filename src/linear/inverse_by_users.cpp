// K from the users' common likes, its inverse, then some columns at a time of each item's row from the rows of its users.
#include "linear/inverse_by_users.h"

#include <algorithm>
#include <cmath>

#include "kernel/index.h"
#include "kernel/kernels.h"
#include "kernel/parallel.h"
#include "linear/symmetric_inverse.h"

namespace encore {
namespace {

/// Of the users' product: it lies in the caches, and memory does not grow with the catalogue.
constexpr std::int64_t columns_at_once = 2048;

/// √w of each user: X's rows are multiplied by them.
std::vector<double> roots(const LikeMatrix& likes) {
  std::vector<double> root;
  for (std::int64_t u = 0; u < likes.users(); ++u) root.push_back(std::sqrt(static_cast<double>(likes.weight_of(u))));
  return root;
}

/// K[u][v] = [u = v] + √w[u]·√w[v]·Σ over the items that both like of X[u]·X[v]/γ.
SquareMatrix common_likes(const LikeMatrix& likes, const std::vector<double>& added, int threads) {
  SquareMatrix k = SquareMatrix::zeros(likes.users());
  const std::vector<double> root = roots(likes);
  kernel::parallel_for(likes.users(), threads, [&](std::int64_t u) {
    std::vector<double> row(at(likes.users()), 0.0);
    for (std::int64_t place = likes.row[at(u)]; place < likes.row[at(u) + 1]; ++place) {
      const std::int32_t item = likes.item[at(place)];
      const double x = static_cast<double>(likes.value_in_row(place)) / added[at(item)];
      for (std::int64_t other = likes.column[at(item)]; other < likes.column[at(item) + 1]; ++other)
        row[at(likes.user[at(other)])] += static_cast<double>(likes.value_in_column(other)) * x;
    }
    float* to = k.row(u);
    for (std::int64_t v = 0; v < likes.users(); ++v)
      to[v] = static_cast<float>((u == v ? 1 : 0) + root[at(u)] * root[at(v)] * row[at(v)]);
  });
  return k;
}

}  // namespace

SquareMatrix invert_users(const LikeMatrix& likes, const std::vector<double>& added, int threads,
                          const std::function<bool(double)>& on_progress) {
  SquareMatrix k = common_likes(likes, added, threads);
  return invert_negated(k, threads, on_progress) ? std::move(k) : SquareMatrix{};
}

void fill_by_users(const LikeMatrix& likes, const std::vector<double>& added, const SquareMatrix& users, MatrixBlock to, int threads) {
  const kernel::Kernels& kernels = kernel::device_named("cpu");
  const std::vector<double> root = roots(likes);
  const std::int64_t stride_of_product = std::min(columns_at_once, kernel::padded(to.last_column - to.first_column));
  kernel::AlignedFloats product(at(likes.users() * stride_of_product));  // columns of −K⁻¹·XΓ
  for (std::int64_t first = to.first_column; first < to.last_column; first += columns_at_once) {
    const std::int64_t last = std::min(first + columns_at_once, to.last_column), width = kernel::padded(last - first);
    kernel::parallel_for(likes.users(), threads, [&](std::int64_t u) {
      float* row = product.data() + u * stride_of_product;
      const float* inverse = users.row(u);
      for (std::int64_t j = first; j < last; ++j) {
        double sum = 0;
        for (std::int64_t place = likes.column[at(j)]; place < likes.column[at(j) + 1]; ++place) {
          const std::int32_t v = likes.user[at(place)];
          sum += root[at(v)] * static_cast<double>(likes.value_in_column(place)) * static_cast<double>(inverse[v]);
        }
        row[j - first] = static_cast<float>(sum / added[at(j)]);
      }
      std::fill(row + last - first, row + width, 0.0F);
    });
    kernel::parallel_for(to.last_row - to.first_row, threads, [&](std::int64_t r) {
      const std::int64_t i = to.first_row + r;
      float* row = to.values + r * to.stride + (first - to.first_column);
      const double share = 1 / added[at(i)];
      for (std::int64_t place = likes.column[at(i)]; place < likes.column[at(i) + 1]; ++place) {
        const std::int32_t u = likes.user[at(place)];
        const double x = root[at(u)] * static_cast<double>(likes.value_in_column(place));
        kernels.add_scaled(row, product.data() + u * stride_of_product, static_cast<float>(-share * x), width);
      }
      if (i >= first && i < last) row[i - first] -= static_cast<float>(share);
    });
  }
}

bool invert_by_users(const LikeMatrix& likes, const std::vector<double>& added, SquareMatrix& to, int threads,
                     const std::function<bool(double)>& on_progress) {
  const SquareMatrix users = invert_users(likes, added, threads, on_progress);
  if (users.size == 0) return false;
  fill_by_users(likes, added, users, {0, likes.items, 0, likes.items, to.values.data(), to.stride}, threads);
  return true;
}

bool fewer_users(std::int64_t users, std::int64_t items) { return 2 * users <= items; }

std::int64_t by_users_workspace_bytes(std::int64_t users, std::int64_t items) {
  return SquareMatrix::bytes(users) + inverse_workspace_bytes(users) + users * std::min(columns_at_once, kernel::padded(items)) * 4;
}

}  // namespace encore
