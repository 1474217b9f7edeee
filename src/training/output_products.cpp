// The two rows of the table of precisions. What bf16 needs in pairs along the sum is converted once: H for a step, a
// block's W and dL for a block.
#include "training/output_products.h"

#include "model/named_value.h"

namespace encore {
namespace {

using kernel::BfloatPair;
using BfloatPairs = std::vector<BfloatPair, kernel::AlignedAllocator<BfloatPair>>;

constexpr std::array precision_rows{Named{Precision::f32, "f32"}, Named{Precision::bf16, "bf16"}};

class SingleProducts final : public OutputProducts {
 public:
  using OutputProducts::OutputProducts;
  void take_hidden(std::int64_t rows) override { rows_ = rows; }
  void logits(std::int64_t first_item, std::int64_t items, std::int64_t panels, float* z) override {
    const std::int64_t lanes = hidden_.lanes();
    for (std::int64_t p = 0; p < panels; ++p) {
      kernels_.multiply({items,
                         lanes,
                         output_.width + 1,
                         output_.row(first_item),
                         output_.stride,
                         1,
                         hidden_.across(p),
                         lanes,
                         z + p * items * lanes,
                         lanes,
                         false,
                         {p + 1 == panels ? weights_behind(first_item, items) : kernel::Ahead{}}});
    }
  }
  void take_weights(std::int64_t first_item, std::int64_t items, std::array<kernel::Ahead, 2> update) override {
    first_item_ = first_item, items_ = items, update_ = update, next_ = weights_behind(first_item, items);
  }
  void gradients(std::int64_t panel, const float* logit_gradient, float* weight_gradient, float* hidden_gradient,
                 std::int64_t hidden_row) override {
    const std::int64_t lanes = hidden_.lanes(), stride = output_.stride;
    const std::int64_t rows = std::min(lanes, rows_ - panel * lanes);  // H is zero in the others
    if (weight_gradient != nullptr)
      kernels_.multiply({items_, stride, rows, logit_gradient, lanes, 1, hidden_.along(panel * lanes), stride,
                         weight_gradient, stride, panel > 0, update_});
    if (hidden_gradient == nullptr) return;
    kernels_.multiply({rows,
                       stride,
                       items_,
                       logit_gradient,
                       1,
                       lanes,
                       output_.row(first_item_),
                       stride,
                       hidden_gradient,
                       hidden_row,
                       false,
                       {next_}});
    update_ = {}, next_ = {};  // the block's first panel has asked for all
  }

 private:
  std::int64_t rows_ = 0, first_item_ = 0, items_ = 0;
  std::array<kernel::Ahead, 2> update_{};
  kernel::Ahead next_{};
};

std::size_t half(std::int64_t n) { return static_cast<std::size_t>((n + 1) / 2); }

/// The bias is not rounded: logits start from it, and their sums leave its column out.
class BfloatProducts final : public OutputProducts {
 public:
  BfloatProducts(const ItemTable& output, const Middle& hidden, const kernel::Kernels& kernels,
                 std::int64_t block_items, std::int64_t max_rows)
      : OutputProducts(output, hidden, kernels),
        lanes_(hidden.lanes()),
        across_panel_((output.width + 1) / 2 * lanes_),
        along_panel_(lanes_ / 2 * output.stride),
        across_(static_cast<std::size_t>(hidden.panels(max_rows) * across_panel_)),
        along_(static_cast<std::size_t>(hidden.panels(max_rows) * along_panel_)),
        weight_rows_(half(block_items * output.stride)),
        weight_pairs_(half(block_items) * static_cast<std::size_t>(output.stride)),
        gradient_rows_(half(block_items * lanes_)),
        gradient_pairs_(half(block_items) * static_cast<std::size_t>(lanes_)) {}

  void take_hidden(std::int64_t rows) override {
    for (std::int64_t p = 0; p < hidden_.panels(rows); ++p) {
      kernels_.pair_rows(hidden_.across(p), output_.width, lanes_, lanes_, across_.data() + p * across_panel_, lanes_);
      kernels_.pair_rows(hidden_.along(p * lanes_), lanes_, output_.stride, output_.stride,
                         along_.data() + p * along_panel_, output_.stride);
    }
  }

  void logits(std::int64_t first_item, std::int64_t items, std::int64_t panels, float* z) override {
    const float* weights = output_.row(first_item);
    const std::int64_t stride = output_.stride;
    kernels_.pair_columns(weights, items, stride, stride, weight_rows_.data(), stride / 2);
    for (std::int64_t p = 0; p < panels; ++p) {
      kernels_.multiply_pairs({.rows = items,
                               .columns = lanes_,
                               .depth = (output_.width + 1) / 2,
                               .a = weight_rows_.data(),
                               .a_row = stride / 2,
                               .a_depth = 1,
                               .b = across_.data() + p * across_panel_,
                               .b_row = lanes_,
                               .c = z + p * items * lanes_,
                               .c_row = lanes_,
                               .ahead = {p + 1 == panels ? weights_behind(first_item, items) : kernel::Ahead{}},
                               .start = weights + output_.width,
                               .start_row = stride});
    }
  }

  void take_weights(std::int64_t first_item, std::int64_t items, std::array<kernel::Ahead, 2> update) override {
    items_ = items, update_ = update, next_ = weights_behind(first_item, items);
    kernels_.pair_rows(output_.row(first_item), items, output_.stride, output_.stride, weight_pairs_.data(),
                       output_.stride);
  }

  void gradients(std::int64_t panel, const float* logit_gradient, float* weight_gradient, float* hidden_gradient,
                 std::int64_t hidden_row) override {
    const std::int64_t stride = output_.stride;
    if (weight_gradient != nullptr) kernels_.pair_columns(logit_gradient, items_, lanes_, lanes_, gradient_rows_.data(), lanes_ / 2);
    if (weight_gradient != nullptr) kernels_.multiply_pairs({.rows = items_,
                             .columns = stride,
                             .depth = lanes_ / 2,
                             .a = gradient_rows_.data(),
                             .a_row = lanes_ / 2,
                             .a_depth = 1,
                             .b = along_.data() + panel * along_panel_,
                             .b_row = stride,
                             .c = weight_gradient,
                             .c_row = stride,
                             .accumulate = panel > 0,
                             .ahead = update_});
    if (hidden_gradient == nullptr) return;
    kernels_.pair_rows(logit_gradient, items_, lanes_, lanes_, gradient_pairs_.data(), lanes_);
    kernels_.multiply_pairs({.rows = lanes_,
                             .columns = stride,
                             .depth = (items_ + 1) / 2,
                             .a = gradient_pairs_.data(),
                             .a_row = 1,
                             .a_depth = lanes_,
                             .b = weight_pairs_.data(),
                             .b_row = stride,
                             .c = hidden_gradient,
                             .c_row = hidden_row,
                             .ahead = {next_}});
    update_ = {}, next_ = {};  // the block's first panel has asked for all
  }

 private:
  std::int64_t lanes_, across_panel_, along_panel_, items_ = 0;
  BfloatPairs across_;          ///< H of each panel, [pair of hidden units][lane]
  BfloatPairs along_;           ///< H of each panel, [pair of lanes][hidden unit]
  BfloatPairs weight_rows_;     ///< W of the block, [item][pair of hidden units]
  BfloatPairs weight_pairs_;    ///< W of the block, [pair of items][hidden unit]
  BfloatPairs gradient_rows_;   ///< dL of the panel, [item][pair of lanes]
  BfloatPairs gradient_pairs_;  ///< dL of the panel, [pair of items][lane]
  std::array<kernel::Ahead, 2> update_{};
  kernel::Ahead next_{};
};

}  // namespace

std::string_view name_of(Precision precision) {
  return name_in(precision_rows, precision);
}

Precision precision_named(std::string_view name) {
  return value_in(precision_rows, "precision", name);
}

std::vector<std::string_view> precision_names() { return names_in(precision_rows); }

std::unique_ptr<OutputProducts> make_output_products(Precision precision, const ItemTable& output,
                                                     const Middle& hidden, const kernel::Kernels& kernels,
                                                     std::int64_t block_items, std::int64_t max_rows) {
  if (precision == Precision::bf16)
    return std::make_unique<BfloatProducts>(output, hidden, kernels, block_items, max_rows);
  return std::make_unique<SingleProducts>(output, hidden, kernels);
}

}  // namespace encore
