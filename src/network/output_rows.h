// The output row of one item learned alone, everything else of a network being as it is: what people's last hidden layers say of who rates
// it. Not training (training/), where all rows and layers learn together.
#pragma once
#include <cstdint>
#include <vector>

#include "model/input_rows.h"
#include "network/autoencoder.h"
#include "network/loss_table.h"

namespace encore {

/// What a user's row tells of the item: the input's value of the rating.
struct CellOfUser {
  std::int64_t user;
  float target;
};

class OutputRows {
 public:
  /// Sends the users' rows through the network, once. `apart`: for each item, whether it is one that will be learned and so counts in
  /// nobody's softmax. The network must outlive this. The same bits for any number of threads.
  OutputRows(const Autoencoder&, const InputRows& users, const std::vector<std::uint8_t>& apart, std::int64_t block_items, int threads);

  /// The row [output.stride], bias included, with the least loss of this network plus ρ/2 · ‖row − guess‖²: by Newton's method,
  /// each step by conjugate gradients. Of a softmax the loss is the sum over the users of (Σt + t)·log(rest + e^z) − t·z.
  /// `cells`: of the users who rated it, ascending.
  std::vector<float> learned(const float* guess, const std::vector<CellOfUser>& cells, double rho) const;

 private:
  using Numbers = std::vector<double>;
  CellCost cost(double logit, std::int64_t user, double target) const;
  double logit(const Numbers& row, std::int64_t user) const;
  Numbers step(const Numbers& slope, const Numbers& curves, double rho) const;

  const Autoencoder& network_;
  std::int64_t width_, stride_;
  std::vector<float> hidden_;   ///< [users × stride], a 1 behind the width
  std::vector<double> rest_;    ///< of a softmax: log Σ e^z over all other items
  std::vector<double> targets_;  ///< Σ of each user's input
};

}  // namespace encore
