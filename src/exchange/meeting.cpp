// One loop over all connections that are under way; nobody waits for a guest who is silent.
#include "exchange/meeting.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <list>

#include "exchange/exchange.h"
#include "exchange/frame.h"

namespace encore {
namespace {

using Clock = std::chrono::steady_clock;
constexpr double look_around_seconds = 0.1, retry_seconds = 0.05, silence_seconds = 10, gone_seconds = 3;
constexpr int logged_refusals = 20;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// A connection that is not yet a peer.
struct Guest {
  Socket socket;
  Handshake handshake;
  std::string address;
  int expected;     ///< the process that we connect to, or -1
  bool connecting;  ///< TCP is not yet through
  std::string received;
  Clock::time_point since = Clock::now();
};

class Gathering {
 public:
  Gathering(const Listener& listener, const Meeting& meeting)
      : listener_(listener),
        meeting_(meeting),
        self_{meeting.process, meeting.processes, meeting.purpose, meeting.secret, meeting.identity},
        sockets_(static_cast<std::size_t>(meeting.processes)),
        retry_(sockets_.size(), start_),
        unreachable_since_(sockets_.size()),
        problem_(sockets_.size()) {}

  Met open() {
    try {
      while (!complete()) {
        connect_to_earlier();
        wait();
        if (!complete() && seconds_since(start_) > meeting_.timeout_seconds) throw MeetingFailed(who_is_missing());
      }
    } catch (const PeerFailed& error) {
      tell({error.rank() / meeting_.local_ranks, error.rank(), false, cause_});
      throw;
    } catch (const std::exception& error) {
      tell({meeting_.process, meeting_.process * meeting_.local_ranks, false, error.what()});
      throw;
    }
    return {std::move(sockets_), refused_};
  }

 private:
  bool is_missing(int process) const {
    return meeting_.meets(meeting_.process, process) && !sockets_[static_cast<std::size_t>(process)];
  }
  bool complete() const {
    for (int p = 0; p < meeting_.processes; ++p) {
      if (is_missing(p)) return false;
    }
    return true;
  }
  const std::string& address_of(int process) const { return meeting_.addresses[static_cast<std::size_t>(process)]; }
  std::string name(int process) const { return name_of_process(process, meeting_.local_ranks, address_of(process)); }

  void connect_to_earlier();
  void wait();
  void accept();
  bool serve(Guest&);
  bool advance(Guest&);
  void welcome(Guest&);
  void refuse(const Guest&, const std::string& why);
  void look_at_peers();
  void unreachable(int process, const std::string& problem);
  void tell(const Goodbye&) noexcept;
  std::string who_is_missing() const;

  const Listener& listener_;
  const Meeting& meeting_;
  const Handshake::Self self_;
  const Clock::time_point start_ = Clock::now();
  std::vector<Socket> sockets_;
  std::vector<Clock::time_point> retry_;              ///< when to try again to connect, by process
  std::vector<Clock::time_point> unreachable_since_;  ///< by process; the epoch: it was reached
  std::vector<std::string> problem_;                  ///< of the last try, by process
  std::list<Guest> guests_;
  int refused_ = 0;
  std::string cause_;  ///< what a peer said that failed
};

void Gathering::connect_to_earlier() {
  for (int p = 0; p < meeting_.process; ++p) {
    const auto i = static_cast<std::size_t>(p);
    const bool under_way = std::any_of(guests_.begin(), guests_.end(), [&](const Guest& g) { return g.expected == p; });
    if (!is_missing(p) || under_way || Clock::now() < retry_[i]) continue;
    retry_[i] = Clock::now() + std::chrono::milliseconds(static_cast<int>(retry_seconds * 1000));
    try {
      guests_.push_back({start_connecting(address_of(p)), Handshake::connecting(self_, p), address_of(p), p, true, {}});
    } catch (const SocketError& error) {
      unreachable(p, error.what());
    }
  }
}

void Gathering::wait() {
  std::vector<Watch> watches;
  for (Guest& guest : guests_) {
    const bool sends = guest.connecting || !guest.handshake.to_send().empty();
    watches.push_back({&guest.socket, !guest.connecting, sends});
  }
  for (const Socket& socket : sockets_) {
    if (socket) watches.push_back({&socket, false, false, true});
  }
  watches.push_back({&listener_.socket(), true});
  const bool retries_soon = meeting_.process > 0 && !complete();
  wait_for(watches, retries_soon ? retry_seconds : look_around_seconds);
  std::size_t index = 0;
  for (auto guest = guests_.begin(); guest != guests_.end(); ++index) {
    const bool stays = watches[index].ready ? serve(*guest) : true;
    const bool is_stranger = guest->expected < 0;  // whom we look for may still be busy elsewhere
    if (stays && is_stranger && seconds_since(guest->since) > silence_seconds) {
      refuse(*guest, "it said nothing in time");
      guest = guests_.erase(guest);
    } else {
      guest = stays ? std::next(guest) : guests_.erase(guest);
    }
  }
  look_at_peers();
  accept();
}

void Gathering::accept() {
  std::string from;
  while (Socket socket = accept_waiting(listener_.socket(), from)) {
    Guest guest{std::move(socket), Handshake::accepting(self_), from, -1, false, {}};
    if (guests_.size() > static_cast<std::size_t>(meeting_.processes) + 64)
      refuse(guest, "too many knock at once");
    else
      guests_.push_back(std::move(guest));
  }
}

/// Returns whether the guest stays a guest: not when it has become a peer or was sent away.
bool Gathering::serve(Guest& guest) {
  try {
    if (guest.connecting) {
      const std::string problem = connecting_failed(guest.socket);
      if (!problem.empty()) {
        unreachable(guest.expected, problem);
        return false;
      }
      guest.connecting = false;
      unreachable_since_[static_cast<std::size_t>(guest.expected)] = {};
    }
    if (!advance(guest)) return true;
  } catch (const HandshakeRefused& refusal) {
    if (guest.expected >= 0)
      throw MeetingFailed(fmt::format("{} was not recognised: {}", name(guest.expected), refusal.what()));
    refuse(guest, refusal.what());
    return false;
  } catch (const SocketError& error) {
    if (guest.expected >= 0)
      problem_[static_cast<std::size_t>(guest.expected)] = error.what();
    else
      refuse(guest, fmt::format("it went away ({})", error.what()));
    return false;
  }
  welcome(guest);
  return false;
}

/// Moves bytes until there is nothing to move. Returns whether the handshake is complete.
bool Gathering::advance(Guest& guest) {
  for (;;) {
    std::string& out = guest.handshake.to_send();
    while (!out.empty()) {
      const Moved moved = send_some(guest.socket, std::array{std::as_bytes(std::span(out))});
      if (moved.broken()) throw SocketError(moved.problem);
      if (moved.bytes == 0) return false;
      out.erase(0, moved.bytes);
    }
    const std::size_t wanted = guest.handshake.wanted();
    if (wanted == 0) return true;
    const std::size_t have = guest.received.size();
    guest.received.resize(wanted);
    const Moved moved = receive_some(guest.socket, std::as_writable_bytes(std::span(guest.received).subspan(have)));
    guest.received.resize(have + moved.bytes);
    if (moved.broken()) throw SocketError(moved.ended ? "connection closed" : moved.problem);
    if (moved.bytes == 0) return false;
    if (guest.received.size() < wanted) continue;
    guest.handshake.receive(guest.received);
    guest.received.clear();
  }
}

void Gathering::welcome(Guest& guest) {
  const int peer = guest.handshake.peer();
  if (!is_missing(peer)) return refuse(guest, "its rank is already here");
  const std::string difference = identity_difference(meeting_.identity, guest.handshake.peer_identity());
  configure(guest.socket, meeting_.timeout_seconds);
  sockets_[static_cast<std::size_t>(peer)] = std::move(guest.socket);
  if (!difference.empty())
    throw MeetingFailed(fmt::format("{} is not like {}: {}", name(peer), name(meeting_.process), difference));
}

void Gathering::refuse(const Guest& guest, const std::string& why) {
  if (++refused_ > logged_refusals) return;
  const std::string text = fmt::format("closed a connection from {}: {}{}", guest.address, why,
                                       refused_ == logged_refusals ? "; further ones are only counted" : "");
  if (meeting_.log) return meeting_.log(text);
  fmt::print(stderr, "{}\n", text);
}

/// Everybody listens before the addresses are known, so one who does not has ended.
void Gathering::unreachable(int process, const std::string& problem) {
  const auto i = static_cast<std::size_t>(process);
  problem_[i] = problem;
  if (unreachable_since_[i] == Clock::time_point{}) unreachable_since_[i] = Clock::now();
  if (seconds_since(unreachable_since_[i]) > gone_seconds)
    throw MeetingFailed(fmt::format("{} cannot be reached, or has ended before {} came: {}", name(process),
                                    name(meeting_.process), problem));
}

/// A peer that is already here may fail while others are still missing.
void Gathering::look_at_peers() {
  for (int p = 0; p < meeting_.processes; ++p) {
    const Socket& socket = sockets_[static_cast<std::size_t>(p)];
    if (!socket) continue;
    const Waiting waiting = look_at(socket);
    const int rank = p * meeting_.local_ranks;
    if (waiting.what == Waiting::What::goodbye) {
      cause_ = waiting.goodbye.message;
      throw PeerFailed(waiting.goodbye.rank, fmt::format("{} failed: {}", name(waiting.goodbye.process), cause_));
    }
    if (waiting.what == Waiting::What::end)
      throw PeerLost(rank, fmt::format("{} was lost while the ranks met: {}", name(p),
                                       waiting.problem.empty() ? "connection closed" : waiting.problem));
  }
}

void Gathering::tell(const Goodbye& goodbye) noexcept {
  try {
    const std::vector<std::byte> bytes = encode(goodbye);
    for (const Socket& socket : sockets_) {
      if (!socket) continue;
      send_all(socket, bytes, 0.5);
      end_sending(socket);
    }
  } catch (...) {  // they will see the connection end
  }
}

std::string Gathering::who_is_missing() const {
  std::string text;
  for (int p = 0; p < meeting_.processes; ++p) {
    if (!is_missing(p)) continue;
    const std::string& problem = problem_[static_cast<std::size_t>(p)];
    text += (text.empty() ? "" : ", ") + name(p) + (problem.empty() ? "" : " (" + problem + ")");
  }
  return fmt::format("{} did not come within {:g} s{}", text, meeting_.timeout_seconds,
                     refused_ == 0 ? "" : fmt::format("; {} other connections were closed", refused_));
}

}  // namespace

std::string name_of_process(int process, int local_ranks, const std::string& address) {
  const int first = process * local_ranks;
  return local_ranks == 1 ? fmt::format("rank {} at {}", first, address)
                          : fmt::format("ranks {}-{} at {}", first, first + local_ranks - 1, address);
}

Met meet(const Listener& listener, const Meeting& meeting) { return Gathering(listener, meeting).open(); }

}  // namespace encore
