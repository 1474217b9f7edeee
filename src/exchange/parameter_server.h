// The parameter server of asynchronous training: one array of numbers in process 0, from which every worker pulls and
// to which it pushes differences whenever it likes. Outside of the rounds of the mesh, on connections of its own
// (ClusterSettings::parameters). Knows no network, only numbers that lie in several parts.
#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>
#include "exchange/cluster_world.h"
#include "exchange/frame.h"
#include "exchange/socket.h"

namespace encore {

/// The parts of one long array, wherever they lie; on all sides the same number of floats altogether.
using FloatParts = std::vector<std::span<float>>;

/// What a worker sees of the server. Any number of threads.
class Parameters {
 public:
  virtual ~Parameters() = default;
  /// to ← the server's numbers. Throws as Exchange does.
  virtual void pull(const FloatParts& to) = 0;
  /// The server's numbers += difference. Throws as Exchange does.
  virtual void push(const FloatParts& difference) = 0;
};

/// In process 0: keeps the numbers (they stay where `parts` says) and serves the other processes until it is destroyed;
/// a barrier before that lets them finish. With `locked` a pull or push is one whole; without, numbers are read
/// and added one by one while others do the same.
class ParameterServer final : public Parameters {
 public:
  ParameterServer(ClusterWorld&, FloatParts parts, bool locked);
  ~ParameterServer() override;
  void pull(const FloatParts& to) override;
  void push(const FloatParts& difference) override;

 private:
  void serve(const Socket&);
  void answer_pull(const Socket&);
  void take_push(const Socket&);
  void copy(std::size_t from, std::span<float> to) const;
  void add(std::size_t to, std::span<const float> difference);

  FloatParts parts_;
  std::size_t floats_ = 0;
  const bool locked_;
  const double timeout_seconds_;
  std::mutex whole_;
  std::atomic<bool> ends_{false};
  std::vector<Socket> sockets_;
  std::vector<std::jthread> threads_;
};

/// In every other process: asks process 0. Threads of one process take turns.
class ParameterClient final : public Parameters {
 public:
  explicit ParameterClient(ClusterWorld&);
  void pull(const FloatParts& to) override;
  void push(const FloatParts& difference) override;

 private:
  void ask(Kind, const FloatParts& send, const FloatParts& receive);
  Mesh& mesh_;
  std::mutex turn_;
  Socket socket_;
};

/// The server in process 0, a client elsewhere.
std::unique_ptr<Parameters> parameters_of(ClusterWorld&, FloatParts parts_of_process_0, bool locked);

}  // namespace encore
