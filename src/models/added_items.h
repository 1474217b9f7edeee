// A model with further items, without training: what a new item says and is told is a sum over the items that were trained, with
// weights that the caller brings (linear/feature_ridge.h). What the model has stays as it is, bit for bit. Not where the weights come
// from and not the catalogue.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "kernel/aligned.h"
#include "model/model.h"

namespace encore {

/// What m new items are made of: sums over the M items of the model. From several threads.
class ItemWeights {
 public:
  virtual ~ItemWeights() = default;
  /// w [count × M] of `count` new items from `first` on: how much of each item of the model; 0 for what was not trained.
  virtual void weights(std::int64_t first, std::int64_t count, float* to) const = 0;
  /// Σ_k w[k]·row k of every new item, [m × width rounded up to 16], where there is a shorter way than by weights.
  virtual std::optional<kernel::AlignedFloats> sums(const float* rows, std::int64_t stride, std::int64_t width) const = 0;
};

struct AddedItems {
  std::int64_t items = 0;               ///< of the grown catalogue
  std::vector<std::int32_t> old_place;  ///< [M] where each item of the model stands in it, ascending
  std::vector<std::int32_t> new_place;  ///< [m] where each new one stands, in the order in which they are added
  std::shared_ptr<const ItemWeights> parts;
  float level = 1;  ///< new items' scores are multiplied by it; of a softmax or sigmoid their odds are
  int threads = 1;
  std::int64_t known() const { return static_cast<std::int64_t>(old_place.size()); }
  std::int64_t added() const { return static_cast<std::int64_t>(new_place.size()); }
  /// w of all new items, [m × M].
  std::vector<float> weights() const;
};

/// Of the kind that the model's architecture names. Throws UserError, in one sentence, when models of this kind cannot grow. Items
/// that are added in two calls get the same bits as in one.
std::shared_ptr<const Model> with_added_items(const Model&, std::int64_t block_items, const AddedItems&);
/// The same refusal, before any work is done.
void require_growing(const Model&);

// What the rows of the table of kinds say.
/// Every tensor whose rows are items gets rows w·W: networks, and vectors of low rank.
std::shared_ptr<const Model> grow_by_rows(const Model&, std::int64_t block_items, const AddedItems&);
/// B of a closed form gets columns (B + βI)·wᵀ and rows w·(B + βI), where β stands for what a liked item says of itself, which B has
/// taken out of its diagonal.
std::shared_ptr<const Model> grow_dense(const Model&, std::int64_t block_items, const AddedItems&);
/// Of B by its largest weights, columns alone: a like of a new item says nothing until the next training, because the places in the
/// columns of others are taken.
std::shared_ptr<const Model> grow_sparse(const Model&, std::int64_t block_items, const AddedItems&);

}  // namespace encore
