// Fold-in: a person's ratings go through the model, what they have seen is hidden, the k best of the rest come out.
// Works from the model alone. Not the reading of anybody's ratings and not the writing (recommendation/).
#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>
#include "model/input_rows.h"
#include "model/top_items.h"
#include "model/trained_model.h"

namespace encore {

/// One person. All items ascending.
struct Profile {
  std::vector<std::int32_t> items;  ///< rated
  std::vector<float> stars;
  std::vector<std::int32_t> hidden;  ///< never in the answer: what was seen
  std::vector<std::int32_t> seen = {};  ///< without a rating: an input of channels takes it in; hidden says that it is no answer
};

struct Recommendation {
  std::vector<ScoredItem> items;  ///< best first
  ScoreKind kind;                 ///< `ratings`: nothing that the model looks at was known, so these are popular films
};

/// One person's question, where those of a batch differ. What it points at must outlive the call.
struct Question {
  const Profile* person;
  std::int64_t k = 10;                        ///< at least 1
  std::span<const std::uint8_t> fits = {};    ///< [M] 0: not an answer to this question; empty: all may be
};

class Recommender {
 public:
  /// Keeps a reference to the model. `candidate` [M] says what may be an answer; what the catalogue's can_answer refuses never
  /// is one; `k` ≥ 1.
  Recommender(const TrainedModel& model, const std::vector<std::uint8_t>& candidate, std::int64_t k);
  /// The same for a model without its catalogue: `training_ratings` [M] are the catalogue's, 0 for what may be no answer, below 0
  /// for what nobody rated that may be one all the same.
  Recommender(const TrainedModel& model, std::vector<std::int64_t> training_ratings, std::int64_t k);
  /// Thread-safe. At most rows_at_once people at once, whose items are all items of the model.
  std::vector<Recommendation> recommend(const std::vector<Profile>& people) const;
  /// Thread-safe. At most rows_at_once questions, answered as one block on up to `threads` threads; an answer
  /// depends neither on their number nor on the other questions.
  std::vector<Recommendation> answer(std::span<const Question> questions, int threads) const;
  /// For each person the scores of `items` (ascending): of a softmax the logarithms of the probabilities, else as in
  /// `answer`. At most rows_at_once people.
  std::vector<std::vector<double>> scores_of(std::span<const std::int32_t> items, const std::vector<Profile>& people) const;
  /// How many films may be an answer at all.
  std::int64_t candidates() const;

 private:
  Recommendation popular(const Question& question) const;
  InputRows input_of(std::span<const Question> questions) const;
  /// A row of what the model knows of the person's films.
  void add_known(InputRows& input, const Profile& person) const;

  const TrainedModel& model_;
  std::vector<std::int64_t> training_ratings_;  ///< 0: no answer; below 0: an answer that nobody rated
  std::vector<std::uint8_t> candidate_;
  std::vector<std::int32_t> by_popularity_;
  std::int64_t k_;
  ScoreKind kind_;
};

}  // namespace encore
