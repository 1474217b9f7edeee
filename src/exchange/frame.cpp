// Frames as bytes, and small messages sent or received as a whole.
#include "exchange/frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstring>

namespace encore {
namespace {

static_assert(std::endian::native == std::endian::little, "messages are little-endian as they lie in memory");

constexpr std::uint32_t mark = 0x31434E45;  // "ENC1"
constexpr std::size_t goodbye_head = 12;
constexpr std::size_t longest_goodbye = 64 << 10;

using Clock = std::chrono::steady_clock;

double seconds_until(Clock::time_point end) { return std::chrono::duration<double>(end - Clock::now()).count(); }

Clock::time_point in(double seconds) {
  return Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

template <class T>
void put(std::byte* at, T value) {
  std::memcpy(at, &value, sizeof value);
}

template <class T>
T get(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

}  // namespace

std::string name_of(Kind kind) {
  static constexpr std::array names{"barrier",  "join", "join_total", "gather", "reduce", "goodbye",
                                    "farewell", "pull", "push",       "answer", "pulse"};
  const auto index = static_cast<std::size_t>(kind) - 1;
  return index < names.size() ? names[index] : "unknown";
}

FrameBytes encode(const Frame& frame) {
  FrameBytes bytes{};
  put(bytes.data(), mark);
  put(bytes.data() + 4, frame.kind);
  put(bytes.data() + 5, frame.channel);
  put(bytes.data() + 8, frame.sequence);
  put(bytes.data() + 16, frame.size);
  return bytes;
}

Frame decode(const FrameBytes& bytes) {
  if (get<std::uint32_t>(bytes.data()) != mark || name_of(get<Kind>(bytes.data() + 4)) == "unknown")
    throw SocketError("what came is not a message of the exchange");
  return {get<Kind>(bytes.data() + 4), get<std::uint8_t>(bytes.data() + 5), get<std::uint64_t>(bytes.data() + 8),
          get<std::uint64_t>(bytes.data() + 16)};
}

std::vector<std::byte> encode(const Goodbye& goodbye) {
  const std::string text = goodbye.message.substr(0, longest_goodbye - goodbye_head);
  std::vector<std::byte> bytes(frame_bytes + goodbye_head + text.size());
  const FrameBytes head = encode(Frame{Kind::goodbye, 0, 0, goodbye_head + text.size()});
  std::copy(head.begin(), head.end(), bytes.begin());
  put(bytes.data() + frame_bytes, static_cast<std::int32_t>(goodbye.process));
  put(bytes.data() + frame_bytes + 4, static_cast<std::int32_t>(goodbye.rank));
  put(bytes.data() + frame_bytes + 8, static_cast<std::int32_t>(goodbye.lost));
  if (!text.empty()) std::memcpy(bytes.data() + frame_bytes + goodbye_head, text.data(), text.size());
  return bytes;
}

Goodbye decode_goodbye(const std::vector<std::byte>& payload) {
  if (payload.size() < goodbye_head) throw SocketError("a goodbye is too short");
  return {get<std::int32_t>(payload.data()), get<std::int32_t>(payload.data() + 4),
          get<std::int32_t>(payload.data() + 8) != 0,
          std::string(reinterpret_cast<const char*>(payload.data()) + goodbye_head, payload.size() - goodbye_head)};
}

void drop_pulses(const Socket& socket) {
  FrameBytes head;
  while (peek_some(socket, head).bytes == head.size() && decode(head).kind == Kind::pulse) receive_all(socket, head, 1);
}

Waiting look_at(const Socket& socket) {
  FrameBytes head;
  try {
    drop_pulses(socket);
  } catch (const SocketError& error) {
    return {Waiting::What::end, {}, error.what()};
  }
  const Moved seen = peek_some(socket, head);
  if (seen.broken()) return {Waiting::What::end, {}, seen.problem};
  if (seen.bytes == 0) return {};
  if (seen.bytes < head.size()) return {Waiting::What::message, {}, {}};
  try {
    const Frame frame = decode(head);
    if (frame.kind == Kind::farewell) return {Waiting::What::farewell, {}, {}};
    if (frame.kind != Kind::goodbye || frame.size > longest_goodbye) return {Waiting::What::message, {}, {}};
    receive_all(socket, head, 1);
    std::vector<std::byte> payload(frame.size);
    receive_all(socket, payload, 1);
    return {Waiting::What::goodbye, decode_goodbye(payload), {}};
  } catch (const SocketError& error) {
    return {Waiting::What::end, {}, error.what()};
  }
}

bool send_all(const Socket& socket, std::span<const std::byte> bytes, double seconds) noexcept {
  try {
    auto end = in(seconds);
    while (!bytes.empty()) {
      const Moved moved = send_some(socket, std::array{bytes});
      if (moved.broken()) return false;
      bytes = bytes.subspan(moved.bytes);
      if (moved.bytes > 0) {
        end = in(seconds);
        continue;
      }
      if (seconds_until(end) <= 0) return false;
      std::array<Watch, 1> watch{{{&socket, false, true}}};
      wait_for(watch, seconds_until(end));
    }
    return true;
  } catch (...) {
    return false;
  }
}

void receive_all(const Socket& socket, std::span<std::byte> bytes, double seconds) {
  auto end = in(seconds);
  while (!bytes.empty()) {
    const Moved moved = receive_some(socket, bytes);
    if (moved.broken()) throw SocketError(moved.ended ? "connection closed" : moved.problem);
    bytes = bytes.subspan(moved.bytes);
    if (moved.bytes > 0) {
      end = in(seconds);
      continue;
    }
    if (seconds_until(end) <= 0) throw SocketError(fmt::format("not a byte for {:g} s", seconds));
    std::array<Watch, 1> watch{{{&socket, true}}};
    wait_for(watch, seconds_until(end));
  }
}

}  // namespace encore
