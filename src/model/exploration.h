// Places of a list for films that few have rated, so that somebody may find them and rate them. Not the scores (model/recommender.h)
// and not lists whose films differ from one another (diversity.h).
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "model/recommender.h"

namespace encore {

struct Exploration {
  double share = 0;  ///< of the places of a list, 0 to 1; 0: none
  std::uint64_t seed = 42;
};

/// An answer, and of each of its films whether it has its place to be explored.
struct ExploredAnswer {
  Recommendation answer;
  std::vector<std::uint8_t> explored;
};

/// Thread-safe.
class Explorer {
 public:
  /// Films with few ratings are those with at most the median of training ratings among all that may be answers; added ones have
  /// none. `candidate` [M]: which of them may be explored; empty: all.
  explicit Explorer(const TrainedModel& model, std::span<const std::uint8_t> candidate = {});
  /// The same for a model without its catalogue: `training_ratings` [M] as Recommender takes them.
  explicit Explorer(std::vector<std::int64_t> training_ratings, std::span<const std::uint8_t> candidate = {});

  /// Of a list of k places e = ⌊k · share + u⌋ go to films with few ratings, u uniform in [0, 1), so that the share holds in the mean
  /// for any k. They are drawn evenly, without putting back, from the 10 · e of these films that the model ranks highest for the person
  /// and that are not among the k − e first of `answers` (of somebody whose taste is unknown: from all of them), and get places that are
  /// drawn, too, the better ones first. The others keep their order; where too few films are left, theirs are the places.
  /// All draws depend on the seed, the person's ratings and the film alone: neither on the other questions nor on `threads`.
  /// `answers`: what `recommender` has answered to `questions`, at most rows_at_once.
  std::vector<ExploredAnswer> explored(const Recommender& recommender, std::span<const Question> questions,
                                       std::vector<Recommendation> answers, std::span<const Exploration> wishes, int threads) const;
  /// Lists of k films for at most rows_at_once people, all explored alike, on the calling thread.
  std::vector<Recommendation> recommend(const Recommender& recommender, const std::vector<Profile>& people, std::int64_t k,
                                        const Exploration& wish) const;

 private:
  std::vector<std::uint8_t> mask_for(const Question& question) const;
  std::vector<ScoredItem> all_rare(const Question& question) const;

  std::vector<std::int64_t> ratings_;  ///< [M] of training users
  std::vector<std::uint8_t> rare_;     ///< [M]
};

}  // namespace encore
