// A network's own loss over the users of a fold, outside of a step; formulas in network_loss.cpp. Not the gradient
// (output_loss.h).
#pragma once
#include <cstdint>
#include "dataset/dataset.h"
#include "network/autoencoder.h"

namespace encore {

/// The model's own loss, without dropout and weight decay: what validation_loss reports. 0 without users.
double mean_loss(const Autoencoder&, const Dataset&, Fold, int threads, std::int64_t block_items);
/// The same before the division, for means over users of several processes.
struct LossOfUsers {
  double sum = 0, weight = 0;
};
LossOfUsers loss_of_users(const Autoencoder&, const Dataset&, Fold, int threads, std::int64_t block_items);

}  // namespace encore
