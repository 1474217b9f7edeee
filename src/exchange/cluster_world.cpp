// A mesh, and a ThreadWorld that knows it.
#include "exchange/cluster_world.h"

#include <fmt/format.h>

#include "exchange/meeting.h"
#include "exchange/mesh.h"
#include "exchange/thread_exchange.h"

namespace encore {
namespace {

Meeting meeting_of(const ClusterSettings& settings) {
  if (settings.secret.size() < 16) throw MeetingFailed("the secret of a run has at least 16 bytes");
  if (settings.addresses.size() != static_cast<std::size_t>(settings.processes))
    throw MeetingFailed(fmt::format("{} processes, but {} addresses", settings.processes, settings.addresses.size()));
  Meeting meeting;
  meeting.process = settings.process, meeting.processes = settings.processes;
  meeting.local_ranks = settings.local_ranks;
  meeting.addresses = settings.addresses;
  meeting.secret = settings.secret, meeting.identity = settings.identity;
  meeting.timeout_seconds = settings.timeout_seconds;
  meeting.log = settings.log;
  return meeting;
}

}  // namespace

ClusterWorld::ClusterWorld(Listener&& given, const ClusterSettings& settings) {
  const Listener listener = std::move(given);  // closed when all have met
  if (settings.processes == 1) {
    ranks_ = std::make_unique<ThreadWorld>(settings.local_ranks, settings.running);
    return;
  }
  Meeting meeting = meeting_of(settings);
  Met met = meet(listener, meeting);
  refused_ = met.refused;
  mesh_ = std::make_unique<Mesh>(meeting, std::move(met.sockets), settings.running);
  if (settings.parameters) {
    try {
      meeting.purpose = Purpose::parameters;
      met = meet(listener, meeting);
      refused_ += met.refused;
      parameter_sockets_ = std::move(met.sockets);
    } catch (const std::exception& error) {
      mesh_->say_goodbye(settings.process * settings.local_ranks, error.what());
      throw;
    }
  }
  ranks_ = std::make_unique<ThreadWorld>(settings.local_ranks, settings.running, *mesh_);
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

}  // namespace encore
