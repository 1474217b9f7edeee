// The films that a sampled softmax of one step is over, of one shard: about N drawn by chance, each with the probability that it
// was to be drawn with, so that a row's sum over them estimates without bias the sum over the whole catalogue (Horvitz and Thompson
// 1952; importance sampling for softmax: Bengio and Senécal 2008); and the batch's own films that were not drawn, which count for
// the users who rated them only (undrawn_films.h). Not the loss (softmax_loss.h), which without these goes through every film.
#pragma once
#include <cstdint>
#include <span>
#include <vector>
#include "dataset/dataset.h"
#include "network/autoencoder.h"
#include "training/batch_entries.h"

namespace encore {

/// Letters: M films of the catalogue with R ratings, N films to draw. Film i with r ratings is drawn with probability
/// π = min(1, N · (1/M + r/R)/2): half evenly, half by popularity, because the films that many users know decide most of a sum.
class SampledItems {
 public:
  /// For the films of `run`; `output` is the table that `draw` copies rows of.
  SampledItems(const Catalogue&, const ItemTable& output, BlockRun, std::int64_t negatives, std::uint64_t seed);
  /// Draws for the step with these users, whose ratings are `entries`, by a hash of (seed, epoch, the batch's first user, film), so
  /// that shards agree without talking; copies the rows as they are now.
  void draw(const BatchEntries& entries, std::span<const std::int32_t> users, std::uint64_t epoch);

  /// The rows that were copied: block by block those that were drawn, then the undrawn ones of the batch, each in the order of films.
  const ItemTable& rows() const { return rows_; }
  std::int64_t size() const { return rows_.items; }
  std::int64_t first_of(std::int64_t block) const { return at(starts_, block); }
  std::int64_t drawn_in(std::int64_t block) const { return at(drawn_before_, block + 1) - at(drawn_before_, block); }
  std::int64_t undrawn_in(std::int64_t block) const { return first_of(block + 1) - first_of(block) - drawn_in(block); }
  /// Films that were drawn in all own blocks before this one, and in all of them.
  std::int64_t drawn_before(std::int64_t block) const { return at(drawn_before_, block); }
  std::int64_t drawn() const { return drawn_before_.back(); }
  std::int64_t place_of(std::int64_t item) const { return places_[static_cast<std::size_t>(item - run_.first_item())]; }
  std::int64_t item_at(std::int64_t place) const { return items_[static_cast<std::size_t>(place)]; }
  /// −log π of the film at `place`: what its logit takes on top, for users who did not rate it.
  float correction_at(std::int64_t place) const {
    return corrections_[static_cast<std::size_t>(item_at(place) - run_.first_item())];
  }

 private:
  std::int64_t at(const std::vector<std::int64_t>& of_blocks, std::int64_t block) const {
    return of_blocks[static_cast<std::size_t>(block - run_.first_block)];
  }
  BlockRun run_;
  const ItemTable& output_;
  std::uint64_t seed_;
  std::vector<float> probabilities_, corrections_;  ///< of the run's films
  std::vector<std::int32_t> places_, items_, undrawn_;
  std::vector<std::int64_t> starts_, drawn_before_;
  ItemTable rows_;
};

}  // namespace encore
