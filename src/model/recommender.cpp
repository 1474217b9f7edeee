// One pass over the blocks of scores: the best k are kept while they pass by, and for a softmax the sums that make them
// probabilities.
#include "model/recommender.h"
#include <algorithm>
#include "kernel/parallel.h"
#include "model/cell_scores.h"
#include "model/softmax_sums.h"

namespace encore {
namespace {

std::vector<std::int64_t> counts_of(const Catalogue& items, const std::vector<std::uint8_t>& candidate) {
  std::vector<std::int64_t> counts;
  for (std::int32_t item = 0; item < items.size(); ++item) {
    const auto row = static_cast<std::size_t>(item);
    const std::int64_t ratings = items.training_ratings[row];
    counts.push_back(candidate[row] == 0 || !items.can_answer(item) ? 0 : ratings > 0 ? ratings : -1);
  }
  return counts;
}

/// What the person has seen and not rated, among the rated items.
void add_seen(const Model& model, const Profile& person, std::vector<std::int32_t>& items, std::vector<float>& stars) {
  for (const std::int32_t item : person.seen) {
    const auto place = std::ranges::lower_bound(items, item);
    if (!model.knows(item) || (place != items.end() && *place == item)) continue;
    stars.insert(stars.begin() + (place - items.begin()), seen_without_stars);
    items.insert(place, item);
  }
}

}  // namespace

Recommender::Recommender(const TrainedModel& model, const std::vector<std::uint8_t>& candidate, std::int64_t k)
    : Recommender(model, counts_of(model.items, candidate), k) {}

Recommender::Recommender(const TrainedModel& model, std::vector<std::int64_t> training_ratings, std::int64_t k)
    : model_(model),
      training_ratings_(std::move(training_ratings)),
      kind_(model.model->score_kind()) {
  for (std::size_t item = 0; item < training_ratings_.size(); ++item) {
    candidate_.push_back(training_ratings_[item] != 0);
    if (candidate_[item] != 0) by_popularity_.push_back(static_cast<std::int32_t>(item));
  }
  k_ = std::clamp<std::int64_t>(k, 1, std::max<std::int64_t>(std::ssize(by_popularity_), 1));
  std::stable_sort(by_popularity_.begin(), by_popularity_.end(), [&](std::int32_t a, std::int32_t b) {
    return training_ratings_[static_cast<std::size_t>(a)] > training_ratings_[static_cast<std::size_t>(b)];
  });
}

std::int64_t Recommender::candidates() const { return std::ssize(by_popularity_); }

Recommendation Recommender::popular(const Question& question) const {
  const auto& hidden = question.person->hidden;
  Recommendation answer{{}, ScoreKind::ratings};
  for (const auto item : by_popularity_) {
    if (std::ssize(answer.items) == question.k || training_ratings_[static_cast<std::size_t>(item)] < 0) break;
    if (!question.fits.empty() && question.fits[static_cast<std::size_t>(item)] == 0) continue;
    if (std::binary_search(hidden.begin(), hidden.end(), item)) continue;
    answer.items.push_back({item, static_cast<float>(training_ratings_[static_cast<std::size_t>(item)])});
  }
  return answer;
}

InputRows Recommender::input_of(std::span<const Question> questions) const {
  InputRows input;
  for (const auto& question : questions) add_known(input, *question.person);
  return input;
}

void Recommender::add_known(InputRows& input, const Profile& person) const {
  std::vector<std::int32_t> items;
  std::vector<float> stars;
  for (std::size_t i = 0; i < person.items.size(); ++i) {
    if (!model_.model->knows(person.items[i])) continue;
    items.push_back(person.items[i]);
    stars.push_back(person.stars[i]);
  }
  if (model_.model->input() == Input::channels) add_seen(*model_.model, person, items, stars);
  input.add(model_.model->input(), model_.scale, items, stars);
}

std::vector<Recommendation> Recommender::recommend(const std::vector<Profile>& people) const {
  std::vector<Question> questions;
  questions.reserve(people.size());
  for (const auto& person : people) questions.push_back({&person, k_});
  return answer(questions, 1);
}

std::vector<Recommendation> Recommender::answer(std::span<const Question> questions, int threads) const {
  const InputRows input = input_of(questions);
  std::vector<RowWish> wishes;
  for (const auto& question : questions) {
    const auto most = std::max<std::int64_t>(std::ssize(by_popularity_), 1);
    wishes.push_back({std::clamp<std::int64_t>(question.k, 1, most), question.fits, question.person->hidden});
  }
  const std::int64_t block = model_.model->block_items(), items = std::ssize(candidate_);
  const std::int64_t blocks = (items + block - 1) / block;
  const std::int64_t parts = std::clamp<std::int64_t>(threads, 1, std::max<std::int64_t>(blocks, 1));
  const bool probabilities = kind_ == ScoreKind::probability;
  constexpr std::int64_t block_numbers = 3 * rows_at_once;
  std::vector<TopItems> best(static_cast<std::size_t>(parts), TopItems(wishes, candidate_));
  std::vector<kernel::AlignedFloats> sums_of_part(static_cast<std::size_t>(parts));
  kernel::parallel_for(parts, static_cast<int>(parts), [&](std::int64_t part) {
    const std::int64_t first = blocks * part / parts, end = blocks * (part + 1) / parts;
    auto& sums = sums_of_part[static_cast<std::size_t>(part)];
    if (probabilities) sums = kernel::AlignedFloats(static_cast<std::size_t>((end - first) * block_numbers));
    model_.model->order_between(input, first * block, std::min(end * block, items), [&](const ScoreBlock& scores) {
      best[static_cast<std::size_t>(part)].add(scores);
      if (probabilities) SoftmaxSums::measure(scores, sums.data() + (scores.first / block - first) * block_numbers);
    });
  });
  SoftmaxSums sums(input.size());
  for (std::int64_t part = 0; probabilities && part < parts; ++part) {
    const std::int64_t count = blocks * (part + 1) / parts - blocks * part / parts;
    for (std::int64_t b = 0; b < count; ++b)
      sums.join(sums_of_part[static_cast<std::size_t>(part)].data() + b * block_numbers, input.size());
  }
  std::vector<Recommendation> answers;
  for (std::int64_t row = 0; row < input.size(); ++row) {
    const auto person = static_cast<std::size_t>(row);
    // Without anything that the model looks at (no rating, or no liked film) it has no opinion of its own.
    const bool heard_nothing = input.start[person] == input.start[person + 1];
    if (heard_nothing && model_.model->listens()) {
      answers.push_back(popular(questions[person]));
      continue;
    }
    Recommendation answer{{}, kind_};
    for (auto& part : best) {  // their items ascend from part to part, so a stable merge keeps the order of equal scores
      const auto found = part.take(row);
      const auto middle = static_cast<std::ptrdiff_t>(answer.items.size());
      answer.items.insert(answer.items.end(), found.begin(), found.end());
      std::inplace_merge(answer.items.begin(), answer.items.begin() + middle, answer.items.end(),
                         [](const ScoredItem& a, const ScoredItem& b) { return a.score > b.score; });
    }
    if (std::ssize(answer.items) > wishes[person].k) answer.items.resize(static_cast<std::size_t>(wishes[person].k));
    for (auto& scored : answer.items) {
      scored.score = probabilities ? static_cast<float>(sums.probability(row, scored.score))
                                   : model_.model->score_behind(scored.score);
      if (kind_ == ScoreKind::stars) scored.score = static_cast<float>(scored.score * model_.scale.maximum);
    }
    answers.push_back(std::move(answer));
  }
  return answers;
}

std::vector<std::vector<double>> Recommender::scores_of(std::span<const std::int32_t> items,
                                                        const std::vector<Profile>& people) const {
  InputRows input, cells;
  for (const auto& person : people) {
    add_known(input, person);
    cells.item.insert(cells.item.end(), items.begin(), items.end());
    cells.start.push_back(std::ssize(cells.item));
  }
  CellScores picked(cells);
  SoftmaxSums sums(input.size());
  model_.model->score(input, [&](const ScoreBlock& block) {
    picked.add(block);
    if (kind_ == ScoreKind::probability) sums.add(block);
  });
  std::vector<std::vector<double>> scores(people.size());
  for (std::size_t row = 0; row < people.size(); ++row) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      double score = picked.scores()[row * items.size() + i];
      if (kind_ == ScoreKind::probability) score -= sums.log_sum(static_cast<std::int64_t>(row));
      if (kind_ == ScoreKind::stars) score *= model_.scale.maximum;
      scores[row].push_back(score);
    }
  }
  return scores;
}

}  // namespace encore
