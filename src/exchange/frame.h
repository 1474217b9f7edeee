// What stands before every message between processes, and the messages that end a connection. Little-endian throughout.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>
#include "exchange/socket.h"

namespace encore {

/// What a message is. Both sides of a round must mean the same, or the ranks are out of step.
enum class Kind : std::uint8_t {
  barrier = 1,
  join,
  join_total,
  gather,
  reduce,
  goodbye,
  farewell,
  pull,
  push,
  answer,
  pulse  ///< nothing but a sign of life, between two rounds
};
/// The kind's name in errors.
std::string name_of(Kind);

struct Frame {
  Kind kind = Kind::barrier;
  std::uint8_t channel = 0;    ///< of a join
  std::uint64_t sequence = 0;  ///< how many rounds were before it
  std::uint64_t size = 0;      ///< bytes that follow
  bool same_step(const Frame& other) const {
    return kind == other.kind && channel == other.channel && sequence == other.sequence;
  }
};
constexpr std::size_t frame_bytes = 32;
using FrameBytes = std::array<std::byte, frame_bytes>;

FrameBytes encode(const Frame&);
/// Throws SocketError when the bytes are no frame.
Frame decode(const FrameBytes&);

/// Why a process ends the training: its own error, or the peer that it lost.
struct Goodbye {
  int process = 0;  ///< the one at fault
  int rank = 0;
  bool lost = false;    ///< it was found dead; otherwise it failed by itself
  std::string message;  ///< the error of the one at fault, or how it was lost
};
/// Frame and payload.
std::vector<std::byte> encode(const Goodbye&);
/// The payload alone.
Goodbye decode_goodbye(const std::vector<std::byte>& payload);

/// What waits unread on a connection between two messages.
struct Waiting {
  enum class What : std::uint8_t { nothing, message, goodbye, farewell, end } what = What::nothing;
  Goodbye goodbye;
  std::string problem;  ///< of `end`
};
/// Leaves everything but a goodbye and signs of life unread.
Waiting look_at(const Socket&);
/// Reads signs of life off a connection, and nothing else.
void drop_pulses(const Socket&);

/// Sends all of it, unless for `seconds` nothing moves. Returns whether it went out.
bool send_all(const Socket&, std::span<const std::byte>, double seconds) noexcept;
/// Receives exactly as much. Throws SocketError when the connection ends or `seconds` pass without a byte.
void receive_all(const Socket&, std::span<std::byte>, double seconds);

}  // namespace encore
