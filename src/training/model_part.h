// What one process of a cluster writes of the finished model: the rows of its items, and what is to be known of the model. The
// driver puts them together (models/model_parts.h).
#pragma once
#include <filesystem>

#include "training/fit.h"

namespace encore {

constexpr const char* model_part_format = "encore-model-part";

/// `owns_all` says that the model is whole here: then only process 0 writes it, the others an empty part. Throws UserError
/// naming the path when it cannot be written.
void write_model_part(const std::filesystem::path& file, const Dataset&, const TrainingPlan&, const Fit&, int process,
                      bool owns_all);

}  // namespace encore
