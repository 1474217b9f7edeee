// The finished model from the parts that the processes of a cluster wrote (training/model_part.h), of whatever kind it is. Not
// its catalogue and not its folder (folder/model_folder.h).
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "model/trained_model.h"

namespace encore {

struct AssembledModel {
  TrainedModel model;  ///< without its catalogue
  std::string history_csv;
};

/// From the parts of all processes. Throws UserError naming the file or the items that are missing.
AssembledModel read_model_parts(const std::vector<std::filesystem::path>& files);

}  // namespace encore
