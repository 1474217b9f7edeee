// The popularity model from its counts; the kind itself is a row of models/table.h.
#pragma once
#include <memory>
#include <vector>
#include "model/model.h"

namespace encore {

/// `likes` [M]: how many training users liked each item.
std::shared_ptr<const Model> popularity_model(std::vector<float> likes);

}  // namespace encore
