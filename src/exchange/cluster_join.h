// The join of partials between processes: each sends its maximal sub-trees, and the whole tree is joined from those of
// all. Two processes, or small sums: everybody gets everything and joins it alike, in one round. Otherwise process p
// joins the p-th part of the units and sends the totals around, in two.
#pragma once
#include <cstdint>
#include <span>
#include <vector>
#include "exchange/mesh.h"
#include "exchange/partials.h"

namespace encore {

class ClusterJoin {
 public:
  explicit ClusterJoin(Mesh&);

  /// The first round, by one thread: this process's sub-trees to the others, theirs here. They are joined where they
  /// lie, so `own` must stay until the totals are formed. Errors are those of Mesh::round.
  void exchange(Channel, std::span<Partial* const> own, std::int64_t units, std::int64_t floats);
  /// The units whose totals this process forms.
  std::int64_t first_unit() const { return first_; }
  std::int64_t last_unit() const { return last_; }
  /// The total of one of them, or nullptr when it is absent everywhere. Each unit once; different threads may form
  /// different units. `joiner` knows how; `scratch` is the thread's.
  const float* total(const Partials& joiner, std::int64_t unit, std::vector<float*>& scratch) const;
  /// The second round, by one thread: `result` (units × floats) holds this process's totals and takes the others'.
  void share(Channel, float* result);

 private:
  struct Range {
    std::int64_t first, last;
  };
  Range range_of(std::size_t process) const;
  void pack(std::span<Partial* const> own, Range, AlignedBytes&);
  void take(AlignedBytes&, std::size_t size);
  void take(std::span<Partial* const> own);

  Mesh& mesh_;
  bool scattered_ = false;
  std::int64_t units_ = 0, floats_ = 0, first_ = 0, last_ = 0;
  std::vector<AlignedBytes> to_send_, received_;  ///< by process; only the first of to_send_ when all get the same
  std::vector<Partial> shapes_;                   ///< the sub-trees of all processes, without their numbers
  std::vector<float*> units_at_;                  ///< sub-tree × unit of the range; nullptr: absent
  JoinPlan plan_;
};

}  // namespace encore
