// A model folder whose catalogue says something else of the same films. Not a model whose films change (model_folder.h writes that).
#pragma once
#include <filesystem>

#include "dataset/dataset.h"

namespace encore {

/// Every file of the model folder `from` into `folder`, a staged one on the same disk, but with this catalogue, which has the same films:
/// weights, checkpoints and all keep their bytes, without a second copy where the disk has links. Throws UserError naming the path.
void write_model_with_catalogue(const std::filesystem::path& folder, const std::filesystem::path& from, const Catalogue& items);

}  // namespace encore
