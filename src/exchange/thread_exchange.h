// The exchange between ranks that are threads of one process: partials stay where they are, each rank joins its share
// of the units, a barrier before and one behind. What goes to other processes goes through the mesh, if there is one
// (cluster_world.h): the last thread to arrive at a barrier does it for all.
#pragma once
#include <array>
#include <memory>
#include <vector>
#include "exchange/barrier.h"
#include "exchange/exchange.h"

namespace encore {

class ClusterJoin;
class Mesh;

class ThreadWorld {
 public:
  /// `size` ranks, of which `running` compute at a time.
  ThreadWorld(int size, int running);
  /// The ranks of one process of the mesh, which must live longer.
  ThreadWorld(int size, int running, Mesh&);
  ~ThreadWorld();
  /// The exchange of one rank of this process; one thread each.
  Exchange& of(int local_rank);
  int size() const { return static_cast<int>(ranks_.size()); }
  Barrier& barrier() { return barrier_; }

 private:
  class Rank;
  ThreadWorld(int size, int running, Mesh*);
  void collect(Channel, std::int64_t units, std::int64_t floats);
  void gather_all();

  Barrier barrier_;
  Mesh* mesh_;                      ///< none when this process is alone
  std::vector<Partials*> offered_;  ///< to `join`, by local rank
  std::vector<Partial*> partials_;  ///< all of them, in the order of the blocks
  std::vector<Partial*> trees_;     ///< of these, what `plan_` leaves for the other processes
  JoinPlan plan_;
  std::array<kernel::AlignedFloats, channel_count> results_;
  std::unique_ptr<ClusterJoin> cluster_join_;
  std::vector<std::span<const std::byte>> given_;  ///< to `gather`, by local rank
  std::vector<std::vector<std::byte>> gathered_;
  std::vector<std::span<float>> arrays_;  ///< of `reduce`, by local rank
  std::vector<Reduction> reductions_;
  std::vector<std::unique_ptr<Rank>> ranks_;
};

}  // namespace encore
