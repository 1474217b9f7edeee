// Sums in numbers of 53 bits, over users and items upwards, each new item's on one thread: the same bits for any number of them.
#include "linear/bordered_form.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "kernel/index.h"
#include "kernel/parallel.h"
#include "linear/square_matrix.h"
#include "linear/symmetric_inverse.h"

namespace encore {
namespace {

using Column = std::vector<double>;

double dot(const Column& a, const Column& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// A = XᵀWX + diag γ, which is never written down.
class Known {
 public:
  Known(const LikeMatrix& likes, const ClosedForm& form) : likes_(likes), form_(form) {
    for (std::int64_t i = 0; i < likes.items; ++i) {
      gamma_.push_back(gamma_of(likes.weight_of_item(i)));
      diagonal_.push_back(gamma_.back() + likes.weight_of_item(i));
    }
  }
  double gamma_of(double liked) const { return form_.l2 + form_.denoise / (1 - form_.denoise) * liked; }
  double weight_of(std::int32_t user) const { return static_cast<double>(likes_.weight_of(user)); }

  /// XᵀWy of somebody's likes y.
  Column shared(const std::vector<std::int32_t>& users) const {
    Column sums(at(likes_.items));
    for (const std::int32_t user : users)
      for (const std::int32_t item : likes_.items_of(user)) sums[static_cast<std::size_t>(item)] += weight_of(user);
    return sums;
  }

  /// A⁻¹b: conjugate gradients (Hestenes and Stiefel 1952) with A's diagonal as the preconditioner.
  Column solved(const Column& b) const {
    constexpr double precise = 1e-10;
    constexpr int most_rounds = 2000;
    Column v(b.size()), rest = b, scaled = through_diagonal(rest), along = scaled;
    double now = dot(rest, scaled);
    const double enough = now * precise * precise;
    for (int round = 0; round < most_rounds && now > enough; ++round) {
      const Column turned = times(along);
      const double step = now / dot(along, turned);
      for (std::size_t i = 0; i < v.size(); ++i) v[i] += step * along[i], rest[i] -= step * turned[i];
      scaled = through_diagonal(rest);
      const double next = dot(rest, scaled);
      for (std::size_t i = 0; i < v.size(); ++i) along[i] = scaled[i] + next / now * along[i];
      now = next;
    }
    return v;
  }

  struct Diagonal {
    double inverse;  ///< C[k][k]
    double gamma;
  };
  /// C's diagonal from column k of B: Σ over i ≠ k of A[k][i]·B[i][k] is scale · (A[k][k]·C[k][k] − 1).
  Diagonal diagonal(std::int32_t k, const TensorView& weights) const {
    double around = 0;
    for (const std::int32_t user : likes_.users_of(k)) {
      double sum = 0;
      for (const std::int32_t item : likes_.items_of(user))
        if (item != k) sum += static_cast<double>(weights.values[item * weights.stride + k]);
      around += weight_of(user) * sum;
    }
    const double whole = diagonal_[static_cast<std::size_t>(k)], gamma = gamma_[static_cast<std::size_t>(k)];
    const double scale = std::max(gamma, (1 - form_.relax) * whole - around);
    return {(1 + around / scale) / whole, gamma};
  }

 private:
  Column through_diagonal(const Column& of) const {
    Column scaled(of.size());
    for (std::size_t i = 0; i < of.size(); ++i) scaled[i] = of[i] / diagonal_[i];
    return scaled;
  }
  Column times(const Column& v) const {
    Column sums(v.size());
    for (std::size_t i = 0; i < v.size(); ++i) sums[i] = gamma_[i] * v[i];
    for (std::int32_t user = 0; user < likes_.users(); ++user) {
      double sum = 0;
      for (const std::int32_t item : likes_.items_of(user)) sum += v[static_cast<std::size_t>(item)];
      sum *= weight_of(user);
      for (const std::int32_t item : likes_.items_of(user)) sums[static_cast<std::size_t>(item)] += sum;
    }
    return sums;
  }

  const LikeMatrix& likes_;
  const ClosedForm& form_;
  Column gamma_, diagonal_;
};

/// Σ of the weights of those who stand in both lists.
double in_both(const Known& known, const std::vector<std::int32_t>& a, const std::vector<std::int32_t>& b) {
  double sum = 0;
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
    if (*i == *j) sum += known.weight_of(*i);
    if (*i < *j) ++i;
    else if (*j < *i) ++j;
    else ++i, ++j;
  }
  return sum;
}

}  // namespace

Border bordered_form(const LikeMatrix& likes, const ClosedForm& form, const std::vector<std::vector<std::int32_t>>& liked_by,
                     const TensorView* weights, int threads) {
  const Known known(likes, form);
  const std::int64_t count = std::ssize(liked_by), items = likes.items;
  std::vector<Column> shared(at(count)), solved(at(count)), over(at(count));  // b, V, V·S⁻¹
  kernel::parallel_for(count, threads, [&](std::int64_t j) {
    shared[at(j)] = known.shared(liked_by[at(j)]);
    solved[at(j)] = known.solved(shared[at(j)]);
  });
  SquareMatrix rest = SquareMatrix::zeros(count);  // S, then −S⁻¹
  Column gamma(at(count)), scale(at(count));
  kernel::parallel_for(count, threads, [&](std::int64_t j) {
    for (std::int64_t l = j; l < count; ++l)
      rest.row(j)[l] = static_cast<float>(in_both(known, liked_by[at(j)], liked_by[at(l)]) - dot(shared[at(j)], solved[at(l)]));
    gamma[at(j)] = known.gamma_of(in_both(known, liked_by[at(j)], liked_by[at(j)]));
    rest.row(j)[j] += static_cast<float>(gamma[at(j)]);
  });
  if (!invert_negated(rest, threads)) throw std::logic_error("what the known items leave of the new ones is not positive definite");
  Border border;
  border.into.resize(at(count)), border.between.resize(at(count)), border.out_of.resize(weights ? at(count) : 0);
  for (std::int64_t j = 0; j < count; ++j) scale[at(j)] = std::max(gamma[at(j)], (form.relax - 1) / static_cast<double>(rest.row(j)[j]));
  kernel::parallel_for(count, threads, [&](std::int64_t j) {
    over[at(j)].resize(at(items));
    for (std::int64_t l = 0; l < count; ++l)
      for (std::size_t k = 0; k < at(items); ++k) over[at(j)][k] -= static_cast<double>(rest.row(j)[l]) * solved[at(l)][k];
    for (std::size_t k = 0; k < at(items); ++k) border.into[at(j)].push_back(static_cast<float>(over[at(j)][k] * scale[at(j)]));
    for (std::int64_t l = 0; l < count; ++l)
      border.between[at(j)].push_back(j == l ? 0 : static_cast<float>(static_cast<double>(rest.row(j)[l]) * scale[at(l)]));
  });
  if (weights == nullptr) return border;
  for (auto& row : border.out_of) row.resize(at(items));
  kernel::parallel_for(items, threads, [&](std::int64_t k) {
    if (likes.users_of(k).empty()) return;
    auto [inverse, own] = known.diagonal(static_cast<std::int32_t>(k), *weights);
    for (std::size_t j = 0; j < at(count); ++j) inverse += over[j][at(k)] * solved[j][at(k)];
    const double scale_now = std::max(own, (1 - form.relax) / inverse);
    for (std::size_t j = 0; j < at(count); ++j) border.out_of[j][at(k)] = static_cast<float>(over[j][at(k)] * scale_now);
  });
  return border;
}

}  // namespace encore
