// What lies between the sum over the first layer and the output layer, for one batch: activations forwards, gradients
// backwards, and what of the loss is its own. Every shard has all of it, and may share the products with the others. Not the item
// tables and not the optimiser; which middles there are is said by MiddleKind (architecture.h).
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>
#include "kernel/kernels.h"
#include "network/autoencoder.h"

namespace encore {

/// Gradients of the layers that every shard holds: first bias and inner layers, in the shapes of the network.
struct HiddenGradients {
  kernel::AlignedFloats first_bias;
  std::vector<DenseLayer> inner;
  static HiddenGradients shaped(const Autoencoder&);
};

class Middle;

/// Several shards that would compute the same rows, and share them instead: what belongs to the batch each has in memory of its own, the
/// layers all have in one.
class SharedRows {
 public:
  struct Run {
    std::int64_t first, end;
  };
  virtual ~SharedRows() = default;
  /// Those of so many rows that this shard computes; alike for any two of the same number.
  virtual Run own(std::int64_t rows) const = 0;
  /// Behind the `own` rows of data [rows][width], `apart` numbers apart: afterwards every shard has all of them. Every shard calls it in
  /// the same order.
  virtual void exchange(float* data, std::int64_t rows, std::int64_t width, std::int64_t apart) = 0;
  /// Returns when every shard has called it.
  virtual void wait() = 0;
  /// One of them, for what is not worth sharing and must happen once.
  virtual bool leads() const = 0;

  /// Whether so many operations on `width` numbers a row take longer than their exchange.
  static bool is_worth(std::int64_t operations) { return operations >= 1 << 18; }
  /// Whether each shard has the gradient of its own rows of this layer alone, and moves them alone.
  static bool divides(const DenseLayer& layer) { return !layer.is_elementwise && layer.outputs * layer.stride() >= 1 << 14; }
};

/// Who sends a batch through, and what random draws and the loss depend on beside the numbers of the batch.
struct Pass {
  enum class Purpose : std::uint8_t { train, judge, answer };
  Purpose purpose = Purpose::answer;  ///< only training draws; who judges or answers takes the mean of a distribution
  std::uint64_t seed = 0, epoch = 0;
  std::span<const std::int32_t> users = {};  ///< of the rows, in the dataset: draws are keyed by them
  double divergence_weight = 0;              ///< β or γ of the divergence in the loss
  /// Of a composite prior: the middle that this batch went through with the encoder of before, and Σ target of each row.
  const Middle* before = nullptr;
  std::span<const float> target_sums = {};
};

/// Rows of the panels into which a batch of `rows` is cut: the whole batch, padded to 16, up to 64; above, 64 to 112, whichever
/// leaves the fewest lanes empty, so that a batch of 100 is computed as 112 rows and not as 128.
std::int64_t lanes_of_panels(std::int64_t rows);

/// Activations of up to `max_rows` users, each layer in two layouts: `along` [row][width] and `across` [width][lane]
/// for each panel of `lanes()` rows. Rows and lanes past the batch are zero.
class Middle {
 public:
  virtual ~Middle() = default;

  /// Rows of a panel (lanes_of_panels).
  std::int64_t lanes() const { return lanes_; }
  std::int64_t panels(std::int64_t rows) const { return (rows + lanes_ - 1) / lanes_; }

  /// Z₁[row], the sums over the row's items, to be filled (it is zero at first and after `clear`).
  float* first_sums(std::int64_t row) { return values_.front().along.data() + row * values_.front().stride; }
  void clear();
  /// From now on rows are shared; all shards send the same batches through. Of the gradient of a layer that SharedRows::divides each then
  /// has its own rows.
  void share(SharedRows& rows) { shared_ = &rows; }
  void scale_first_sums(std::int64_t row, float factor);

  /// From Z₁ to the last hidden layer: bias, activation, inner layers.
  virtual void forward(const Autoencoder&, std::int64_t rows, const Pass&) = 0;

  /// Last hidden layer of a panel as the output product wants it: [last width + 1][lanes], the last line is 1 for real
  /// rows.
  const float* across(std::int64_t panel) const;
  /// The same, [row][output stride], with a 1 behind the last width.
  const float* along(std::int64_t row) const { return values_.back().along.data() + row * values_.back().stride; }

  /// From dH of the last layer ([rows][output stride]) to dZ₁, [rows][first_gradient_stride()], valid until the next
  /// call; with the gradient of what `own_loss` adds, divided by `divisor` as all of the loss is.
  virtual const float* backward(const Autoencoder&, const float* last_gradient, std::int64_t rows, double divisor,
                                HiddenGradients&) = 0;
  std::int64_t first_gradient_stride() const { return values_.front().stride; }

  /// What a row of the last `forward` adds to the loss beside that of its output, weighted as the pass said; not divided.
  virtual double own_loss(std::int64_t /*row*/) const { return 0; }

 protected:
  /// One layer's numbers; a stride of a row in `along`, so many lines of a panel in `across`.
  struct Values {
    std::int64_t width, stride, lines;
    kernel::AlignedFloats along, across;
  };
  Middle(std::int64_t max_rows, const kernel::Kernels&);
  /// Of a width; the last layer has a column behind it, the 1 that carries the output's bias.
  Values values_of(std::int64_t width, bool is_last) const;
  /// Makes room for gradients of layers up to this stride.
  void reserve_gradients(std::int64_t widest_stride);

  /// The rows of which this shard computes the numbers, each by so many operations.
  SharedRows::Run own(std::int64_t rows, std::int64_t operations) const {
    return is_shared(rows, operations) ? shared_->own(rows) : SharedRows::Run{0, rows};
  }
  bool is_shared(std::int64_t rows, std::int64_t operations) const { return shared_ != nullptr && SharedRows::is_worth(rows * operations); }
  /// work(first row, end) for the rows of data [rows][width], of which every shard then has all.
  template <class Work>
  void in_shares(std::int64_t rows, std::int64_t operations, float* data, std::int64_t width, std::int64_t apart, const Work& work) const {
    const SharedRows::Run run = own(rows, operations);
    if (run.end > run.first) work(run.first, run.end);
    if (is_shared(rows, operations)) shared_->exchange(data, rows, width, apart);
  }
  /// What a number of a row costs that is activated, normed or drawn.
  static constexpr std::int64_t operations_of_a_number = 16;
  float* panel(Values& v, std::int64_t index) const { return v.across.data() + index * v.lines * lanes_; }
  void to_across(Values&, std::int64_t rows) const;
  void to_along(Values&, std::int64_t rows) const;
  /// Zeros past the batch and past the width (σ(0) is not 0), so that neither adds to any gradient.
  void clear_padding(Values&, std::int64_t rows) const;
  /// to ← curve(W·from + b), in both layouts.
  void apply(const DenseLayer&, Values& from, Values& to, kernel::Curve, std::int64_t rows) const;
  /// From dY of the layer's output in gradient_ to its dW and db, and dX of its input in gradient_.
  void apply_back(const DenseLayer&, const Values& from, const Values& to, std::int64_t rows, DenseLayer& gradient);
  /// gradient_ ⊙ curve′ for the rows of the batch, zero elsewhere.
  void back_through(kernel::Curve, const Values&, std::int64_t rows);
  /// The first layer's bias and curve, from Z₁; and db and dZ₁ in gradient_ from gradient_.
  void apply_first(const Autoencoder&, kernel::Curve, std::int64_t rows);
  void back_to_first(const Autoencoder&, kernel::Curve, std::int64_t rows, HiddenGradients&);

  const kernel::Kernels& kernels_;
  SharedRows* shared_ = nullptr;  ///< none: every row is computed here
  std::int64_t lanes_, padded_rows_;
  std::vector<Values> values_;  ///< of all hidden layers, in their order
  kernel::AlignedFloats gradient_;  ///< [row][stride] of the layer that is being gone through backwards

 private:
  kernel::AlignedFloats next_gradient_, gradient_across_, next_across_;
};

/// The middle of this architecture.
std::unique_ptr<Middle> make_middle(const Architecture&, std::int64_t max_rows, const kernel::Kernels&);

/// The kernel's curve of an activation.
kernel::Curve curve_of(Activation);

}  // namespace encore
