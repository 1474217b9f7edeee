// A round sends and receives on all connections at once, so that no order of processes can lock them up. What ends the
// training goes around before the connections do: a goodbye names the process at fault and its error.
#include "exchange/mesh.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>

#include "process/resources.h"

namespace encore {
namespace {

using Seconds = std::chrono::duration<double>;
constexpr double slice_seconds = 0.1;   ///< how soon a waiting round sees that another thread ended the training
constexpr double spin_seconds = 50e-6;  ///< a small message of another core is sooner here than a sleep is over
constexpr double goodbye_seconds = 0.5;
constexpr double longest_silence_seconds = 5;

double since(std::chrono::steady_clock::time_point start) {
  return Seconds(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

Mesh::Mesh(const Meeting& meeting, std::vector<Socket> sockets, int running)
    : process_(meeting.process),
      local_ranks_(meeting.local_ranks),
      timeout_seconds_(meeting.timeout_seconds),
      addresses_(meeting.addresses),
      peers_(sockets.size()) {
  int neighbours = 0;
  for (std::size_t p = 0; p < peers_.size(); ++p) {
    peers_[p].process = static_cast<int>(p);
    peers_[p].socket = std::move(sockets[p]);
    if (same_host(addresses_[p], addresses_[static_cast<std::size_t>(process_)])) ++neighbours;
  }
  if (neighbours * running <= available_threads()) spin_seconds_ = spin_seconds;
  barrier();
  pulse_ = std::jthread([this](const std::stop_token& stop) { show_life(stop); });
}

Mesh::~Mesh() {
  pulse_ = {};
  const std::lock_guard lock(rounds_);
  if (is_ending_) {
    if (!told_) tell_others();
    const auto start = Clock::now();
    std::vector<std::byte> waste(64 << 10);
    for (const Peer& peer : peers_) {  // an end with unread bytes would be a reset, and could overtake the goodbye
      while (peer.socket && since(start) < goodbye_seconds) {
        const Moved moved = receive_some(peer.socket, waste);
        if (moved.broken()) break;
        std::array<Watch, 1> watch{{{&peer.socket, true}}};
        if (moved.bytes == 0) wait_for(watch, goodbye_seconds - since(start));
      }
    }
    return;
  }
  const FrameBytes farewell = encode(Frame{Kind::farewell, 0, sequence_, 0});
  for (const Peer& peer : peers_) {
    if (peer.socket) send_all(peer.socket, farewell, goodbye_seconds);
  }
}

void Mesh::round(Kind kind, std::uint8_t channel, std::span<const Pieces> out, std::span<Incoming> in) {
  const std::lock_guard lock(rounds_);
  check_goodbye();
  const auto start = Clock::now();
  const Frame frame{kind, channel, ++sequence_, 0};
  start_round(frame, out);
  double waiting = 0;
  auto moved_at = start;
  for (bool unfinished = true; unfinished;) {
    unfinished = false;
    bool moved = false;
    for (Peer& peer : peers_) {
      if (peer.sending) moved = send_to(peer) || moved;
      if (peer.receiving) moved = receive_from(peer, frame, in[static_cast<std::size_t>(peer.process)]) || moved;
      unfinished = unfinished || peer.sending || peer.receiving;
    }
    const auto now = Clock::now();
    if (moved) {
      moved_at = now;
    } else if (unfinished && Seconds(now - moved_at).count() >= spin_seconds_) {
      wait_for_peers();
      waiting += since(now);
    }
  }
  const std::lock_guard times_lock(times_guard_);
  times_.seconds += since(start);
  times_.waiting_seconds += waiting;
  ++times_.rounds;
  for (const Peer& peer : peers_) times_.bytes_sent += peer.sent, times_.bytes_received += peer.received;
}

void Mesh::barrier() {
  const std::vector<Pieces> nothing(peers_.size());
  std::vector<Incoming> in(peers_.size());
  round(Kind::barrier, 0, nothing, in);
}

void Mesh::start_round(const Frame& frame, std::span<const Pieces> out) {
  const auto now = Clock::now();
  for (Peer& peer : peers_) {
    if (!peer.socket) continue;
    peer.out = &out[static_cast<std::size_t>(peer.process)];
    Frame own = frame;
    for (const auto& piece : *peer.out) own.size += piece.size();
    peer.out_head = encode(own);
    peer.to_send = frame_bytes + own.size;
    peer.sent = peer.received = peer.payload = 0;
    peer.sending = peer.receiving = true;
    peer.quiet = false;
    peer.last_byte = now;
  }
}

/// Sends on, as far as it goes without waiting.
Moved Mesh::push(Peer& peer) {
  std::array<std::span<const std::byte>, 16> pieces;
  std::size_t count = 0, skip = peer.sent;
  for (std::size_t i = 0; i <= peer.out->size() && count < pieces.size(); ++i) {
    const auto piece = i == 0 ? std::span<const std::byte>(peer.out_head) : (*peer.out)[i - 1];
    if (skip >= piece.size())
      skip -= piece.size();
    else
      pieces[count++] = piece.subspan(std::exchange(skip, 0));
  }
  Moved moved = send_some(peer.socket, std::span(pieces).first(count));
  peer.sent += moved.bytes;
  peer.sending = peer.sent < peer.to_send;
  return moved;
}

bool Mesh::send_to(Peer& peer) {
  const Moved moved = push(peer);
  if (moved.broken()) {  // its goodbye may still wait to be read
    peer.sending = false;
    peer.send_problem = moved.problem;
    if (!peer.receiving) look_at_finished(peer);
    if (!peer.receiving) lost(peer, moved.problem);
    return true;
  }
  if (moved.bytes > 0) peer.last_byte = Clock::now();
  return moved.bytes > 0;
}

bool Mesh::receive_from(Peer& peer, const Frame& wanted, Incoming& in) {
  const bool head = peer.received < frame_bytes;
  const auto to = head ? std::span(peer.in_head).subspan(peer.received)
                       : std::span(peer.to, peer.payload).subspan(peer.received - frame_bytes);
  const Moved moved = receive_some(peer.socket, to);
  if (moved.broken()) lost(peer, moved.ended ? "connection closed" : moved.problem);
  if (moved.bytes == 0) return false;
  peer.received += moved.bytes;
  peer.last_byte = Clock::now();
  if (head && peer.received == frame_bytes) start_payload(peer, wanted, in);
  peer.receiving = peer.received < frame_bytes || peer.received < frame_bytes + peer.payload;
  return true;
}

void Mesh::start_payload(Peer& peer, const Frame& wanted, Incoming& in) {
  try {
    const Frame frame = decode(peer.in_head);
    if (frame.kind == Kind::goodbye) {
      std::vector<std::byte> payload(std::min<std::uint64_t>(frame.size, 1 << 20));
      receive_all(peer.socket, payload, 2);
      failed(decode_goodbye(payload));
    }
    if (frame.kind == Kind::farewell) lost(peer, "it ended before the others");
    if (frame.kind == Kind::pulse) {
      peer.received = 0;
      return;
    }
    const bool fits = in.buffer != nullptr || frame.size == in.place.size();
    if (!frame.same_step(wanted) || !fits) {
      const std::string text = fmt::format(
          "the ranks are out of step: {} sent {} {} of {} bytes in its round {}, where {} expects {} {} in round {}",
          name(peer.process), name_of(frame.kind), frame.channel, frame.size, frame.sequence, name(process_),
          name_of(wanted.kind), wanted.channel, wanted.sequence);
      {
        const std::lock_guard lock(goodbye_guard_);
        if (!goodbye_) goodbye_ = Goodbye{process_, process_ * local_ranks_, false, text};
        is_ending_ = true;
      }
      tell_others();
      throw std::logic_error(text);
    }
    peer.payload = in.size = frame.size;
    if (in.buffer != nullptr && in.buffer->size() < frame.size) in.buffer->resize(frame.size);
    peer.to = in.buffer != nullptr ? in.buffer->data() : in.place.data();
  } catch (const SocketError& error) {
    lost(peer, error.what());
  }
}

void Mesh::wait_for_peers() {
  check_goodbye();
  std::vector<Watch> watches;
  for (const Peer& peer : peers_)
    watches.push_back(
        {&peer.socket, peer.receiving, peer.sending, peer.socket && !peer.receiving && !peer.sending && !peer.quiet});
  wait_for(watches, std::min(slice_seconds, timeout_seconds_));
  for (std::size_t p = 0; p < peers_.size(); ++p) {
    Peer& peer = peers_[p];
    if (watches[p].to_end && watches[p].ready) look_at_finished(peer);
    if (!watches[p].ready && (peer.sending || peer.receiving) && since(peer.last_byte) > timeout_seconds_)
      lost(peer, fmt::format("not a byte for {:g} s", timeout_seconds_));
  }
}

/// A process may compute for longer than the timeout, in modes that seldom meet; one that is stopped shows no life.
void Mesh::show_life(const std::stop_token& stop) {
  const auto interval = Seconds(std::min(timeout_seconds_ / 4, longest_silence_seconds));
  const FrameBytes pulse = encode(Frame{Kind::pulse, 0, 0, 0});
  std::mutex sleeping;
  std::condition_variable_any alarm;
  std::unique_lock sleep(sleeping);
  while (!alarm.wait_for(sleep, stop, interval, [] { return false; }) && !stop.stop_requested()) {
    const std::unique_lock lock(rounds_, std::try_to_lock);
    if (!lock || is_ending_) continue;  // in a round there are other bytes
    for (const Peer& peer : peers_) {
      if (!peer.socket) continue;
      try {
        drop_pulses(peer.socket);
        const std::size_t sent = send_some(peer.socket, std::array{std::span<const std::byte>(pulse)}).bytes;
        if (sent > 0) send_all(peer.socket, std::span(pulse).subspan(sent), timeout_seconds_);
      } catch (const SocketError&) {  // the next round finds out
      }
    }
  }
}

/// A process that has done its part of the round has ended its sending, or was reset.
void Mesh::look_at_finished(Peer& peer) {
  const Waiting waiting = look_at(peer.socket);
  if (waiting.what == Waiting::What::goodbye) failed(waiting.goodbye);
  if (waiting.what == Waiting::What::end) lost(peer, waiting.problem.empty() ? "connection closed" : waiting.problem);
  peer.quiet = true;
}

void Mesh::look_around() {
  const std::unique_lock lock(rounds_, std::try_to_lock);
  if (!lock) return;  // a round looks by itself
  check_goodbye();
  for (Peer& peer : peers_) {
    if (peer.socket) look_at_finished(peer);
  }
}

void Mesh::check_goodbye() {
  if (!is_ending_) return;
  if (!told_) tell_others();
  throw WorldAborted();
}

void Mesh::lost(const Peer& peer, const std::string& how) {
  failed({peer.process, peer.process * local_ranks_, true, peer.send_problem.empty() ? how : peer.send_problem});
}

void Mesh::failed(const Goodbye& goodbye) {
  {
    const std::lock_guard lock(goodbye_guard_);
    if (!goodbye_) goodbye_ = goodbye;
    is_ending_ = true;
  }
  tell_others();
  if (goodbye.process == process_)
    throw PeerLost(goodbye.rank,
                   fmt::format("the other ranks gave {} up{}: {}", name(process_), where(), goodbye.message));
  if (goodbye.lost)
    throw PeerLost(goodbye.rank, fmt::format("{} was lost{}: {}", name(goodbye.process), where(), goodbye.message));
  throw PeerFailed(goodbye.rank,
                   fmt::format("rank {} at {} failed{}: {}", goodbye.rank,
                               addresses_.at(static_cast<std::size_t>(goodbye.process)), where(), goodbye.message));
}

void Mesh::say_goodbye(int rank, std::string_view reason) noexcept {
  try {
    const std::lock_guard lock(goodbye_guard_);
    if (!goodbye_) goodbye_ = Goodbye{process_, rank, false, std::string(reason)};
    is_ending_ = true;
  } catch (...) {
    is_ending_ = true;
  }
  const std::unique_lock lock(rounds_, std::try_to_lock);  // a thread that is in a round sees is_ending_ by itself
  if (lock && !told_) tell_others();
}

void Mesh::tell_others() noexcept {
  told_ = true;
  try {
    std::unique_lock lock(goodbye_guard_);
    const Goodbye goodbye = goodbye_.value_or(Goodbye{process_, process_ * local_ranks_, false, ""});
    lock.unlock();
    const std::vector<std::byte> bytes = encode(goodbye);
    for (Peer& peer : peers_) {
      if (!peer.socket) continue;
      const double patience = goodbye.lost && goodbye.process == peer.process ? 0 : goodbye_seconds;
      if (peer.sending && peer.sent > 0) finish_sending(peer, patience);
      if (!peer.sending || peer.sent == 0) send_all(peer.socket, bytes, patience);
      end_sending(peer.socket);
    }
  } catch (...) {  // they will see the connections end
  }
}

/// A goodbye in the middle of another message would not be understood.
void Mesh::finish_sending(Peer& peer, double seconds) {
  const auto start = Clock::now();
  while (peer.sending && since(start) < seconds) {
    const Moved moved = push(peer);
    if (moved.broken()) return;
    std::array<Watch, 1> watch{{{&peer.socket, false, true}}};
    if (moved.bytes == 0) wait_for(watch, seconds - since(start));
  }
}

ExchangeTimes Mesh::times() const {
  const std::lock_guard lock(times_guard_);
  return times_;
}

std::string Mesh::name(int process) const {
  return name_of_process(process, local_ranks_, addresses_.at(static_cast<std::size_t>(process)));
}

std::string Mesh::where() const {
  const std::int64_t epoch = epoch_, step = step_;
  return epoch > 0 ? fmt::format(" in epoch {}, step {}", epoch, step) : "";
}

}  // namespace encore
