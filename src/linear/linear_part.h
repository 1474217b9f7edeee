// Some items' share of a linear model, on its way into the part that one process of several writes (training/model_part.h). It knows
// its rows and cannot score: that takes all of them (linear_models.h).
#pragma once
#include <memory>

#include "linear/item_rows.h"
#include "linear/tile_shares.h"
#include "model/model.h"

namespace encore {

/// Rows of B: of a dense model's tensor "item_weights". `architecture` is config.json's, as it is.
std::shared_ptr<const Model> part_of_dense(MatrixRows rows, CheckedJson architecture);
/// Columns of B by their largest weights, of the items from `first_item` on: of a sparse model's two tensors.
std::shared_ptr<const Model> part_of_sparse(NeighbourTable table, std::int64_t first_item, std::int64_t items, CheckedJson architecture);

}  // namespace encore
