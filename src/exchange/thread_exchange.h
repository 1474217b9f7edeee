// The exchange between ranks that are threads of one process: partials stay where they are, each rank joins its share
// of the units, a barrier before and one behind. What goes to other processes goes through the mesh, if there is one
// (cluster_world.h): the last thread to arrive does it for all.
#pragma once
#include <array>
#include <memory>
#include <vector>
#include "exchange/barrier.h"
#include "exchange/exchange.h"

namespace encore {

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
  Barrier& barrier() { return barrier_; }

 private:
  class Rank;
  ThreadWorld(int size, int running, Mesh*);
  Barrier barrier_;
  Mesh* mesh_;  ///< none when this process is alone
  std::vector<Partials*> published_;
  std::vector<Partial*> partials_;  ///< of all ranks here, in the order of the blocks
  JoinPlan plan_;
  std::array<kernel::AlignedFloats, channels> results_;
  std::vector<std::span<const std::byte>> offered_;  ///< to `gather`, by local rank
  std::vector<std::vector<std::byte>> gathered_;
  std::vector<std::span<float>> arrays_;  ///< of `reduce`, by local rank
  std::vector<Reduction> reductions_;
  std::vector<std::unique_ptr<Rank>> ranks_;
};

}  // namespace encore
