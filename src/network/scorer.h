// A network's forward passes for people who ask, not for training: sparse rows in, one score for each item out, block by
// block.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>
#include "model/input_rows.h"
#include "network/autoencoder.h"

namespace encore {

class Middle;

/// The rows' way to the last hidden layer, as people who ask go it.
std::unique_ptr<Middle> hidden_of(const Autoencoder&, const InputRows&);

/// The rows of the output table for items [first, first + items): `stride` floats each, the bias behind the width, then zeros. Valid until
/// the next call.
using RowsOfBlock = std::function<const float*(std::int64_t first, std::int64_t items)>;

/// Where one pass over the items begins and ends, and whether an output's curve (σ) is applied.
struct ScoringPass {
  std::int64_t first_item, end_item, block_items;
  bool through_output;
};

/// One product for each block of items with `hidden`, the people's last layer. Calls visit for every block in ascending order.
void score_blocks(const Middle& hidden, const Architecture&, std::int64_t people, const RowsOfBlock&, const ScoringPass&,
                  const VisitBlock& visit);

/// Thread-safe: each thread calls `run` with rows of its own. Keeps a reference to the network.
class Scorer {
 public:
  explicit Scorer(const Autoencoder& network, std::int64_t block_items = 128);
  /// Calls visit for every block in ascending order; the block's memory may be overwritten by the visitor.
  void run(const InputRows& rows, const VisitBlock& visit) const { run(rows, 0, network_.items, visit); }
  /// The same for the items [first_item, end_item), which begin and end with blocks (or with the catalogue).
  void run(const InputRows& rows, std::int64_t first_item, std::int64_t end_item, const VisitBlock& visit) const {
    run(rows, first_item, end_item, visit, true);
  }
  /// The same without a sigmoid output's σ: the logits.
  void run_to_order(const InputRows& rows, std::int64_t first_item, std::int64_t end_item, const VisitBlock& visit) const {
    run(rows, first_item, end_item, visit, false);
  }
  std::int64_t block_items() const { return block_items_; }
  const Autoencoder& network() const { return network_; }

 private:
  void run(const InputRows& rows, std::int64_t first_item, std::int64_t end_item, const VisitBlock& visit,
           bool through_output) const;
  const Autoencoder& network_;
  std::int64_t block_items_;
};

}  // namespace encore
