// Count pairs, add to the diagonal, invert in place, or all of that by way of the users; scale columns in place.
#include "linear/closed_form.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/parallel.h"
#include "linear/gram.h"
#include "linear/inverse_by_users.h"
#include "linear/symmetric_inverse.h"

namespace encore {

std::vector<double> added_to_diagonal(const LikeMatrix& likes, double l2, double denoise) {
  std::vector<double> added;
  for (std::int64_t j = 0; j < likes.items; ++j) added.push_back(l2 + denoise / (1 - denoise) * likes.weight_of_item(j));
  return added;
}

float scale_of_column(double added, float diagonal, double relax) {
  return static_cast<float>(std::max(added, (1 - relax) / -static_cast<double>(diagonal)));
}

SolvedGram solve_gram(const LikeMatrix& likes, double l2, double denoise, int threads,
                      const std::function<bool(double)>& on_progress) {
  SolvedGram solved{SquareMatrix::zeros(likes.items), added_to_diagonal(likes, l2, denoise)};
  bool stopped = false;
  const auto progress = [&](double share) {
    stopped = on_progress && !on_progress(share);
    return !stopped;
  };
  bool done = false;
  if (fewer_users(likes.users(), likes.items)) {
    done = invert_by_users(likes, solved.added, solved.inverse, threads, progress);
  } else {
    add_gram(likes, solved.inverse, threads);
    for (std::int64_t j = 0; j < likes.items; ++j) {
      float& diagonal = solved.inverse.row(j)[j];
      diagonal = static_cast<float>(static_cast<double>(diagonal) + solved.added[static_cast<std::size_t>(j)]);
    }
    done = invert_negated(solved.inverse, threads, progress);
  }
  if (stopped) return {};
  if (!done) throw not_invertible(l2);
  return solved;
}

UserError not_invertible(double l2) {
  return UserError(fmt::format(
      "the matrix of likes cannot be inverted with --l2 {}: too little for numbers of 24 bits; raise it", l2));
}

std::vector<float> column_scales(const SolvedGram& solved, double relax) {
  std::vector<float> scale(solved.added.size());
  for (std::size_t j = 0; j < scale.size(); ++j)
    scale[j] = scale_of_column(solved.added[j], solved.inverse.row(static_cast<std::int64_t>(j))[j], relax);
  return scale;
}

void scale_columns(SquareMatrix& negated_inverse, const std::vector<float>& scale, int threads) {
  kernel::parallel_for(negated_inverse.size, threads, [&](std::int64_t i) {
    float* row = negated_inverse.row(i);
    for (std::size_t j = 0; j < scale.size(); ++j) row[j] *= scale[j];
    row[i] = 0;
  });
}

SquareMatrix closed_form(const LikeMatrix& likes, const ClosedForm& form, int threads,
                         const std::function<bool(double)>& on_progress) {
  SolvedGram solved = solve_gram(likes, form.l2, form.denoise, threads, on_progress);
  if (solved.inverse.size > 0) scale_columns(solved.inverse, column_scales(solved, form.relax), threads);
  return std::move(solved.inverse);
}

std::int64_t closed_form_bytes(std::int64_t items, std::int64_t users) {
  const std::int64_t beside = fewer_users(users, items) ? by_users_workspace_bytes(users, items) : inverse_workspace_bytes(items);
  return SquareMatrix::bytes(items) + beside;
}

double closed_form_operations(std::int64_t items, std::int64_t users, std::int64_t likes) {
  const auto m = static_cast<double>(items), u = static_cast<double>(users);
  return fewer_users(users, items) ? u * u * u + static_cast<double>(likes) * (u + m) : m * m * m;
}

}  // namespace encore
