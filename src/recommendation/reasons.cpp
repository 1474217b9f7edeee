// A block of profiles, each without one rating; the scores of the few films are picked out of the blocks that pass by.
#include "recommendation/reasons.h"

#include <algorithm>
#include <optional>

#include "linear/linear_models.h"

namespace encore {

namespace {

/// Gains by item of `items`; nothing where scores are no sums.
std::optional<std::vector<std::vector<Reason>>> parts_of_sums(const TrainedModel& trained, const Profile& person,
                                                              std::span<const std::int32_t> items) {
  const auto* linear = dynamic_cast<const LinearModel*>(trained.model.get());
  if (linear == nullptr) return {};
  std::vector<std::vector<Reason>> found(items.size());
  for (std::size_t r = 0; r < person.items.size(); ++r) {
    const auto value = linear->knows(person.items[r]) ? input_value(linear->input(), trained.scale, person.stars[r]) : std::nullopt;
    for (std::size_t i = 0; value && i < items.size(); ++i) {
      const double gain = static_cast<double>(*value) * static_cast<double>(linear->weight(person.items[r], items[i]));
      if (gain > 0) found[i].push_back({person.items[r], gain});
    }
  }
  return found;
}

/// The greatest first, of equal ones the first.
void keep_most(std::vector<Reason>& list, std::size_t most) {
  std::stable_sort(list.begin(), list.end(), [](const Reason& a, const Reason& b) { return a.gain > b.gain; });
  if (list.size() > most) list.resize(most);
}

}  // namespace

std::vector<std::vector<Reason>> reasons_for(const TrainedModel& model, const Recommender& recommender, const Profile& person,
                                             std::span<const std::int32_t> items, std::size_t most) {
  if (items.empty()) return {};
  if (auto parts = parts_of_sums(model, person, items)) {
    for (auto& list : *parts) keep_most(list, most);
    return *parts;
  }
  std::vector<std::int32_t> sorted(items.begin(), items.end());
  std::sort(sorted.begin(), sorted.end());
  const std::vector<double> with_all = recommender.scores_of(sorted, {person}).front();
  const std::size_t left_out = std::min(person.items.size(), most_left_out);
  const std::size_t begin = person.items.size() - left_out;
  std::vector<std::vector<Reason>> found(sorted.size());
  for (std::size_t first = begin; first < person.items.size(); first += rows_at_once) {
    std::vector<Profile> without;
    for (std::size_t r = first; r < std::min<std::size_t>(first + rows_at_once, person.items.size()); ++r) {
      Profile& one = without.emplace_back(person);
      one.items.erase(one.items.begin() + static_cast<std::ptrdiff_t>(r));
      one.stars.erase(one.stars.begin() + static_cast<std::ptrdiff_t>(r));
    }
    const auto scores = recommender.scores_of(sorted, without);
    for (std::size_t row = 0; row < without.size(); ++row) {
      // A film that was seen or disliked may speak for another, but not as a film that was liked.
      const auto value = input_value(model.model->input(), model.scale, person.stars[first + row]);
      if (value && channel_of(*value) != InputChannel::liked) continue;
      for (std::size_t i = 0; i < sorted.size(); ++i) {
        const double gain = with_all[i] - scores[row][i];
        if (gain > 0) found[i].push_back({person.items[first + row], gain});
      }
    }
  }
  std::vector<std::vector<Reason>> reasons;
  for (const auto item : items) {
    auto list = found[static_cast<std::size_t>(std::lower_bound(sorted.begin(), sorted.end(), item) - sorted.begin())];
    keep_most(list, most);
    reasons.push_back(std::move(list));
  }
  return reasons;
}

}  // namespace encore
