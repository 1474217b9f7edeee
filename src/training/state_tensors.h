// The numbers of a training state by name, and the rest of it as JSON: what checkpoints (checkpoint.h) and the parts of
// a cluster's processes (part_file.h) both write and read. Not the files.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "dataset/checked_json.h"
#include "model/model.h"
#include "training/training_state.h"

namespace encore {

/// A tensor, padded as in memory: what is read back has every bit. Tables of items know the item of their first row.
template <class Float>
using StateTensor = ModelTensor<Float>;

/// Every number of the state, in a fixed order.
std::vector<StateTensor<const float>> state_tensors(const TrainingState&);
std::vector<StateTensor<float>> state_tensors(TrainingState&);

/// Everything of the state that is no tensor.
CheckedJson state_json(const TrainingState&);
/// The state's workers must exist. Throws nlohmann::json::exception when something is missing.
void read_state_json(const CheckedJson&, TrainingState&);

}  // namespace encore
