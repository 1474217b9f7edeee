// Processes that share a matrix, for tests: threads of this one, with the exchange that ranks of a training have.
#pragma once
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "exchange/thread_exchange.h"
#include "linear/tile_shares.h"

namespace encore {

/// Runs body on every "process". Returns what the first of them that failed by itself said; nothing when none did.
inline std::string share_among_threads(int processes, const std::function<void(const Sharers&)>& body) {
  ThreadWorld world(processes, processes);
  std::mutex guard;
  std::string failure;
  {
    std::vector<std::jthread> threads;
    for (int p = 0; p < processes; ++p)
      threads.emplace_back([&, p] {
        Exchange& exchange = world.of(p);
        world.barrier().enter();
        try {
          body({p, processes, [&](std::span<const std::byte> mine) { return exchange.gather(mine); }});
        } catch (const WorldAborted&) {
        } catch (const std::exception& error) {
          exchange.abort(error.what());
          const std::lock_guard lock(guard);
          failure = error.what();
        }
        world.barrier().leave();
      });
  }
  return failure;
}

}  // namespace encore
