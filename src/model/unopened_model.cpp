// Opened once, whichever thread asks first.
#include "model/unopened_model.h"

#include <functional>
#include <numeric>

namespace encore {

std::int64_t UnopenedModel::parameters() const {
  std::int64_t all = 0;
  for (const auto& one : tensors_)
    all += std::accumulate(one.tensor.shape.begin(), one.tensor.shape.end(), std::int64_t{1}, std::multiplies<>());
  return all;
}

const Model& UnopenedModel::opened() const {
  std::call_once(once_, [this] { opened_ = open_(); });
  return *opened_;
}

}  // namespace encore
