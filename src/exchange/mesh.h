// One process's connections to all others, and the one thing that is done with them: a round, in which every process
// sends something to every other. Knows messages, not what they mean (cluster_join.h, array_reduction.h).
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>
#include "exchange/cluster_world.h"
#include "exchange/frame.h"
#include "exchange/meeting.h"
#include "kernel/aligned.h"

namespace encore {

using AlignedBytes = std::vector<std::byte, kernel::AlignedAllocator<std::byte>>;
/// What goes to one process: pieces that lie anywhere, sent one behind the other.
using Pieces = std::vector<std::span<const std::byte>>;

/// Where the message of one process goes: into `buffer`, which grows as needed and is 64-byte aligned, or, if `buffer`
/// is none, to `place`, which it must fill exactly.
struct Incoming {
  AlignedBytes* buffer = nullptr;
  std::span<std::byte> place;
  std::size_t size = 0;  ///< what came
};

class Mesh {
 public:
  /// The connections that the meeting gave, by process; `running` ranks of this process compute at the same time.
  /// Returns when every process has got as far. Throws what `round` throws.
  Mesh(const Meeting&, std::vector<Socket>, int running);
  ~Mesh();
  Mesh(const Mesh&) = delete;
  Mesh& operator=(const Mesh&) = delete;

  int process() const { return process_; }
  int processes() const { return static_cast<int>(peers_.size()); }
  int local_ranks() const { return local_ranks_; }

  /// Sends out[p] to process p and receives in[p] from it; the own entry is ignored. One thread at a time, and every
  /// process the same rounds in the same order. Throws PeerLost, PeerFailed; WorldAborted after `say_goodbye`;
  /// std::logic_error when the processes are out of step.
  void round(Kind, std::uint8_t channel, std::span<const Pieces> out, std::span<Incoming> in);
  /// A round with nothing in it.
  void barrier();
  /// This process ends with an error of that rank. From any thread; the first one counts.
  void say_goodbye(int rank, std::string_view reason) noexcept;

  void set_step(std::int64_t epoch, std::int64_t step) noexcept {
    epoch_.store(epoch, std::memory_order_relaxed);
    step_.store(step, std::memory_order_relaxed);
  }
  ExchangeTimes times() const;
  /// Looks, outside of rounds, whether somebody has failed or is gone; does not wait. Throws as `round` does.
  void look_around();
  const std::string& address_of(int process) const { return addresses_[static_cast<std::size_t>(process)]; }
  double timeout_seconds() const { return timeout_seconds_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Peer {
    int process = 0;
    Socket socket;
    // Of the current round:
    const Pieces* out = nullptr;
    FrameBytes out_head{}, in_head{};
    std::size_t sent = 0, to_send = 0;      ///< bytes, with the frame
    std::size_t received = 0, payload = 0;  ///< bytes, with the frame; bytes behind the frame, once it is there
    std::byte* to = nullptr;
    bool sending = false, receiving = false;
    bool quiet = false;  ///< finished, and what follows is the next round's
    std::string send_problem;
    Clock::time_point last_byte;
  };
  void start_round(const Frame&, std::span<const Pieces>);
  Moved push(Peer&);
  bool send_to(Peer&);
  bool receive_from(Peer&, const Frame& wanted, Incoming&);
  void start_payload(Peer&, const Frame& wanted, Incoming&);
  void wait_for_peers();
  void look_at_finished(Peer&);
  void check_goodbye();
  [[noreturn]] void lost(const Peer&, const std::string& how);
  [[noreturn]] void failed(const Goodbye&);
  void tell_others() noexcept;
  void finish_sending(Peer&, double seconds);
  void show_life(const std::stop_token&);
  std::string name(int process) const;
  std::string where() const;

  const int process_, local_ranks_;
  const double timeout_seconds_;
  double spin_seconds_ = 0;
  std::vector<std::string> addresses_;
  std::vector<Peer> peers_;  ///< by process
  std::uint64_t sequence_ = 0;
  std::atomic<std::int64_t> epoch_{0}, step_{0};
  std::mutex rounds_;                   ///< held by the thread in a round
  std::mutex goodbye_guard_;            ///< of goodbye_
  std::optional<Goodbye> goodbye_;      ///< why this process ends, once it does
  std::atomic<bool> is_ending_{false};  ///< goodbye_ is set
  bool told_ = false;                   ///< the others know; only under rounds_
  mutable std::mutex times_guard_;
  ExchangeTimes times_;
  std::jthread pulse_;  ///< while this process computes, so that nobody takes it for dead
};

}  // namespace encore
