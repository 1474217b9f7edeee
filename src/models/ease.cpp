// ease: a linear autoencoder in closed form (linear/closed_form.h has the formulas), with its denoising and its relaxed form.
// What nobody says is chosen elsewhere (ease_choice.h).
#include <fmt/format.h>

#include <algorithm>
#include <new>

#include "console/table.h"
#include "kernel/kernels.h"
#include "linear/closed_form.h"
#include "linear/linear_models.h"
#include "models/added_items.h"
#include "models/ease_choice.h"
#include "models/one_process.h"
#include "models/rated_items.h"
#include "models/table.h"
#include "process/error.h"
#include "process/interruption.h"
#include "process/resources.h"

namespace encore {
namespace {

constexpr double unsaid = -1;
/// A search on validation users takes five to ten solutions; above this many operations for one, only the rule decides.
constexpr double most_operations_to_search = 4e11;

[[noreturn]] void refuse(std::int64_t items, std::int64_t bytes, std::int64_t available) {
  throw UserError(fmt::format("--model ease needs {} for {} films ({}² · 4 bytes and what it works with), and there are {}; "
                              "take --model elsa, or prepare with --min-item-ratings so that fewer films are left",
                              readable_bytes(bytes), with_thousands(items), with_thousands(items),
                              readable_bytes(available)));
}

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
                                               std::min((count + 15) / 16 * 16, matrix_.stride - first));
      for (std::int64_t j = 0; j < count; ++j) to[j] *= scale_[static_cast<std::size_t>(first + j)];
    }
  }
  const SquareMatrix& matrix_;
  std::vector<float> scale_;
};

class EaseFit final : public OneStepFit {
 public:
  explicit EaseFit(const FitContext& context) : OneStepFit(context) {
    require_one_process(context, "ease");
    const std::int64_t available = free_memory();
    if (bytes() > available) refuse(items(), bytes(), available);
  }
  std::string description() const override {
    return fmt::format("{} × {} weights, {} of memory", with_thousands(items()), with_thousands(items()), readable_bytes(bytes()));
  }
  std::string outcome() const override { return outcome_; }

 private:
  std::int64_t items() const { return context_.dataset.items.size(); }
  std::int64_t bytes() const { return closed_form_bytes(items(), std::ssize(context_.dataset.users_in(Fold::train))); }
  std::int64_t keep() const { return context_.plan.whole("keep"); }

  std::shared_ptr<const Model> made() override {
    const LikeMatrix likes = training_likes(context_.dataset);
    require_likes(likes);
    try {
      const ChosenForm chosen = decided(likes);
      outcome_ = fmt::format("λ {:.4g}, denoise {:.4g}, relax {:.4g}, balance {:.4g}: {}", chosen.form.l2, chosen.form.denoise,
                             chosen.form.relax, chosen.form.balance, chosen.why);
      return finished(solved(likes, chosen.form), chosen);
    } catch (const std::bad_alloc&) {
      refuse(items(), bytes(), free_memory());
    }
  }

  SolvedGram solved(LikeMatrix likes, const ClosedForm& form) const {
    weigh_users(likes, form.balance);
    SolvedGram gram = solve_gram(likes, form.l2, form.denoise, context_.plan.threads,
                                 [](double) { return interruption_requested() == 0; });
    if (gram.inverse.size == 0) throw Interrupted(interruption_requested(), "stopped; --model ease starts again from nothing");
    return gram;
  }

  std::shared_ptr<const LinearModel> finished(SolvedGram gram, const ChosenForm& chosen) const {
    const ClosedForm& form = chosen.form;
    scale_columns(gram.inverse, column_scales(gram, form.relax), context_.plan.threads);
    CheckedJson architecture{{"model", "ease"},         {"input", "binary"},         {"l2", form.l2},  {"denoise", form.denoise},
                             {"relax", form.relax}, {"balance", form.balance}, {"keep", keep()}, {"settings", chosen.why}};
    if (keep() == 0) return dense_model(std::move(gram.inverse), std::move(architecture));
    return sparse_model(largest_of_columns(gram.inverse, keep(), context_.plan.threads), std::move(architecture));
  }

  ChosenForm decided(const LikeMatrix& likes) const {
    const TrainingPlan& plan = context_.plan;
    const SaidForm said{plan.number("l2"), plan.number("denoise"), plan.number("relax"), plan.number("balance")};
    const ChosenForm usual = usual_form(likes, said);
    const double operations = closed_form_operations(likes.items, likes.users(), std::ssize(likes.item));
    if (said.l2 >= 0 || operations > most_operations_to_search || ranking_users(context_.dataset) < 2) return usual;
    return form_for_validation_users(usual, said, [&](const ClosedForm& form, const std::vector<double>& relaxes) {
      const SolvedGram gram = solved(likes, form);
      std::vector<std::vector<double>> quality;
      for (const double relax : relaxes)
        quality.push_back(validation_ndcgs(ScaledColumns(gram.inverse, column_scales(gram, relax)), context_.dataset, plan.threads));
      return quality;
    });
  }

  std::string outcome_;
};

std::shared_ptr<const Model> open_ease(const ModelSource& source) {
  return source.architecture.count("keep", 0) == 0 ? open_dense(source) : open_sparse(source);
}

std::shared_ptr<const Model> grow_ease(const Model& model, std::int64_t block_items, const AddedItems& added) {
  const bool dense = model.architecture().value("keep", std::int64_t{0}) == 0;
  return dense ? grow_dense(model, block_items, added) : grow_sparse(model, block_items, added);
}

std::shared_ptr<const Model> rate_ease(const Model& guess, std::int64_t block_items, const RatedItems& rated) {
  const bool dense = guess.architecture().value("keep", std::int64_t{0}) == 0;
  return dense ? rate_dense(guess, block_items, rated) : rate_sparse(guess, block_items, rated);
}

}  // namespace

ModelKind ease_kind() {
  return {.name = "ease",
          .sentence = "Linear autoencoder in closed form (Steck 2019), with --denoise (Steck 2020) and --relax (Moon et al. 2023).",
          .manner = "which is computed in closed form",
          .architecture = {.model = "ease", .input = Input::binary, .input_dropout = 0, .hidden = {}},
          .training = {.learning_rate = 0, .epsilon = 0, .weight_decay = 0, .batch_size = 1, .epochs = 0},
          .knobs = {{.name = "--l2",
                     .value_name = "L",
                     .sentence = "λ: how strongly weights are drawn to zero.",
                     .usual = unsaid,
                     .low = 1e-6,
                     .high = 1e9,
                     .default_text = "follows from the data; tried on validation users where that takes seconds",
                     .search = {.low = 5, .high = 5000, .logarithmic = true}},
                    {.name = "--denoise",
                     .value_name = "P",
                     .sentence = "Share of each user's likes that is left out of the input, in expectation (EDLAE).",
                     .usual = unsaid,
                     .low = 0,
                     .high = 0.99,
                     .default_text = "0.33, or 0 beside --l2, --relax or --balance",
                     .search = {.low = 0, .high = 0.8}},
                    {.name = "--relax",
                     .value_name = "X",
                     .sentence = "How far the diagonal may rise above 0 while weights are computed (RDLAE).",
                     .usual = unsaid,
                     .low = 0,
                     .high = 1,
                     .default_text = "0.4, or 0 beside --l2, --denoise or --balance; tried as --l2",
                     .search = {.low = 0, .high = 0.8}},
                    {.name = "--balance",
                     .value_name = "B",
                     .sentence = "Users count less the more they like: as (likes ÷ mean)^−B; at 0 all count alike.",
                     .usual = unsaid,
                     .low = 0,
                     .high = 2,
                     .default_text = "0.25, or 0 beside --l2, --denoise or --relax; tried as --l2",
                     .search = {.low = 0, .high = 1}},
                    {.name = "--keep",
                     .value_name = "N",
                     .sentence = "Only the N largest weights of each film are stored; 0: all, films² · 4 bytes.",
                     .usual = std::int64_t{0},
                     .low = 0,
                     .high = 1e6}},
          .listens_to = std::vector<std::string_view>{},
          .one_process = true,
          .begin = [](const FitContext& context) -> std::unique_ptr<Fit> { return std::make_unique<EaseFit>(context); },
          .open = [](const ModelSource& source) -> std::shared_ptr<const Model> { return open_ease(source); },
          .grow = grow_ease,
          .rate = rate_ease};
}

}  // namespace encore
