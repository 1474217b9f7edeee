// One thread for each client; requests are frames as in the mesh, answered in turn.
#include "exchange/parameter_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "exchange/frame.h"
#include "exchange/mesh.h"

namespace encore {
namespace {

constexpr std::size_t message_floats = 16 << 10;

std::size_t count(const FloatParts& parts) {
  std::size_t floats = 0;
  for (const auto& part : parts) floats += part.size();
  return floats;
}

/// Calls visit(offset, run) for each part in runs that are not too long.
template <class Visit>
void for_each_run(const FloatParts& parts, const Visit& visit) {
  std::size_t offset = 0;
  for (const auto& part : parts) {
    for (std::size_t start = 0; start < part.size(); start += message_floats)
      visit(offset + start, part.subspan(start, std::min(message_floats, part.size() - start)));
    offset += part.size();
  }
}

void send_or_throw(const Socket& socket, std::span<const std::byte> bytes, double seconds) {
  if (!send_all(socket, bytes, seconds)) throw SocketError("it takes nothing any more");
}

/// Calls visit(part, offset in the part, length, offset in the run) for the stretch of the parts that a run covers.
template <class Visit>
void for_stretch(const FloatParts& parts, std::size_t at, std::size_t floats, const Visit& visit) {
  std::size_t done = 0;
  for (const auto& part : parts) {
    if (done == floats) return;
    if (at >= part.size()) {
      at -= part.size();
      continue;
    }
    const std::size_t n = std::min(floats - done, part.size() - at);
    visit(part.subspan(at, n), done);
    done += n;
    at = 0;
  }
}

}  // namespace

ParameterServer::ParameterServer(ClusterWorld& world, FloatParts parts, bool locked)
    : parts_(std::move(parts)),
      floats_(count(parts_)),
      locked_(locked),
      timeout_seconds_(world.mesh() != nullptr ? world.mesh()->timeout_seconds() : 0),
      sockets_(world.take_parameter_sockets()) {
  for (const Socket& socket : sockets_) {
    if (socket) threads_.emplace_back([this, &socket] { serve(socket); });
  }
}

ParameterServer::~ParameterServer() {
  ends_ = true;
  threads_.clear();
}

void ParameterServer::copy(std::size_t from, std::span<float> to) const {
  for_stretch(parts_, from, to.size(), [&](std::span<float> own, std::size_t offset) {
    for (std::size_t i = 0; i < own.size(); ++i)
      to[offset + i] = std::atomic_ref<float>(own[i]).load(std::memory_order_relaxed);
  });
}

void ParameterServer::add(std::size_t to, std::span<const float> difference) {
  for_stretch(parts_, to, difference.size(), [&](std::span<float> own, std::size_t offset) {
    for (std::size_t i = 0; i < own.size(); ++i)
      std::atomic_ref<float>(own[i]).fetch_add(difference[offset + i], std::memory_order_relaxed);
  });
}

void ParameterServer::pull(const FloatParts& to) {
  std::unique_lock lock(whole_, std::defer_lock);
  if (locked_) lock.lock();
  for_each_run(to, [&](std::size_t offset, std::span<float> run) { copy(offset, run); });
}

void ParameterServer::push(const FloatParts& difference) {
  std::unique_lock lock(whole_, std::defer_lock);
  if (locked_) lock.lock();
  for_each_run(difference, [&](std::size_t offset, std::span<float> run) { add(offset, run); });
}

/// Until the client or the server goes; a client's loss is noticed and told by the mesh.
void ParameterServer::serve(const Socket& socket) {
  try {
    while (!ends_) {
      std::array<Watch, 1> watch{{{&socket, true}}};
      if (!wait_for(watch, 0.1)) continue;
      FrameBytes head;
      receive_all(socket, head, timeout_seconds_);
      const Frame frame = decode(head);
      if (frame.kind == Kind::pull)
        answer_pull(socket);
      else if (frame.kind == Kind::push && frame.size == floats_ * sizeof(float))
        take_push(socket);
      else
        break;
    }
  } catch (const std::exception&) {
  }
  end_sending(socket);
}

void ParameterServer::answer_pull(const Socket& socket) {
  send_or_throw(socket, encode(Frame{Kind::answer, 0, 0, floats_ * sizeof(float)}), timeout_seconds_);
  std::vector<float> copied(locked_ ? floats_ : std::min(message_floats, floats_));
  if (locked_) {  // one whole, and nobody waits for the network
    pull({copied});
    return send_or_throw(socket, std::as_bytes(std::span(copied)), timeout_seconds_);
  }
  for (std::size_t at = 0; at < floats_; at += copied.size()) {
    const auto run = std::span(copied).first(std::min(copied.size(), floats_ - at));
    copy(at, run);
    send_or_throw(socket, std::as_bytes(run), timeout_seconds_);
  }
}

void ParameterServer::take_push(const Socket& socket) {
  std::vector<float> received(locked_ ? floats_ : std::min(message_floats, floats_));
  if (locked_) {
    receive_all(socket, std::as_writable_bytes(std::span(received)), timeout_seconds_);
    push({received});
  }
  for (std::size_t at = 0; at < floats_ && !locked_; at += received.size()) {
    const auto run = std::span(received).first(std::min(received.size(), floats_ - at));
    receive_all(socket, std::as_writable_bytes(run), timeout_seconds_);
    add(at, run);
  }
  send_or_throw(socket, encode(Frame{Kind::answer, 0, 0, 0}), timeout_seconds_);
}

ParameterClient::ParameterClient(ClusterWorld& world) : mesh_(*world.mesh()) {
  std::vector<Socket> sockets = world.take_parameter_sockets();
  if (!sockets.empty()) socket_ = std::move(sockets[0]);
  if (!socket_) throw std::logic_error("the cluster was connected without ClusterSettings::parameters");
}

void ParameterClient::pull(const FloatParts& to) { ask(Kind::pull, {}, to); }

/// Returns when the server has added it.
void ParameterClient::push(const FloatParts& difference) { ask(Kind::push, difference, {}); }

void ParameterClient::ask(Kind kind, const FloatParts& send, const FloatParts& receive) {
  const std::lock_guard lock(turn_);
  mesh_.look_around();
  const double seconds = mesh_.timeout_seconds();
  try {
    send_or_throw(socket_, encode(Frame{kind, 0, 0, count(send) * sizeof(float)}), seconds);
    for (const auto& part : send) send_or_throw(socket_, std::as_bytes(part), seconds);
    FrameBytes head;
    receive_all(socket_, head, seconds);
    const Frame frame = decode(head);
    if (frame.kind != Kind::answer || frame.size != count(receive) * sizeof(float))
      throw std::logic_error("the parameter server has arrays of other sizes");
    for (const auto& part : receive) receive_all(socket_, std::as_writable_bytes(part), seconds);
  } catch (const SocketError& error) {
    // Why it went is told on the mesh, perhaps a moment later.
    for (int look = 0; look < 10; ++look) {
      mesh_.look_around();
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    throw PeerLost(0,
                   fmt::format("the parameter server of rank 0 at {} was lost: {}", mesh_.address_of(0), error.what()));
  }
}

std::unique_ptr<Parameters> parameters_of(ClusterWorld& world, FloatParts parts, bool locked) {
  if (world.process() == 0) return std::make_unique<ParameterServer>(world, std::move(parts), locked);
  return std::make_unique<ParameterClient>(world);
}

}  // namespace encore
