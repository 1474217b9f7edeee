// Forward passes for people who ask, not for training: sparse rows in, one score for each item out, block by block.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>
#include "dataset/dataset.h"
#include "model/autoencoder.h"

namespace encore {

/// What the network's input holds for a rating of `stars`: stars ÷ scale maximum (0 for a rating of 0, which is a value
/// like any other: its film was rated), or 1 for a liked one; nothing when a binary input takes no notice of it.
std::optional<float> input_value(const Architecture&, const RatingScale&, float stars);

/// A few users' inputs as sparse rows with the *network's* values (already rating ÷ maximum or 1; normalisation is the
/// scorer's).
struct InputRows {
  std::vector<std::int64_t> start{0};
  std::vector<std::int32_t> item;  ///< ascending within a row
  std::vector<float> value;
  std::int64_t size() const { return static_cast<std::int64_t>(start.size()) - 1; }
  void clear() { start.assign(1, 0), item.clear(), value.clear(); }
  /// Appends one user's ratings in stars as the model's input wants them: divided by the scale's maximum, or 1 for
  /// liked ones.
  void add(const Architecture&, const RatingScale&, std::span<const std::int32_t> items, std::span<const float> stars);
  /// The same for those ratings only whose part is `only`.
  void add(const Architecture&, const RatingScale&, std::span<const std::int32_t> items, std::span<const float> stars,
           std::span<const Part> parts, Part only);
};

/// The scores of one block of items for all rows of the batch: item-major, score[i * stride + row] belongs to item
/// first + i. Before a softmax they are the logits z (they rank alike); after a linear or sigmoid output the output
/// itself.
struct ScoreBlock {
  std::int64_t first, items;
  std::int64_t rows, stride;
  float* score;
};

/// Thread-safe: each thread calls `run` with rows of its own. Keeps a reference to the network.
class Scorer {
 public:
  explicit Scorer(const Autoencoder& network, std::int64_t block_items = 128);
  static constexpr std::int64_t rows_at_once = 64;  ///< `run` takes at most this many rows
  /// Calls visit for every block in ascending order; the block's memory may be overwritten by the visitor.
  void run(const InputRows& rows, const std::function<void(const ScoreBlock&)>& visit) const;
  const Autoencoder& network() const { return network_; }

 private:
  const Autoencoder& network_;
  std::int64_t block_items_;
};

}  // namespace encore
