// Ranks that are threads of several processes on several hosts: shared memory inside a process (thread_exchange.h), one
// TCP connection between any two processes (mesh.h). Not who starts the processes, nor how they learn their addresses.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>
#include "exchange/barrier.h"
#include "exchange/exchange.h"
#include "exchange/listener.h"

namespace encore {

class Mesh;
class ThreadWorld;

struct ClusterSettings {
  int process = 0, processes = 1;
  int local_ranks = 1;                 ///< in each process; rank = process · local_ranks + local rank
  int running = 1;                     ///< how many of this process's ranks compute at the same time
  std::vector<std::string> addresses;  ///< `host:port` (Listener::address) of every process
  std::string secret;                  ///< at least 16 random bytes, fresh for each run; never sent
  std::string identity;                ///< lines `name=value` that must be equal everywhere; an error names the line
  double timeout_seconds = 60;         ///< to meet, and without a byte from a peer that is waited for
  bool parameters = false;  ///< also connect everybody to process 0 for a parameter server (parameter_server.h)
  std::function<void(const std::string&)> log;  ///< refused connections; nothing set: stderr
};

/// What the exchanges of one process cost so far.
struct ExchangeTimes {
  double seconds = 0;          ///< in exchanges with other processes, with what follows
  double waiting_seconds = 0;  ///< of these, with nothing to send or receive
  std::uint64_t bytes_sent = 0, bytes_received = 0, rounds = 0;
};

class ClusterWorld {
 public:
  /// Returns when every process has met every other. Throws MeetingFailed, PeerLost or PeerFailed.
  ClusterWorld(Listener&&, const ClusterSettings&);
  /// A world of one process: no connections, no secret.
  ClusterWorld(int local_ranks, int running);
  /// Says farewell, unless the world was aborted.
  ~ClusterWorld();
  ClusterWorld(const ClusterWorld&) = delete;
  ClusterWorld& operator=(const ClusterWorld&) = delete;

  /// The exchange of one rank of this process; one thread each.
  Exchange& of(int local_rank);
  /// Of this process's ranks, for `enter` and `leave`.
  Barrier& barrier();
  int process() const;
  int processes() const;
  int local_ranks() const;
  /// Of all ranks of all processes, the number of this process's first.
  int first_rank() const { return process() * local_ranks(); }
  void set_step(std::int64_t epoch, std::int64_t step) noexcept;
  ExchangeTimes times() const;
  /// Connections that were closed because they did not prove the secret.
  int refused_connections() const { return refused_; }

  /// For parameter_server.h: the mesh, or nullptr in a world of one process, and what `parameters` connected.
  Mesh* mesh() { return mesh_.get(); }
  std::vector<Socket> take_parameter_sockets() { return std::move(parameter_sockets_); }

 private:
  int refused_ = 0;
  std::vector<Socket> parameter_sockets_;
  std::unique_ptr<Mesh> mesh_;  ///< none in a world of one process
  std::unique_ptr<ThreadWorld> ranks_;
};

}  // namespace encore
