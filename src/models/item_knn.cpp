// item-knn: nearest neighbours of items by shrunken cosine, the floor for linear models.
#include <fmt/format.h>

#include "console/table.h"
#include "linear/item_rows.h"
#include "linear/linear_models.h"
#include "models/added_items.h"
#include "models/one_process.h"
#include "models/rated_items.h"
#include "models/table.h"
#include "process/error.h"

namespace encore {
namespace {

class ItemKnnFit final : public OneStepFit {
 public:
  explicit ItemKnnFit(const FitContext& context) : OneStepFit(context) {
    require_one_process(context, "item-knn");
    if (context.dataset.items.size() > most_items_in_floats)
      throw UserError(fmt::format("--model item-knn counts at most {} films; prepare with --min-item-ratings, or take --model elsa",
                                  with_thousands(most_items_in_floats)));
  }
  std::string description() const override {
    return fmt::format("{} neighbours of {} films", with_thousands(context_.plan.whole("neighbours")),
                       with_thousands(context_.dataset.items.size()));
  }

 private:
  std::shared_ptr<const Model> made() override {
    LikeMatrix likes = training_likes(context_.dataset);
    require_likes(likes);
    const std::int64_t neighbours = context_.plan.whole("neighbours");
    const double shrink = context_.plan.number("shrink"), balance = context_.plan.number("balance");
    weigh_users(likes, balance);
    return sparse_model(nearest_neighbours(likes, neighbours, shrink, context_.plan.threads),
                        {{"model", "item-knn"}, {"input", "binary"}, {"neighbours", neighbours}, {"shrink", shrink}, {"balance", balance}});
  }
};

}  // namespace

ModelKind item_knn_kind() {
  return {.name = "item-knn",
          .sentence = "Nearest neighbours of films by the cosine of who liked them (Sarwar et al. 2001); nothing is trained.",
          .manner = "which counts pairs of likes in one pass",
          .architecture = {.model = "item-knn", .input = Input::binary, .input_dropout = 0, .hidden = {}},
          .training = {.learning_rate = 0, .epsilon = 0, .weight_decay = 0, .batch_size = 1, .epochs = 0},
          .knobs = {{.name = "--neighbours",
                     .value_name = "N",
                     .sentence = "How many neighbours of each film are kept.",
                     .usual = std::int64_t{200},
                     .low = 1,
                     .high = 1e5,
                     .search = {.low = 10, .high = 1000, .logarithmic = true}},
                    {.name = "--shrink",
                     .value_name = "S",
                     .sentence = "Added to the divisor of each cosine, against neighbours that few users made.",
                     .usual = 10.0,
                     .low = 0,
                     .high = 1e6,
                     .search = {.low = 0.1, .high = 1000, .logarithmic = true}},
                    {.name = "--balance",
                     .value_name = "B",
                     .sentence = "Users count less the more they like: as (likes ÷ mean)^−B; at 0 all count alike.",
                     .usual = 0.75,
                     .low = 0,
                     .high = 2,
                     .search = {.low = 0, .high = 1.5}}},
          .listens_to = std::vector<std::string_view>{},
          .one_process = true,
          .begin = [](const FitContext& context) -> std::unique_ptr<Fit> { return std::make_unique<ItemKnnFit>(context); },
          .open = [](const ModelSource& source) -> std::shared_ptr<const Model> { return open_sparse(source); },
          .grow = grow_sparse,
          .rate = rate_neighbours};
}

}  // namespace encore
