// A small dataset for tests, with awkward users: none of whose ratings is liked, a single rating, more targets than
// given.
#pragma once
#include <algorithm>
#include <utility>
#include <vector>
#include "network/tiny_model.h"

namespace encore {

/// Fills a dataset user by user.
class DatasetMaker {
 public:
  explicit DatasetMaker(std::int32_t items) {
    dataset.items = tiny_catalogue(items);
    dataset.fingerprint = "0123456789abcdef";
    std::fill(dataset.items.training_ratings.begin(), dataset.items.training_ratings.end(), 0);
  }
  struct Cell {
    std::int32_t item;
    float stars;
    Part part = Part::none;
  };
  void user(Fold fold, const std::vector<Cell>& cells) {
    dataset.users.id.push_back(std::to_string(10 * (dataset.users.size() + 1)));
    dataset.users.fold.push_back(fold);
    for (const auto& [item, stars, part] : cells) {
      dataset.ratings.item.push_back(item);
      dataset.ratings.rating.push_back(stars);
      dataset.ratings.part.push_back(part);
      dataset.items.training_ratings[static_cast<std::size_t>(item)] += fold == Fold::train;
    }
    dataset.ratings.start.push_back(dataset.ratings.size());
  }
  Dataset dataset;
};

/// 150 users: more than two batches, training, validation and test users in turn.
inline Dataset tiny_dataset(std::int32_t items = 75) {
  DatasetMaker maker(items);
  for (std::int32_t u = 0; u < 150; ++u) {
    const Fold fold = u % 5 == 3 ? Fold::test : u % 7 == 2 ? Fold::validation : Fold::train;
    std::vector<DatasetMaker::Cell> cells;
    for (std::int32_t i = u % 4; i < items - 2; i += 1 + (u * 7 + i * 3) % 11) {
      if (u % 10 == 9 && !cells.empty()) break;
      // Users of the kind 6 (mod 20) like nothing.
      const float stars =
          u % 20 == 6 ? 0.5F + 0.5F * static_cast<float>(i % 6) : 0.5F + 0.5F * static_cast<float>((u + i * i) % 10);
      const bool liked = stars >= 4 && fold != Fold::train;
      cells.push_back({i, stars, !liked ? Part::none : (i + u) % 3 == 0 ? Part::target : Part::given});
    }
    if (fold != Fold::train && u % 2 == 0)
      cells.push_back({items - 1, 5, Part::target});  // a film that no training user rated
    maker.user(fold, cells);
  }
  return maker.dataset;
}

/// A user's row as the model sees it, dense. [M]
inline std::vector<double> dense_row(const Dataset& dataset, std::int32_t user, Input input,
                                     std::optional<Part> only = std::nullopt) {
  std::vector<double> row(static_cast<std::size_t>(dataset.items.size()));
  const auto items = dataset.ratings.items_of(user);
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (only && dataset.ratings.parts_of(user)[i] != *only) continue;
    const double stars = dataset.ratings.ratings_of(user)[i];
    row[static_cast<std::size_t>(items[i])] =
        input == Input::binary ? stars >= dataset.scale.liked : stars / dataset.scale.maximum;
  }
  return row;
}

/// Every output × loss that the design allows, with the hidden layers of the study or one.
inline std::vector<Architecture> allowed_architectures() {
  std::vector<Architecture> all;
  for (const auto output : {OutputKind::linear, OutputKind::sigmoid, OutputKind::softmax}) {
    for (const auto loss : {Loss::mse, Loss::masked_mse, Loss::multinomial, Loss::binary_cross_entropy}) {
      if (!is_allowed(output, loss)) continue;
      for (const auto input : {Input::ratings, Input::binary}) {
        all.push_back({"mult-dae", input, input == Input::binary, 0.5, {12, 5, 9}, Activation::tanh, output, loss});
      }
    }
  }
  return all;
}

}  // namespace encore
