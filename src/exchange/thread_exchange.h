// The exchange between ranks that are threads of one process: partials stay where they are, each rank joins its share
// of the units, a barrier before and one behind.
#pragma once
#include <array>
#include <memory>
#include <vector>
#include "exchange/barrier.h"
#include "exchange/exchange.h"

namespace encore {

class ThreadWorld {
 public:
  /// `size` ranks, of which `running` compute at a time.
  ThreadWorld(int size, int running);
  ~ThreadWorld();
  /// The exchange of one rank; one thread each.
  Exchange& of(int rank);
  Barrier& barrier() { return barrier_; }

 private:
  class Rank;
  Barrier barrier_;
  std::vector<Partials*> published_;
  std::array<kernel::AlignedFloats, channels> results_;
  std::vector<std::unique_ptr<Rank>> ranks_;
};

}  // namespace encore
