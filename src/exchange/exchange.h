// What ranks say to one another in a training step. The trainer knows only this interface; threads_exchange.h is shared
// memory, sockets come with the cluster. A world of one is a normal world.
#pragma once
#include <cstdint>
#include <stdexcept>
#include "exchange/partials.h"

namespace encore {

/// The exchanges of a step; each keeps its last result until its next one.
enum class Channel : std::uint8_t { first_sums, softmax, last_gradient };
constexpr std::size_t channels = 3;

class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual int rank() const = 0;
  virtual int size() const = 0;
  /// Joins the partials of all ranks along the tree of blocks; every rank calls it with the same units and floats.
  /// Returns units × floats, the same bits on every rank, valid until this channel's next call. Absent units are zero.
  /// Throws WorldAborted when another rank has failed.
  virtual const float* join(Channel, Partials& mine) = 0;
  /// Returns when every rank has called it. Throws WorldAborted.
  virtual void barrier() = 0;
  /// Tells the others that this rank ends with an error, so that none waits for it.
  virtual void abort() noexcept = 0;
};

/// Another rank failed; its own error is the one to show.
class WorldAborted : public std::runtime_error {
 public:
  WorldAborted() : std::runtime_error("another rank of this training failed") {}
};

}  // namespace encore
