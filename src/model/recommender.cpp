// One pass over the blocks of scores: the best k are kept while they pass by, and for a softmax the sums that make them
// probabilities.
#include "model/recommender.h"
#include <algorithm>
#include "model/softmax_sums.h"

namespace encore {
namespace {

std::vector<std::int64_t> counts_of(std::vector<std::int64_t> training_ratings,
                                    const std::vector<std::uint8_t>& candidate) {
  for (std::size_t item = 0; item < candidate.size(); ++item) {
    if (candidate[item] == 0) training_ratings[item] = 0;
  }
  return training_ratings;
}

}  // namespace

Recommender::Recommender(const TrainedModel& model, const std::vector<std::uint8_t>& candidate, std::int64_t k)
    : Recommender(model, counts_of(model.items.training_ratings, candidate), k) {}

Recommender::Recommender(const TrainedModel& model, std::vector<std::int64_t> training_ratings, std::int64_t k)
    : model_(model),
      training_ratings_(std::move(training_ratings)),
      kind_(model.model->score_kind()) {
  for (std::size_t item = 0; item < training_ratings_.size(); ++item) {
    candidate_.push_back(training_ratings_[item] > 0);
    if (candidate_[item] != 0) by_popularity_.push_back(static_cast<std::int32_t>(item));
  }
  k_ = std::clamp<std::int64_t>(k, 1, std::max<std::int64_t>(std::ssize(by_popularity_), 1));
  std::stable_sort(by_popularity_.begin(), by_popularity_.end(), [&](std::int32_t a, std::int32_t b) {
    return training_ratings_[static_cast<std::size_t>(a)] > training_ratings_[static_cast<std::size_t>(b)];
  });
}

std::int64_t Recommender::candidates() const { return std::ssize(by_popularity_); }

Recommendation Recommender::popular(const Profile& person) const {
  Recommendation answer{{}, ScoreKind::ratings};
  for (const auto item : by_popularity_) {
    if (std::ssize(answer.items) == k_) break;
    if (std::binary_search(person.hidden.begin(), person.hidden.end(), item)) continue;
    answer.items.push_back({item, static_cast<float>(training_ratings_[static_cast<std::size_t>(item)])});
  }
  return answer;
}

std::vector<Recommendation> Recommender::recommend(const std::vector<Profile>& people) const {
  InputRows input, hidden;
  for (const auto& person : people) {
    input.add(model_.model->input(), model_.scale, person.items, person.stars);
    hidden.item.insert(hidden.item.end(), person.hidden.begin(), person.hidden.end());
    hidden.start.push_back(std::ssize(hidden.item));
  }
  TopItems top(input.size(), k_, candidate_, &hidden);
  SoftmaxSums sums(input.size());
  model_.model->score(input, [&](const ScoreBlock& block) {
    top.add(block);
    if (kind_ == ScoreKind::probability) sums.add(block);
  });
  std::vector<Recommendation> answers;
  for (std::int64_t row = 0; row < input.size(); ++row) {
    const auto person = static_cast<std::size_t>(row);
    // Without anything that the model looks at (no rating, or no liked film) it has no opinion of its own.
    const bool heard_nothing = input.start[person] == input.start[person + 1];
    if (heard_nothing && model_.model->listens()) {
      answers.push_back(popular(people[person]));
      continue;
    }
    answers.push_back({top.take(row), kind_});
    for (auto& scored : answers.back().items) {
      if (kind_ == ScoreKind::probability) scored.score = static_cast<float>(sums.probability(row, scored.score));
      if (kind_ == ScoreKind::stars) scored.score = static_cast<float>(scored.score * model_.scale.maximum);
    }
  }
  return answers;
}

}  // namespace encore
