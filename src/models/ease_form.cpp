// Each form that is tried is solved once, and judged for several ξ.
#include "models/ease_form.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/kernels.h"
#include "linear/linear_models.h"
#include "models/one_process.h"
#include "process/error.h"
#include "process/interruption.h"

namespace encore {
namespace {

/// A search on validation users takes five to ten solutions; above this many operations for one, only the rule decides.
constexpr double most_operations_to_search = 4e11;

/// The unfinished B, whose columns get their scale as they are scored: judged without a second matrix.
class ScaledColumns final : public LinearModel {
 public:
  ScaledColumns(const SquareMatrix& matrix, std::vector<float> scale)
      : LinearModel(matrix.size, CheckedJson{{"model", "ease"}}), matrix_(matrix), scale_(std::move(scale)) {
    scale_.resize(static_cast<std::size_t>(matrix.stride));
  }
  float weight(std::int32_t from, std::int32_t to) const override {
    return from == to ? 0 : matrix_.row(from)[to] * scale_[static_cast<std::size_t>(to)];
  }
  std::int64_t parameters() const override { return 0; }
  std::vector<LayerShape> layers() const override { return {}; }
  std::vector<ModelTensor<const float>> tensors() const override { return {}; }

 private:
  /// A film that goes in is no candidate, so the diagonal may be what it likes.
  void add(const InputRows& rows, std::int64_t first, std::int64_t count, float* scores) const override {
    for (std::size_t r = 0; r < static_cast<std::size_t>(rows.size()); ++r) {
      float* to = scores + static_cast<std::int64_t>(r) * block;
      for (auto e = static_cast<std::size_t>(rows.start[r]); e < static_cast<std::size_t>(rows.start[r + 1]); ++e)
        kernel::device_named("cpu").add_scaled(to, matrix_.row(rows.item[e]) + first, rows.value[e],
                                               std::min(kernel::padded(count), matrix_.stride - first));
      for (std::int64_t j = 0; j < count; ++j) to[j] *= scale_[static_cast<std::size_t>(first + j)];
    }
  }
  const SquareMatrix& matrix_;
  std::vector<float> scale_;
};

SaidForm said_in(const TrainingPlan& plan) {
  return {plan.number("l2"), plan.number("denoise"), plan.number("relax"), plan.number("balance")};
}

}  // namespace

bool asks_validation_users(const LikeMatrix& likes, const TrainingPlan& plan) {
  return said_in(plan).l2 < 0 && closed_form_operations(likes.items, likes.users(), std::ssize(likes.item)) <= most_operations_to_search;
}

ChosenForm usual_ease_form(const LikeMatrix& likes, const TrainingPlan& plan) { return usual_form(likes, said_in(plan)); }

ChosenForm ease_form(const LikeMatrix& likes, const Dataset& dataset, const TrainingPlan& plan) {
  const ChosenForm usual = usual_ease_form(likes, plan);
  if (!asks_validation_users(likes, plan) || ranking_users(dataset) < 2) return usual;
  return form_for_validation_users(usual, said_in(plan), [&](const ClosedForm& form, const std::vector<double>& relaxes) {
    const SolvedGram gram = solved_ease(likes, form, plan.threads);
    std::vector<std::vector<double>> quality;
    for (const double relax : relaxes)
      quality.push_back(validation_ndcgs(ScaledColumns(gram.inverse, column_scales(gram, relax)), dataset, plan.threads));
    return quality;
  });
}

SolvedGram solved_ease(LikeMatrix likes, const ClosedForm& form, int threads) {
  weigh_users(likes, form.balance);
  SolvedGram gram = solve_gram(likes, form.l2, form.denoise, threads, [](double) { return interruption_requested() == 0; });
  if (gram.inverse.size == 0) throw Interrupted(interruption_requested(), "stopped; --model ease starts again from nothing");
  return gram;
}

CheckedJson ease_architecture(const ChosenForm& chosen, std::int64_t keep) {
  const ClosedForm& form = chosen.form;
  return {{"model", "ease"},     {"input", "binary"},       {"l2", form.l2}, {"denoise", form.denoise},
          {"relax", form.relax}, {"balance", form.balance}, {"keep", keep},  {"settings", chosen.why}};
}

std::string ease_outcome(const ChosenForm& chosen) {
  return fmt::format("λ {:.4g}, denoise {:.4g}, relax {:.4g}, balance {:.4g}: {}", chosen.form.l2, chosen.form.denoise, chosen.form.relax,
                     chosen.form.balance, chosen.why);
}

}  // namespace encore
