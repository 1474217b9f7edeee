// Whether the films of a dataset are films of a model at all, though ids may happen to agree.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include "dataset/dataset.h"

namespace encore {

/// `model_items`: as model_items_of finds them. Throws UserError when the model knows none of the dataset's films, or
/// most of those whose ids it knows have another title there. A catalogue that has grown, or lost films, is fine.
void require_common_films(const Catalogue& model, const Catalogue& dataset, std::span<const std::int32_t> model_items,
                          const std::string& model_name, const std::string& dataset_name);

}  // namespace encore
