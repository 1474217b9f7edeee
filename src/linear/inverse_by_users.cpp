// K from the users' common likes, its inverse, then one row of the result for each item from the rows of its users.
#include "linear/inverse_by_users.h"

#include <cmath>

#include "kernel/index.h"
#include "kernel/kernels.h"
#include "kernel/parallel.h"
#include "linear/symmetric_inverse.h"

namespace encore {
namespace {

std::int64_t padded(std::int64_t n) { return (n + 15) / 16 * 16; }

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

bool invert_by_users(const LikeMatrix& likes, const std::vector<double>& added, SquareMatrix& to, int threads,
                     const std::function<bool(double)>& on_progress) {
  const kernel::Kernels& kernels = kernel::device_named("cpu");
  SquareMatrix k = common_likes(likes, added, threads);
  if (!invert_negated(k, threads, on_progress)) return false;
  const std::int64_t stride = to.stride;
  const std::vector<double> root = roots(likes);
  kernel::AlignedFloats product(at(likes.users() * stride));  // −K⁻¹·XΓ
  kernel::parallel_for(likes.users(), threads, [&](std::int64_t u) {
    float* row = product.data() + u * stride;
    const float* inverse = k.row(u);
    for (std::int64_t j = 0; j < likes.items; ++j) {
      double sum = 0;
      for (std::int64_t place = likes.column[at(j)]; place < likes.column[at(j) + 1]; ++place) {
        const std::int32_t v = likes.user[at(place)];
        sum += root[at(v)] * static_cast<double>(likes.value_in_column(place)) * static_cast<double>(inverse[v]);
      }
      row[j] = static_cast<float>(sum / added[at(j)]);
    }
  });
  kernel::parallel_for(likes.items, threads, [&](std::int64_t i) {
    float* row = to.row(i);
    const double share = 1 / added[at(i)];
    for (std::int64_t place = likes.column[at(i)]; place < likes.column[at(i) + 1]; ++place) {
      const std::int32_t u = likes.user[at(place)];
      const double x = root[at(u)] * static_cast<double>(likes.value_in_column(place));
      kernels.add_scaled(row, product.data() + u * stride, static_cast<float>(-share * x), stride);
    }
    row[i] -= static_cast<float>(share);
  });
  return true;
}

bool fewer_users(std::int64_t users, std::int64_t items) { return 2 * users <= items; }

std::int64_t by_users_workspace_bytes(std::int64_t users, std::int64_t items) {
  return SquareMatrix::bytes(users) + inverse_workspace_bytes(users) + users * padded(items) * 4;
}

}  // namespace encore
