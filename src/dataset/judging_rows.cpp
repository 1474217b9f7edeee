// The training ratings are copied into each judging row: 9 bytes a rating, only of datasets with such splits.
#include "dataset/judging_rows.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace encore {
namespace {

void append_row(const UserItems& from, std::int32_t user, UserItems& to) {
  if (from.start.empty()) return;
  const auto items = from.items_of(user);
  to.item.insert(to.item.end(), items.begin(), items.end());
  if (to.start.empty()) to.start.push_back(0);
  to.start.push_back(std::ssize(to.item));
}

class Rows {
 public:
  Rows(const Dataset& from, Dataset& to) : from_(from), to_(to) {}

  void training(std::int32_t user) {
    each(user, [](Part part, float) { return part == Part::none ? std::optional(Part::none) : std::nullopt; });
    end(user, Fold::train);
  }

  /// `held_out`: the part that is to be found.
  void judging(std::int32_t user, Fold fold, Part held_out) {
    const auto parts = from_.ratings.parts_of(user);
    if (!std::ranges::count(parts, held_out) || !std::ranges::count(parts, Part::none)) return;
    each(user, [&](Part part, float stars) -> std::optional<Part> {
      if (part == Part::none) return Part::given;
      const bool liked = from_.scale.implicit || stars >= from_.scale.liked;
      if (part == held_out) return liked ? Part::target : Part::none;
      if (fold == Fold::test) return Part::hidden;
      return std::nullopt;
    });
    end(user, fold);
  }

 private:
  template <class PartOf>
  void each(std::int32_t user, PartOf part_of) {
    const auto items = from_.ratings.items_of(user);
    const auto stars = from_.ratings.ratings_of(user);
    const auto parts = from_.ratings.parts_of(user);
    for (std::size_t i = 0; i < items.size(); ++i) {
      const std::optional<Part> part = part_of(parts[i], stars[i]);
      if (!part) continue;
      to_.ratings.item.push_back(items[i]);
      to_.ratings.rating.push_back(stars[i]);
      to_.ratings.part.push_back(*part);
    }
  }

  void end(std::int32_t user, Fold fold) {
    append_row(from_.seen, user, to_.seen);
    append_row(from_.dismissed, user, to_.dismissed);
    to_.ratings.start.push_back(to_.ratings.size());
    to_.users.id.push_back(from_.users.id[static_cast<std::size_t>(user)]);
    to_.users.fold.push_back(fold);
  }

  const Dataset& from_;
  Dataset& to_;
};

}  // namespace

Dataset with_judging_rows(Dataset dataset) {
  Dataset result = dataset;
  result.users = {dataset.users.numeric_ids, {}, {}};
  result.ratings = {};
  result.seen = result.dismissed = {};
  Rows rows(dataset, result);
  for (std::int32_t user = 0; user < dataset.users.size(); ++user) rows.training(user);
  for (std::int32_t user = 0; user < dataset.users.size(); ++user) rows.judging(user, Fold::validation, Part::hidden);
  for (std::int32_t user = 0; user < dataset.users.size(); ++user) rows.judging(user, Fold::test, Part::target);
  return result;
}

Dataset all_for_training(Dataset dataset) {
  dataset.ratings.part.clear();
  std::ranges::fill(dataset.users.fold, Fold::train);
  dataset.items.training_ratings = dataset.items.ratings;
  dataset.fingerprint += of_all_ratings;
  return dataset;
}

}  // namespace encore
