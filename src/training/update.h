// What happens to a gradient as soon as a block of it exists: Adam on the spot, or kept for others to see. The step
// itself does not know which.
#pragma once
#include <array>
#include <cstdint>
#include <vector>
#include "kernel/kernels.h"
#include "network/autoencoder.h"
#include "network/middle.h"

namespace encore {

/// Adam's moments for every parameter, in the network's own shapes.
struct Moments {
  ItemTable first_mean, first_square, output_mean, output_square;
  HiddenGradients hidden_mean, hidden_square;
  static Moments zero(const Autoencoder&);
};

struct AdamSettings {
  double learning_rate = 1e-3, epsilon = 1e-8, weight_decay = 0;
  bool rests_without_gradient = false;  ///< a row of a table moves, and its moments decay, in steps that have a gradient for it only
};

/// What a step moves: everything, or one side of the latent layer while the other stands still.
enum class TrainedPart : std::uint8_t { all, encoder, decoder };

class Update {
 public:
  virtual ~Update() = default;
  /// Rows [first_item, first_item + rows) of the output table; gradient is [rows][stride].
  virtual void output_rows(std::int64_t first_item, std::int64_t rows, const float* gradient) = 0;
  /// What `output_rows` of these rows will read beside the weights, so that it can be fetched in time.
  virtual std::array<kernel::Ahead, 2> output_ahead(std::int64_t /*first_item*/, std::int64_t /*rows*/) const {
    return {};
  }
  /// Rows of the first table; a null gradient means zero.
  virtual void first_rows(std::int64_t first_item, std::int64_t rows, const float* gradient) = 0;
  /// A row of the first table will be read or updated soon: a good moment to fetch it.
  virtual void fetch_first(std::int64_t /*item*/) const {}
  /// Before a step reads a row of the first table.
  virtual void before_reading_first(std::int64_t /*item*/) {}
  /// Behind the last step before anybody else reads these rows of the first table, or their moments.
  virtual void settle_first(std::int64_t /*first_item*/, std::int64_t /*rows*/) {}
  virtual void hidden(const HiddenGradients&) = 0;
};

/// Dense Adam in Keras' form (kernel::AdamStep) on the network in place. Moments of rows without gradient decay and
/// move them. In the first table, where few rows of a batch have one, the others catch up when they are read: the same
/// steps in the same order, so the same bits, without a pass through all of its memory for each step.
class AdamUpdate final : public Update {
 public:
  /// `hidden` holds the layers that are no tables, this rank's copy unless they are shared; the tables are the network's.
  AdamUpdate(Autoencoder& tables, Autoencoder& hidden, Moments& tables_moments, Moments& hidden_moments,
             const AdamSettings&, const kernel::Kernels&);
  /// From now on `hidden` and its moments are those of all ranks: each moves its own rows of the layers that SharedRows::divides, one all
  /// the rest. Nobody reads them before the ranks have met again.
  void share(SharedRows& rows) { shared_ = &rows; }
  /// Before each step; t counts the steps of this part from 1. What does not belong to the part keeps its moments, too.
  void begin_step(std::int64_t t, TrainedPart part = TrainedPart::all);
  void output_rows(std::int64_t first_item, std::int64_t rows, const float* gradient) override;
  std::array<kernel::Ahead, 2> output_ahead(std::int64_t first_item, std::int64_t rows) const override;
  void first_rows(std::int64_t first_item, std::int64_t rows, const float* gradient) override;
  void fetch_first(std::int64_t item) const override;
  void before_reading_first(std::int64_t item) override;
  void settle_first(std::int64_t first_item, std::int64_t rows) override;
  void hidden(const HiddenGradients&) override;

 private:
  void catch_up(std::int64_t item, std::size_t until);
  /// Steps that a row of the first table must have behind it before this one.
  std::size_t steps_before_now() const { return rates_.size() - (first_moves_ ? 1 : 0); }

  Autoencoder &tables_, &hidden_;
  Moments &moments_, &hidden_moments_;
  AdamSettings settings_;
  SharedRows* shared_ = nullptr;
  const kernel::Kernels& kernels_;
  kernel::AdamStep step_{};
  bool first_moves_ = true;
  std::vector<float> rates_;         ///< of the steps since the rows were last settled
  std::vector<std::uint32_t> done_;  ///< how many of them a row of the first table has behind it
};

/// Keeps the whole gradient, for all-reduce (users-step) and for checking against finite differences.
class KeepGradient final : public Update {
 public:
  explicit KeepGradient(const Autoencoder& shape);
  void output_rows(std::int64_t first_item, std::int64_t rows, const float* gradient) override;
  void first_rows(std::int64_t first_item, std::int64_t rows, const float* gradient) override;
  void hidden(const HiddenGradients&) override;
  Autoencoder gradient;  ///< in the network's shapes
};

}  // namespace encore
