// What ranks say to one another in a training. The trainer knows only this interface; thread_exchange.h is shared
// memory, cluster_world.h adds sockets between processes. A world of one is a normal world.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>
#include "exchange/partials.h"

namespace encore {

/// The exchanges of a step; each keeps its last result until its next one.
enum class Channel : std::uint8_t { first_sums, softmax, last_gradient };
constexpr std::size_t channel_count = 3;

/// How `reduce` combines the ranks' numbers, and what this rank puts in. Absent ranks are left out, but get the result.
struct Reduction {
  enum class Kind : std::uint8_t { sum, weighted_mean } kind = Kind::sum;
  bool present = true;
  double share = 1;  ///< of a weighted mean; the caller sees to it that the shares add up to 1

  /// 0 + x₀ + x₁ + … in float, in the order of the ranks.
  static Reduction sum(bool present = true) { return {Kind::sum, present, 1}; }
  /// Σ shareₖ·xₖ in double in the order of the ranks, then cast to float.
  static Reduction weighted_mean(double share, bool present = true) { return {Kind::weighted_mean, present, share}; }
};

/// Where a rank's time in exchanges went so far.
struct RankTimes {
  double exchange_seconds = 0;  ///< at work: joining, copying, sending
  double waiting_seconds = 0;   ///< for other ranks, or for a place to compute in
};

/// Everything here is called by every rank, in the same order; each rank by one thread.
/// All but `abort` throw WorldAborted when a rank of this process failed, PeerFailed or PeerLost when one elsewhere
/// did.
class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual int rank() const = 0;
  virtual int size() const = 0;
  /// Joins the partials of all ranks along the tree of blocks; every rank calls it with the same units and floats.
  /// Returns units × floats, the same bits on every rank, valid until this channel's next call. Absent units are zero.
  virtual const float* join(Channel, Partials& mine) = 0;
  /// The bytes of every rank, in the order of the ranks; their sizes may differ. Valid until the next `gather`.
  virtual const std::vector<std::vector<std::byte>>& gather(std::span<const std::byte> mine) = 0;
  /// All-reduce of large arrays in place: equally many on every rank, the same bits on every rank afterwards. What it
  /// needs beside `values` is about 1 MiB for each rank of this process. Every rank gives the same Reduction::kind.
  virtual void reduce(std::span<float> values, Reduction) = 0;
  /// Returns when every rank has called it.
  virtual void barrier() = 0;
  /// Tells the others that this rank ends with an error, so that none waits for it. Ranks of other processes throw
  /// PeerFailed with `reason`. The first call counts.
  virtual void abort(std::string_view reason = {}) noexcept = 0;
  /// Where the training is, for the sentences of PeerLost; free of cost, and only local.
  virtual void set_step(std::int64_t /*epoch*/, std::int64_t /*step*/) noexcept {}
  /// Of this rank alone; local.
  virtual RankTimes times() const { return {}; }
};

/// Another rank of this process failed; its own error is the one to show.
class WorldAborted : public std::runtime_error {
 public:
  WorldAborted() : std::runtime_error("another rank of this training failed") {}
};

/// A rank of another process ended the training; `rank` is the first one of that process.
class PeerError : public std::runtime_error {
 public:
  PeerError(int rank, const std::string& what) : std::runtime_error(what), rank_(rank) {}
  int rank() const { return rank_; }

 private:
  int rank_;
};

/// Its process died, was stopped for longer than the timeout, or cannot be reached any more.
class PeerLost : public PeerError {
 public:
  using PeerError::PeerError;
};

/// It ended with an error of its own, which `what()` repeats.
class PeerFailed : public PeerError {
 public:
  using PeerError::PeerError;
};

/// The processes of a cluster did not come together: nobody came, the wrong secret, no free port, different identities.
class MeetingFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace encore
