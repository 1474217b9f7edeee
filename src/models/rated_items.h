// Ratings of items that came after the training, folded into these items' numbers without training: the guess from their features, then
// what the ratings say, the more of it the more of them there are. Not where the guess comes from (added_items.h) and not the file of the
// ratings.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "dataset/dataset.h"
#include "model/model.h"

namespace encore {

struct ItemRating {
  std::int32_t user;  ///< a row of RatedItems::users
  float stars;
};

struct RatedItems {
  /// The training users with what they told the model when it was trained, their items being places in the model's catalogue.
  Dataset users;
  std::vector<std::int32_t> place;              ///< [m] of the rated items in that catalogue, ascending
  std::vector<std::vector<ItemRating>> ratings;  ///< [m] of each, users ascending
  int threads = 1;
  std::int64_t size() const { return static_cast<std::int64_t>(place.size()); }
  bool is_like(float stars) const { return users.scale.implicit || static_cast<double>(stars) >= users.scale.liked; }
  /// The rows of the users who like item j.
  std::vector<std::int32_t> liked_by(std::int64_t j) const;
  /// How much of item j's numbers is told by its ratings, n ÷ (n + τ) for n of them; the rest stays the guess.
  float part(std::int64_t j) const;
};

/// `guess`: the model with the items' numbers from their features. What it says of the other items stays as it is, bit for bit, for
/// everybody who rated none of these. The same bits for any number of threads. Throws UserError, in one sentence, when models of this
/// kind cannot take ratings.
std::shared_ptr<const Model> with_rated_items(const Model& guess, std::int64_t block_items, const RatedItems&);
/// The same refusal, before any work is done.
void require_rated(const Model&);

// What the rows of the table of kinds say.
/// A closed form gets the columns and rows that a training with these items would give them (linear/bordered_form.h), mixed with the guess.
std::shared_ptr<const Model> rate_dense(const Model&, std::int64_t block_items, const RatedItems&);
/// Of B by its largest weights, columns alone, as grow_sparse.
std::shared_ptr<const Model> rate_sparse(const Model&, std::int64_t block_items, const RatedItems&);
/// Nearest neighbours, counted as in a training with these items; columns alone, too.
std::shared_ptr<const Model> rate_neighbours(const Model&, std::int64_t block_items, const RatedItems&);
/// Vectors of low rank turn to where the people stand who like the item, by ridge regression on the sums of their other likes.
std::shared_ptr<const Model> rate_vectors(const Model&, std::int64_t block_items, const RatedItems&);
/// Of networks the items' output rows are learned alone, everybody's last hidden layer being what it was (network/output_rows.h).
std::shared_ptr<const Model> rate_network(const Model&, std::int64_t block_items, const RatedItems&);

}  // namespace encore
