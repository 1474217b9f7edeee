// The numbers of a training state by name, and the rest of it as JSON: what checkpoints (checkpoint.h) and the parts of
// a cluster's processes (part_file.h) both write and read. Not the files.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dataset/checked_json.h"
#include "model/safetensors.h"
#include "training/training_state.h"

namespace encore {

/// A tensor, padded as in memory: what is read back has every bit. Tables of items know the item of their first row.
template <class Float>
struct StateTensor {
  TensorOf<Float> tensor;
  std::optional<std::int64_t> first_item;
};

/// Every number of the state, in a fixed order.
std::vector<StateTensor<const float>> state_tensors(const TrainingState&);
std::vector<StateTensor<float>> state_tensors(TrainingState&);

/// The numbers of one network, their names beginning with `name` and a dot.
std::vector<StateTensor<const float>> network_tensors(const std::string& name, const Autoencoder&);
std::vector<StateTensor<float>> network_tensors(const std::string& name, Autoencoder&);

/// Everything of the state that is no tensor.
CheckedJson state_json(const TrainingState&);
/// The state's workers must exist. Throws nlohmann::json::exception when something is missing.
void read_state_json(const CheckedJson&, TrainingState&);

}  // namespace encore
