// Count pairs, add to the diagonal, invert in place, scale columns in place.
#include "linear/closed_form.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/parallel.h"
#include "linear/gram.h"
#include "linear/symmetric_inverse.h"
#include "process/error.h"

namespace encore {

SolvedGram solve_gram(const LikeMatrix& likes, double l2, double denoise, int threads,
                      const std::function<bool(double)>& on_progress) {
  SolvedGram solved{SquareMatrix::zeros(likes.items), std::vector<double>(static_cast<std::size_t>(likes.items))};
  add_gram(likes, solved.inverse, threads);
  for (std::int64_t j = 0; j < likes.items; ++j) {
    float& diagonal = solved.inverse.row(j)[j];
    double& added = solved.added[static_cast<std::size_t>(j)];
    added = l2 + denoise / (1 - denoise) * static_cast<double>(diagonal);
    diagonal = static_cast<float>(static_cast<double>(diagonal) + added);
  }
  bool stopped = false;
  const bool done = invert_negated(solved.inverse, threads, [&](double share) {
    stopped = on_progress && !on_progress(share);
    return !stopped;
  });
  if (stopped) return {};
  if (!done) {
    throw UserError(fmt::format(
        "the matrix of likes cannot be inverted with --l2 {}: too little for numbers of 24 bits; raise it", l2));
  }
  return solved;
}

std::vector<float> column_scales(const SolvedGram& solved, double relax) {
  std::vector<float> scale(solved.added.size());
  for (std::size_t j = 0; j < scale.size(); ++j) {
    const double c = -static_cast<double>(solved.inverse.row(static_cast<std::int64_t>(j))[j]);
    scale[j] = static_cast<float>(std::max(solved.added[j], (1 - relax) / c));
  }
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

std::int64_t closed_form_bytes(std::int64_t items) {
  return SquareMatrix::bytes(items) + inverse_workspace_bytes(items);
}

}  // namespace encore
