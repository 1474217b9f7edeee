// A mesh, and a ThreadWorld that knows it.
#include "exchange/cluster_world.h"

#include "exchange/mesh.h"
#include "exchange/thread_exchange.h"

namespace encore {

ClusterWorld::ClusterWorld(Listener&& listener, const ClusterSettings& settings) {
  if (settings.processes > 1) {
    mesh_ = std::make_unique<Mesh>(std::move(listener), settings);
    ranks_ = std::make_unique<ThreadWorld>(settings.local_ranks, settings.running, *mesh_);
  } else {
    ranks_ = std::make_unique<ThreadWorld>(settings.local_ranks, settings.running);
  }
}

ClusterWorld::ClusterWorld(int local_ranks, int running)
    : ranks_(std::make_unique<ThreadWorld>(local_ranks, running)) {}

ClusterWorld::~ClusterWorld() = default;

Exchange& ClusterWorld::of(int local_rank) { return ranks_->of(local_rank); }

Barrier& ClusterWorld::barrier() { return ranks_->barrier(); }

int ClusterWorld::process() const { return mesh_ ? mesh_->process() : 0; }

int ClusterWorld::processes() const { return mesh_ ? mesh_->processes() : 1; }

int ClusterWorld::local_ranks() const { return ranks_->size(); }

void ClusterWorld::set_step(std::int64_t epoch, std::int64_t step) noexcept {
  if (mesh_) mesh_->set_step(epoch, step);
}

ExchangeTimes ClusterWorld::times() const { return mesh_ ? mesh_->times() : ExchangeTimes{}; }

int ClusterWorld::refused_connections() const { return mesh_ ? mesh_->refused_connections() : 0; }

}  // namespace encore
