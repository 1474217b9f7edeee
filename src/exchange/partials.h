// Sums over items in one fixed binary tree over blocks, whatever the number of shards: a rank adds up its run of blocks
// into one partial for each maximal sub-tree, and the partials of all ranks join to the same bits as those of a single
// rank. Nothing here knows threads or sockets.
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>
#include "kernel/aligned.h"
#include "kernel/kernels.h"

namespace encore {

/// How two partials become one, unit by unit: element-wise sum, or softmax statistics (kernel::join_softmax).
enum class Join : std::uint8_t { sum, softmax };

/// `units` runs of `floats` floats each (rows of a batch, or panels of softmax statistics). A unit that nothing was
/// added to is absent: it costs nothing and joins as zero.
struct Partial {
  std::int64_t first_block = 0;
  int level = 0;  ///< covers 2^level blocks from first_block on, cut off at the last block
  std::vector<std::uint8_t> present;
  kernel::AlignedFloats data;
};

/// Which partial joins which: in order; the first of the pair takes the sum, the last one left is the root.
using JoinPlan = std::vector<std::pair<std::int32_t, std::int32_t>>;

/// The joins of partials given in block order. The tree's node (level, i) is blocks [i·2^level, (i+1)·2^level); ragged
/// right edges join last.
JoinPlan join_plan(std::span<const Partial* const> partials);

/// The joins inside one run of blocks, and what they leave: the run's maximal sub-trees, by index.
struct SubTrees {
  JoinPlan plan;
  std::vector<std::int32_t> roots;
};
SubTrees join_sub_trees(std::span<const Partial* const> partials);

/// One rank's partials of one step, filled block by block from left to right.
class Partials {
 public:
  Partials(const kernel::Kernels&, Join, std::int64_t max_units, std::int64_t floats);

  /// Forgets the last step's partials; `units` of the next ones, at most max_units.
  void start(std::int64_t units);
  /// A new leaf with no unit present.
  void open(std::int64_t block);
  /// The unit of the open leaf: zeros at the first touch.
  float* touch(std::int64_t unit);
  /// The open leaf's unit without zeroing, marked present: for callers that overwrite it.
  float* overwrite(std::int64_t unit);
  /// Ends the leaf and joins every sub-tree that is now complete.
  void close();

  std::int64_t units() const { return units_; }
  std::int64_t floats() const { return floats_; }
  /// In block order; the exchange joins into their memory.
  std::span<Partial* const> list() { return stack_; }
  /// left ← left ⊕ right for one unit.
  void join(Partial& left, const Partial& right, std::int64_t unit) const;
  /// The same for one present unit's `floats` numbers, wherever they are (64-byte aligned).
  void combine(float* left, const float* right) const;

 private:
  Partial* fresh();
  const kernel::Kernels& kernels_;
  Join join_;
  std::int64_t units_ = 0, floats_;
  std::size_t capacity_;
  std::vector<std::unique_ptr<Partial>> pool_;
  std::vector<Partial*> free_, stack_;
};

}  // namespace encore
