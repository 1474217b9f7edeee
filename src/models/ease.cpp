// ease: a linear autoencoder in closed form (linear/closed_form.h has the formulas), with its denoising and its relaxed form.
// What nobody says is chosen elsewhere (ease_form.h), and where several processes share the matrix, shared_ease.h makes it.
#include <fmt/format.h>

#include <new>

#include "console/table.h"
#include "linear/closed_form.h"
#include "linear/linear_models.h"
#include "models/added_items.h"
#include "models/ease_form.h"
#include "models/one_process.h"
#include "models/rated_items.h"
#include "models/shared_ease.h"
#include "models/table.h"
#include "process/error.h"
#include "process/resources.h"

namespace encore {
namespace {

constexpr double unsaid = -1;

[[noreturn]] void refuse(std::int64_t items, std::int64_t bytes, std::int64_t available) {
  throw UserError(fmt::format("--model ease needs {} for {} films ({}² · 4 bytes and what it works with), and there are {}; "
                              "take --model elsa, or prepare with --min-item-ratings so that fewer films are left",
                              readable_bytes(bytes), with_thousands(items), with_thousands(items),
                              readable_bytes(available)));
}

class EaseFit final : public OneStepFit {
 public:
  explicit EaseFit(const FitContext& context) : OneStepFit(context) {
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
  std::int64_t kept_weights() const { return context_.plan.whole("keep"); }

  std::shared_ptr<const Model> made() override {
    const LikeMatrix likes = training_likes(context_.dataset);
    require_likes(likes);
    try {
      const ChosenForm chosen = ease_form(likes, context_.dataset, context_.plan);
      outcome_ = ease_outcome(chosen);
      return model_of(solved_ease(likes, chosen.form, context_.plan.threads), chosen);
    } catch (const std::bad_alloc&) {
      refuse(items(), bytes(), free_memory());
    }
  }

  std::shared_ptr<const LinearModel> model_of(SolvedGram gram, const ChosenForm& chosen) const {
    scale_columns(gram.inverse, column_scales(gram, chosen.form.relax), context_.plan.threads);
    if (kept_weights() == 0) return dense_model(std::move(gram.inverse), ease_architecture(chosen, kept_weights()));
    return sparse_model(largest_of_columns(gram.inverse, kept_weights(), context_.plan.threads), ease_architecture(chosen, kept_weights()));
  }

  std::string outcome_;
};

std::unique_ptr<Fit> begin_ease(const FitContext& context) {
  if (context.world.processes() > 1) return begin_shared_ease(context);
  return std::make_unique<EaseFit>(context);
}

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
          .begin = [](const FitContext& context) -> std::unique_ptr<Fit> { return begin_ease(context); },
          .open = [](const ModelSource& source) -> std::shared_ptr<const Model> { return open_ease(source); },
          .grow = grow_ease,
          .rate = rate_ease};
}

}  // namespace encore
