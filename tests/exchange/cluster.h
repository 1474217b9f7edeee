// A cluster on this machine for tests: processes that are threads with a world each, or real child processes.
#pragma once
#include <functional>
#include <string>
#include <vector>
#include "exchange/cluster_world.h"

namespace encore::made_up {

struct Cluster {
  int processes = 2, local_ranks = 1;
  double timeout_seconds = 30;
  std::string secret = "sixteen bytes or more";
  std::function<void(ClusterSettings&)> change;  ///< of one process's settings, before they are used
};

using Body = std::function<void(Exchange&)>;

/// A listener for each process on the loopback address, and their addresses.
struct Listeners {
  explicit Listeners(int processes);
  std::vector<Listener> listeners;
  std::vector<std::string> addresses;
};

ClusterSettings settings_of(const Cluster&, int process, const std::vector<std::string>& addresses);

/// One process of a cluster: meets the others and runs `body` on every rank. Returns by local rank what ended it:
/// nothing, or "PeerLost: …", "PeerFailed: …", "MeetingFailed: …", "WorldAborted", "error: …".
std::vector<std::string> run_process(Listener&&, const ClusterSettings&, const Body&);

/// All processes as threads; what ended each rank, by rank.
std::vector<std::string> run_as_threads(const Cluster&, const Body&);

/// A child process that runs `body` and reports its text; must be made before this program starts threads.
class Child {
 public:
  explicit Child(const std::function<std::string()>& body);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  void send_signal(int signal) const;
  /// Waits for its end. Returns its text; nothing when it was killed.
  std::string result();
  /// Waits until it has written a line with `mark_point` that was not waited for before.
  void wait_for_mark();
  /// To be called in the child.
  static void mark_point();

 private:
  int pid_ = -1, from_ = -1;
  bool ended_ = false;
};

/// All texts of ranks joined by lines, for `Child`.
std::string lines_of(const std::vector<std::string>&);

}  // namespace encore::made_up
