// popularity: films by the number of training users who liked them, the same for everybody. The floor that every model must
// beat; nothing is learned.
#include "models/popularity.h"

#include <algorithm>

#include "kernel/aligned.h"
#include "models/table.h"
#include "training/items_runner.h"

namespace encore {
namespace {

class Popularity final : public Model {
 public:
  /// `likes` of the items from `first_item` on, of which there are `items` in all.
  Popularity(std::vector<float> likes, std::int64_t first_item, std::int64_t items)
      : likes_(std::move(likes)), first_item_(first_item), items_(items) {}
  std::int64_t items() const override { return items_; }
  Input input() const override { return Input::binary; }
  ScoreKind score_kind() const override { return ScoreKind::likes; }
  bool reconstructs() const override { return false; }
  bool listens() const override { return false; }
  void score(const InputRows& rows, const VisitBlock& visit) const override {
    constexpr std::int64_t block_items = 128;
    kernel::AlignedFloats scores(static_cast<std::size_t>(block_items * rows_at_once));
    for (std::int64_t first = 0; first < items_; first += block_items) {
      const std::int64_t count = std::min(block_items, items_ - first);
      for (std::int64_t i = 0; i < count; ++i)
        std::fill_n(scores.begin() + i * rows_at_once, rows.size(), likes_[static_cast<std::size_t>(first + i)]);
      visit({first, count, rows.size(), rows_at_once, scores.data()});
    }
  }
  std::int64_t parameters() const override { return items_; }
  std::vector<LayerShape> layers() const override { return {{"output", 0, items_}}; }
  std::vector<Fact> facts() const override { return {{"score", "training users who liked the film"}}; }
  /// As network-shaped as it has always been in the file, so that older readers find their keys.
  CheckedJson architecture() const override {
    return {{"model", "popularity"},     {"input", "binary"},        {"normalise_input", false},
            {"input_dropout", 0.0},      {"hidden", CheckedJson::array()}, {"activation", "linear"},
            {"output", "linear"},        {"loss", "mse"}};
  }
  std::vector<ModelTensor<const float>> tensors() const override {
    const auto here = std::ssize(likes_);
    return {{{"output.bias", {here}, likes_.data(), here}, first_item_}};
  }

 private:
  std::vector<float> likes_;
  std::int64_t first_item_, items_;
};

/// One pass over the training users' ratings; in a cluster each process counts those of its own items.
class PopularityFit final : public OneStepFit {
 public:
  using OneStepFit::OneStepFit;

 private:
  std::shared_ptr<const Model> made() override {
    const Dataset& dataset = context_.dataset;
    const ItemRange range = items_of_process(dataset, context_.plan, context_.world);
    std::vector<float> likes(static_cast<std::size_t>(range.size()));
    for (const std::int32_t user : dataset.users_in(Fold::train)) {
      const auto items = dataset.ratings.items_of(user);
      const auto stars = dataset.ratings.ratings_of(user);
      for (std::size_t i = 0; i < items.size(); ++i) {
        if (items[i] < range.first || items[i] >= range.last) continue;
        likes[static_cast<std::size_t>(items[i] - range.first)] += input_value(Input::binary, dataset.scale, stars[i]) ? 1.0F : 0.0F;
      }
    }
    return std::make_shared<const Popularity>(std::move(likes), range.first, dataset.items.size());
  }
};

}  // namespace

std::shared_ptr<const Model> popularity_model(std::vector<float> likes) {
  const auto items = std::ssize(likes);
  return std::make_shared<const Popularity>(std::move(likes), 0, items);
}

ModelKind popularity_kind() {
  return {.name = "popularity",
          .sentence = "The floor: films by the number of training users who liked them; nothing is trained.",
          .manner = "which counts likes in one pass",
          .architecture = {"popularity", Input::binary, false, 0, {}, Activation::linear, OutputKind::linear, Loss::mse},
          .training = {.learning_rate = 0, .epsilon = 0, .weight_decay = 0, .batch_size = 1, .epochs = 0},
          .listens_to = std::vector<std::string_view>{},
          .begin = [](const FitContext& context) -> std::unique_ptr<Fit> {
            return std::make_unique<PopularityFit>(context);
          },
          .open = [](const ModelSource& source) -> std::shared_ptr<const Model> {
            source.tensors.require_room_for(source.items);
            std::vector<float> likes(static_cast<std::size_t>(source.items));
            source.tensors.read({"output.bias", {source.items}, likes.data(), source.items});
            return popularity_model(std::move(likes));
          },
          .cannot_grow = "a popularity model counts likes, and a new film has none; add films to a model of another kind, for example "
                         "ease, or train again when the film has ratings"};
}

}  // namespace encore
