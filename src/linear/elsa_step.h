// One step of ELSA on a shard's items (Vančura, Alves, Kasalický and Kordík 2022, "Scalable linear shallow autoencoder for
// collaborative filtering"): z = A·h − y with h = Aᵀy, rows of A of unit length, loss ‖z/‖z‖ − x/‖x‖‖². x are a user's
// likes, y those of them that dropout has left.
//
// No score is ever computed. With S = AᵀA [r × r] and g = Aᵀx
//   ‖z‖² = hᵀSh − 2·h·h + y·y,  z·x = h·g − y·x,
//   ∂L/∂z = α·z − β·x,  β = 2/(B·‖z‖·‖x‖), α = β·(z·x)/‖z‖²,
//   ∂L/∂A[i] = A[i]·K − Σ over users (α·y[i] + β·x[i])·h + Σ over users y[i]·d,
//   K = Σ α·h·hᵀ,  d = α·(S·h − h) − β·g,
// so that a step costs 1.5·M·r² multiply-adds, not 3·M·B·r, whatever B is, and nothing of size M × B exists. Two exchanges, of
// r × r and of B × 2r numbers, both in the order of the blocks: the same bits for any shards.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "exchange/exchange.h"
#include "exchange/partials.h"
#include "kernel/kernels.h"
#include "linear/elsa_table.h"

namespace encore {

/// One like of a batch.
struct ElsaLike {
  std::int32_t item, row;
  float input;       ///< y: 0 where dropout took it, else x ÷ what it leaves
  float target = 1;  ///< x
};

class ElsaStep {
 public:
  /// `table`: of all blocks from `first_block` on that this shard owns.
  ElsaStep(ElsaTable& table, std::int64_t first_block, std::int64_t block_items, std::int64_t max_rows, Exchange&);
  /// About what one of these holds, without its table.
  static std::int64_t bytes(std::int64_t width, std::int64_t max_rows) { return (max_rows * 20 + width * 4) * width * 4; }
  /// `likes`: of this shard's items, by item and then by row. Returns the sum of the rows' losses before the step, each between
  /// 0 and 4, the same on all shards.
  double run(std::span<const ElsaLike> likes, std::int64_t rows, const Nadam& nadam);

 private:
  std::int64_t blocks() const;
  template <class Visit>
  void for_each_block(std::span<const ElsaLike> likes, const Visit& visit);
  double prepare(std::int64_t rows);
  void update(std::span<const ElsaLike> likes, const Nadam& nadam);

  ElsaTable& table_;
  std::int64_t first_block_, block_items_;
  Exchange& exchange_;
  const kernel::Kernels& kernels_;
  Partials products_, sums_;
  kernel::AlignedFloats unit_, square_, weighted_, gradients_;  ///< A of a block; S; α·h; ∂L/∂A of a block
  kernel::AlignedFloats hidden_, whole_, product_, added_, curvature_;  ///< h, g, S·h, d − α·h, K
  std::vector<float> alpha_, beta_;
};

}  // namespace encore
