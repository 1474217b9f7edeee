// The films that a sampled softmax of one step is over, of one shard: all that somebody in the batch rated, and films drawn
// by chance from the rest of the catalogue. Each carries the probability that it is there, so that a row's sum over them
// estimates, without bias, the sum over the whole catalogue (Horvitz and Thompson 1952; for softmax Bengio and Senécal 2008).
// Not the loss (softmax_loss.h), which without these goes through every film.
#pragma once
#include <cstdint>
#include <span>
#include <vector>
#include "dataset/dataset.h"
#include "network/autoencoder.h"
#include "training/batch_entries.h"

namespace encore {

/// Letters: M films of the catalogue, n training users, B users of the batch, N films to draw.
class SampledItems {
 public:
  /// For the films of `run`; `output` is the table that `draw` copies rows of.
  SampledItems(const Dataset&, const Architecture&, const ItemTable& output, BlockRun, std::int64_t negatives, std::uint64_t seed);
  /// The films of the step with these users, who are those of `entries`, and their rows as they are now. A film is drawn with
  /// probability N/M, by a hash of (seed, epoch, the batch's first user, film), so that shards agree without talking.
  void draw(const BatchEntries& entries, std::span<const std::int32_t> users, std::uint64_t epoch);

  /// The rows of the output table that were copied, one behind the other in the order of the films.
  const ItemTable& rows() const { return rows_; }
  std::int64_t size() const { return rows_.items; }
  /// Where those of a block begin, and how many they are.
  std::int64_t first_of(std::int64_t block) const { return starts_[static_cast<std::size_t>(block - run_.first_block)]; }
  std::int64_t items_of(std::int64_t block) const { return first_of(block + 1) - first_of(block); }
  std::int64_t place_of(std::int64_t item) const { return places_[static_cast<std::size_t>(item - run_.first_item())]; }
  std::int64_t item_at(std::int64_t place) const { return items_[static_cast<std::size_t>(place)]; }
  /// −log of the probability that the film at `place` is there for a user who did not rate it: what its logit takes on top.
  /// With c of n users having rated it, 1 − (1 − N/M) · C(n−1−c, B−1) / C(n−1, B−1).
  float correction_at(std::int64_t place) const { return corrections_[static_cast<std::size_t>(place)]; }

 private:
  void expect(std::int64_t batch);
  BlockRun run_;
  const ItemTable& output_;
  double share_;
  std::uint64_t seed_;
  std::int64_t users_, batch_ = 0;
  std::vector<std::int32_t> rated_by_;      ///< training users for each film of the run
  std::vector<double> log_factorial_;       ///< of 0 … n
  std::vector<float> correction_of_count_;  ///< for batches of `batch_` users, by c
  std::vector<std::int32_t> places_, items_;
  std::vector<float> corrections_;
  std::vector<std::int64_t> starts_;
  ItemTable rows_;
};

}  // namespace encore
