// A network's own loss over the users of a fold, outside of a step: that of a step that judges (shard_step.h), of all items
// and with nobody to exchange with. There is no other definition of a loss than the one that is trained on.
#pragma once
#include <cstdint>
#include "dataset/dataset.h"
#include "network/autoencoder.h"
#include "training/shard_step.h"

namespace encore {

/// Without dropout, draws and weight decay: what validation_loss reports. Users without an input are left out.
LossSum loss_of_users(const Autoencoder&, const Dataset&, Fold, int threads, std::int64_t block_items,
                      double divergence_weight = 0);
/// Its mean; 0 without users.
double mean_loss(const Autoencoder&, const Dataset&, Fold, int threads, std::int64_t block_items);

}  // namespace encore
