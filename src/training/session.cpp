// One epoch at a time, and what every process of the world says of it.
#include "training/session.h"

#include <fmt/format.h>

#include <chrono>

#include "dataset/checked_json.h"
#include "process/error.h"
#include "training/model_part.h"

namespace encore {
namespace {

using Json = CheckedJson;

}  // namespace

TrainingSession::TrainingSession(const Dataset& dataset, TrainingPlan plan, ClusterWorld* world,
                                 const BeginFit& begin)
    : dataset_(dataset),
      plan_(std::move(plan)),
      alone_(world == nullptr ? std::make_unique<ClusterWorld>(plan_.shards, plan_.threads) : nullptr),
      world_(world == nullptr ? *alone_ : *world) {
  if (plan_.shards != world_.processes() * world_.local_ranks()) {
    throw UserError(fmt::format("the plan is for {} ranks, but {} processes with {} ranks each are here", plan_.shards,
                                world_.processes(), world_.local_ranks()));
  }
  fit_ = begin({dataset_, plan_, world_});
}

TrainingSession::~TrainingSession() = default;

void TrainingSession::load(const std::vector<std::filesystem::path>& files) {
  fit_->load_parts(files, world_.process());
}

bool TrainingSession::finished() const { return fit_->finished(); }

std::string TrainingSession::run_epoch() {
  const auto began = std::chrono::steady_clock::now();
  const ExchangeTimes before = world_.times();
  progress_ = 0;
  if (!fit_->step([this](double users) { progress_ = users; }))
    throw UserError("a signal ended the training in the middle of an epoch");
  return record(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(), before);
}

/// The last epoch as all processes saw it: each says what it spent, and hears of the others.
std::string TrainingSession::record(double seconds, const ExchangeTimes& before) {
  const ExchangeTimes times = world_.times();
  const double exchange = times.seconds - before.seconds;
  const FitRecord now = fit_->record();
  const Json mine = {{"process", world_.process()},
                     {"losses", now.worker_losses},
                     {"steps", now.steps},
                     {"seconds", seconds},
                     {"compute_seconds", seconds - exchange},
                     {"exchange_seconds", exchange},
                     {"waiting_seconds", times.waiting_seconds - before.waiting_seconds},
                     {"bytes_sent", times.bytes_sent - before.bytes_sent}};
  const std::string text = mine.dump();
  Json workers = Json::array();
  for (const auto& one : gather_from_processes(world_, std::as_bytes(std::span(text)))) {
    const auto* from = reinterpret_cast<const char*>(one.data());
    workers.push_back(Json::parse(from, from + one.size()));
  }
  const auto number = [](const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); };
  Json record = {
      {"epoch", now.epoch}, {"train_loss", nullptr}, {"validation_loss", nullptr}, {"validation_ndcg@100", nullptr}};
  if (!fit_->history().empty()) {
    const EpochRecord& last = fit_->history().back();
    record["train_loss"] = last.train_loss;
    record["validation_loss"] = number(last.validation_loss);
    record["validation_ndcg@100"] = number(last.validation_ndcg);
    seconds = last.seconds;
  }
  record["seconds"] = seconds;
  std::int64_t steps = has_replicas(plan_) ? 0 : now.steps;
  if (has_replicas(plan_))
    for (const Json& worker : workers) steps += worker.at("steps").get<std::int64_t>();
  record["steps"] = steps;
  record["best_epoch"] = now.best_epoch;
  record["kept"] = now.kept;
  record["warning"] = now.warning;
  record["done"] = finished();
  record["workers"] = workers;
  return record.dump();
}

void TrainingSession::save(const std::filesystem::path& file) const { fit_->save_part(file, world_.process()); }

void TrainingSession::save_model(const std::filesystem::path& file) const {
  write_model_part(file, dataset_, plan_, *fit_, world_.process(), plan_.parallel != Parallel::items);
}

}  // namespace encore
