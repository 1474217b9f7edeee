// ease: a linear autoencoder in closed form (linear/closed_form.h has the formulas), with its denoising and its relaxed form.
// What nobody says is chosen here: λ from the data, and on validation users where there are any.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <new>

#include "console/table.h"
#include "linear/closed_form.h"
#include "linear/linear_models.h"
#include "models/one_process.h"
#include "models/table.h"
#include "process/error.h"
#include "process/interruption.h"
#include "process/resources.h"

namespace encore {
namespace {

constexpr double unsaid = -1;
/// Without a word from the user: what served a data set of a million ratings best (Moon et al. 2023 tune both by data set).
constexpr double usual_denoise = 0.33, usual_relax = 0.4;
/// Catalogues up to this size try several λ and ξ on validation users: each λ costs an inverse.
constexpr std::int64_t most_items_to_try = 6000;

/// 17 · √(ΣG[j][j]² / ΣG[j][j]), at most 500: the square root of how many users stand behind the item of a like. A rule of
/// thumb fitted to three data sets, so --l2 and validation users know better.
double usual_l2(const LikeMatrix& likes) {
  double sum = 0, squares = 0;
  for (std::int64_t j = 0; j < likes.items; ++j) {
    const auto users = static_cast<double>(likes.users_of(j).size());
    sum += users, squares += users * users;
  }
  return sum > 0 ? std::min(500.0, 17 * std::sqrt(squares / sum)) : 1;
}

[[noreturn]] void refuse(std::int64_t items, std::int64_t bytes, std::int64_t available) {
  throw UserError(fmt::format("--model ease needs {} for {} films ({}² · 4 bytes and what it works with), and there are {}; "
                              "take --model elsa, or prepare with --min-item-ratings so that fewer films are left",
                              readable_bytes(bytes), with_thousands(items), with_thousands(items),
                              readable_bytes(available)));
}

class EaseFit final : public OneStepFit {
 public:
  explicit EaseFit(const FitContext& context) : OneStepFit(context) {
    require_one_process(context, "ease");
    const std::int64_t bytes = closed_form_bytes(items()), available = free_memory();
    if (bytes > available) refuse(items(), bytes, available);
  }
  std::string description() const override {
    return fmt::format("{} × {} weights, {} of memory", with_thousands(items()), with_thousands(items()),
                       readable_bytes(closed_form_bytes(items())));
  }
  std::string outcome() const override { return outcome_; }

 private:
  std::int64_t items() const { return context_.dataset.items.size(); }
  std::int64_t keep() const { return context_.plan.whole("keep"); }

  std::shared_ptr<const Model> made() override {
    const LikeMatrix likes = training_likes(context_.dataset);
    require_likes(likes);
    try {
      const ClosedForm form = decided(likes);
      return finished(solved(likes, form), form);
    } catch (const std::bad_alloc&) {
      refuse(items(), closed_form_bytes(items()), free_memory());
    }
  }

  SolvedGram solved(const LikeMatrix& likes, const ClosedForm& form) const {
    SolvedGram gram = solve_gram(likes, form.l2, form.denoise, context_.plan.threads,
                                 [](double) { return interruption_requested() == 0; });
    if (gram.inverse.size == 0) throw Interrupted(interruption_requested(), "stopped; --model ease starts again from nothing");
    return gram;
  }

  std::shared_ptr<const LinearModel> finished(SolvedGram gram, const ClosedForm& form) const {
    scale_columns(gram.inverse, column_scales(gram, form.relax), context_.plan.threads);
    CheckedJson architecture{{"model", "ease"},        {"input", "binary"},       {"l2", form.l2},
                             {"denoise", form.denoise}, {"relax", form.relax}, {"keep", keep()}};
    if (keep() == 0) return dense_model(std::move(gram.inverse), std::move(architecture));
    return sparse_model(largest_of_columns(gram.inverse, keep(), context_.plan.threads), std::move(architecture));
  }

  /// What was said; of the rest the usual values, or what serves validation users best.
  ClosedForm decided(const LikeMatrix& likes) {
    const TrainingPlan& plan = context_.plan;
    const double l2 = plan.number("l2"), denoise = plan.number("denoise"), relax = plan.number("relax");
    const bool nothing_said = l2 == unsaid && denoise == unsaid && relax == unsaid;
    ClosedForm form{l2 == unsaid ? usual_l2(likes) : l2, denoise, relax};
    if (denoise == unsaid) form.denoise = nothing_said ? usual_denoise : 0;
    if (relax == unsaid) form.relax = nothing_said ? usual_relax : 0;
    const bool judges = ranking_users(context_.dataset) > 0 && likes.items <= most_items_to_try;
    std::string why = l2 == unsaid ? "λ from how many users liked the films" : "as given";
    if (judges && l2 == unsaid) {
      form = best_on_validation_users(likes, form, nothing_said);
      why = "the best of several on validation users";
    }
    outcome_ = fmt::format("λ {:.4g}, denoise {:.4g}, relax {:.4g}: {}", form.l2, form.denoise, form.relax, why);
    return form;
  }

  ClosedForm best_on_validation_users(const LikeMatrix& likes, const ClosedForm& around, bool relaxes) {
    ClosedForm best = around;
    double best_ndcg = -1;
    for (const double factor : {1.0, 0.5, 2.0}) {
      ClosedForm form = around;
      form.l2 = around.l2 * factor;
      const SolvedGram gram = solved(likes, form);
      for (const double relax : relaxes ? std::vector<double>{0.4, 0.2, 0.6} : std::vector<double>{around.relax}) {
        form.relax = relax;
        const double ndcg = validation_ndcg(*finished(gram, form), context_);
        if (ndcg > best_ndcg) best = form, best_ndcg = ndcg;
      }
    }
    return best;
  }

  std::string outcome_;
};

std::shared_ptr<const Model> open_ease(const ModelSource& source) {
  return source.architecture.count("keep", 0) == 0 ? open_dense(source) : open_sparse(source);
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
                     .default_text = "follows from the data; tried on validation users up to 6,000 films"},
                    {.name = "--denoise",
                     .value_name = "P",
                     .sentence = "Share of each user's likes that is left out of the input, in expectation (EDLAE).",
                     .usual = unsaid,
                     .low = 0,
                     .high = 0.99,
                     .default_text = "0.33, or 0 beside --l2 or --relax"},
                    {.name = "--relax",
                     .value_name = "X",
                     .sentence = "How far the diagonal may rise above 0 while weights are computed (RDLAE).",
                     .usual = unsaid,
                     .low = 0,
                     .high = 1,
                     .default_text = "0.4, or 0 beside --l2 or --denoise; tried on validation users up to 6,000 films"},
                    {.name = "--keep",
                     .value_name = "N",
                     .sentence = "Only the N largest weights of each film are stored; 0: all, films² · 4 bytes.",
                     .usual = std::int64_t{0},
                     .low = 0,
                     .high = 1e6}},
          .listens_to = std::vector<std::string_view>{},
          .begin = [](const FitContext& context) -> std::unique_ptr<Fit> { return std::make_unique<EaseFit>(context); },
          .open = [](const ModelSource& source) -> std::shared_ptr<const Model> { return open_ease(source); }};
}

}  // namespace encore
