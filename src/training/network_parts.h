// All numbers of a network as one long array in several places: what is summed, averaged, pulled and pushed whole.
#pragma once
#include <span>
#include <vector>

#include "network/autoencoder.h"

namespace encore {

/// First table, output table, first bias, then weight and bias of each inner layer, padding included.
inline std::vector<std::span<float>> parts_of(Autoencoder& network) {
  std::vector<std::span<float>> parts{network.first.values, network.output.values, network.first_bias};
  for (DenseLayer& layer : network.inner) parts.insert(parts.end(), {layer.weight, layer.bias});
  return parts;
}

}  // namespace encore
