// A model's folder that is about to be changed, and the change that needs no words of a person: ratings of its new films. Not what ratings
// do to numbers (film_ratings.h) and not what is told of it afterwards (commands/, serve/).
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "catalogue/film_ratings.h"

namespace encore {

/// The folder, which will be written beside itself. Throws UserError when it is no model folder, or when nothing can be written there.
const std::filesystem::path& changed_folder(const std::filesystem::path& folder);

/// Folds `ratings` (of the dataset that the model was trained on) into the model at `folder` and writes it anew, in one step. Throws
/// UserError as with_ratings does, and while another process is writing the folder; then nothing has changed.
RatedModel rate_folder(const std::filesystem::path& folder, const std::string& dataset,
                       const std::function<std::vector<NewRating>(const Dataset&)>& ratings, int threads);

}  // namespace encore
