// ELSA as a model: z = (x·A)·Aᵀ − x, with a vector of unit length for each item. Not how A came about (elsa_step.h).
#pragma once
#include "linear/linear_models.h"

namespace encore {

/// `vectors` [M × width], rows `stride` (a multiple of 16, padded with zeros) apart.
std::shared_ptr<const LinearModel> low_rank_model(std::int64_t items, std::int64_t width, std::int64_t stride,
                                                  kernel::AlignedFloats vectors, CheckedJson architecture);
/// Tensor "item_vectors" [M, width]. Throws UserError naming the file.
std::shared_ptr<const LinearModel> open_low_rank(const ModelSource&);

}  // namespace encore
