// The three products of the output layer, block by block: Z = W·Hᵀ + b, dW = dLᵀ·H, dH = dL·W. The table of precisions:
// `f32` multiplies the numbers as they are; `bf16` rounds the operands to bfloat16 as they enter the cache and sums in
// f32. Weights, bias, moments, losses and gradients are f32 in both.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include "network/autoencoder.h"
#include "network/middle.h"

namespace encore {

enum class Precision : std::uint8_t { f32, bf16 };
std::string_view name_of(Precision);
/// Throws UserError for an unknown name.
Precision precision_named(std::string_view);
std::vector<std::string_view> precision_names();
/// What leaves the choice to the processor (kernel::bfloat16_is_faster).
inline constexpr std::string_view automatic_precision = "auto";

/// Letters: M items of a block, L lanes of a panel (users), S the output table's stride. One user at a time.
class OutputProducts {
 public:
  OutputProducts(const ItemTable& output, const Middle& hidden, const kernel::Kernels& kernels)
      : output_(output), hidden_(hidden), kernels_(kernels) {}
  virtual ~OutputProducts() = default;
  /// Makes the last hidden layer of the batch of so many rows ready, after its forward pass.
  virtual void take_hidden(std::int64_t rows) = 0;
  /// z[panel][item][lane] = W·Hᵀ + b of `items` items from `first_item` on.
  virtual void logits(std::int64_t first_item, std::int64_t items, std::int64_t panels, float* z) = 0;
  /// Makes the block's weights ready for `gradients`, which fetch on the side what the block's update will read.
  virtual void take_weights(std::int64_t first_item, std::int64_t items, std::array<kernel::Ahead, 2> update) = 0;
  /// From dL [M][L] of one panel: weight_gradient[M][S] = dLᵀ·H (added to that of the panels before) and
  /// hidden_gradient[L][row] = dL·W, with the weights that were taken; null: this one is not wanted. Lanes past the batch may be
  /// left as they are.
  virtual void gradients(std::int64_t panel, const float* logit_gradient, float* weight_gradient,
                         float* hidden_gradient, std::int64_t hidden_row) = 0;

 protected:
  /// The weights of the next block, as far as this table has them.
  kernel::Ahead weights_behind(std::int64_t first_item, std::int64_t items) const {
    const std::int64_t next = first_item + items, left = output_.first_item + output_.items - next;
    if (left <= 0) return {};
    return {output_.row(next), std::min(items, left) * output_.stride};
  }
  const ItemTable& output_;
  const Middle& hidden_;
  const kernel::Kernels& kernels_;
};

/// For blocks of at most `block_items` items and batches of at most `max_rows` rows.
std::unique_ptr<OutputProducts> make_output_products(Precision, const ItemTable& output, const Middle&,
                                                     const kernel::Kernels&, std::int64_t block_items,
                                                     std::int64_t max_rows);

}  // namespace encore
