// One epoch at a time, and what every process of the world says of it.
#include "training/session.h"

#include <fmt/format.h>

#include <chrono>
#include <cstring>

#include "dataset/checked_json.h"
#include "process/error.h"
#include "training/items_runner.h"
#include "training/part_file.h"
#include "training/warm_start.h"

namespace encore {
namespace {

using Json = CheckedJson;

bool counts_only(const TrainingPlan& plan) { return plan.architecture.hidden.empty(); }

/// Σ and number of the inputs of all processes, added in their order.
InputSum sum_of_inputs(const Dataset& dataset, const TrainingPlan& plan, ClusterWorld& world) {
  const InputSum own = sum_of_inputs(dataset, plan.architecture);
  InputSum all;
  for (const auto& bytes : gather_from_processes(world, std::as_bytes(std::span(&own, 1)))) {
    InputSum one;
    std::memcpy(&one, bytes.data(), sizeof one);
    all.sum += one.sum, all.count += one.count;
  }
  return all;
}

}  // namespace

TrainingSession::TrainingSession(const Dataset& dataset, TrainingPlan plan, ClusterWorld* world)
    : dataset_(dataset),
      plan_(std::move(plan)),
      alone_(world == nullptr ? std::make_unique<ClusterWorld>(plan_.shards, plan_.threads) : nullptr),
      world_(world == nullptr ? *alone_ : *world) {
  if (plan_.shards != world_.processes() * world_.local_ranks()) {
    throw UserError(fmt::format("the plan is for {} ranks, but {} processes with {} ranks each are here", plan_.shards,
                                world_.processes(), world_.local_ranks()));
  }
  state_ = fresh();
}

TrainingSession::~TrainingSession() = default;

TrainingState TrainingSession::fresh() const {
  const bool by_items = plan_.parallel == Parallel::items;
  const ItemRange range =
      by_items ? items_of_process(dataset_, plan_, world_) : ItemRange{0, dataset_.items.size()};
  const InputSum inputs =
      plan_.architecture.loss == Loss::masked_mse ? sum_of_inputs(dataset_, plan_, world_) : InputSum{};
  return fresh_state(plan_, dataset_.items.size(), range, has_replicas(plan_) ? world_.local_ranks() : 1, inputs);
}

void TrainingSession::load(const std::vector<std::filesystem::path>& files) {
  read_state_parts(files, plan_, dataset_.fingerprint, world_.process(), state_);
}

bool TrainingSession::finished() const { return counts_only(plan_) ? counted_ : is_finished(plan_, state_); }

std::string TrainingSession::run_epoch() {
  const auto began = std::chrono::steady_clock::now();
  const ExchangeTimes before = world_.times();
  progress_ = 0;
  if (counts_only(plan_)) {
    if (!counted_) count_likes(state_.workers[0].network, dataset_);
    counted_ = true;
  } else {
    if (!loop_) {
      loop_ = std::make_unique<EpochLoop>(dataset_, plan_, state_, world_, [this](double users) { progress_ = users; });
      if (loop_->users() == 0) {
        throw UserError(
            "no training user has a rating that this model learns from; hold out fewer users or say a lower --liked");
      }
    }
    if (!loop_->run_epoch()) throw UserError("a signal ended the training in the middle of an epoch");
  }
  return record(std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(), before);
}

/// The last epoch as all processes saw it: each says what it spent, and hears of the others.
std::string TrainingSession::record(double seconds, const ExchangeTimes& before) {
  const ExchangeTimes times = world_.times();
  const double exchange = times.seconds - before.seconds;
  const Json mine = {{"process", world_.process()},
                     {"losses", loop_ ? loop_->worker_losses() : std::vector<double>()},
                     {"steps", state_.steps},
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
      {"epoch", state_.epoch}, {"train_loss", nullptr}, {"validation_loss", nullptr}, {"validation_ndcg@100", nullptr}};
  if (!state_.history.empty()) {
    const EpochRecord& last = state_.history.back();
    record["train_loss"] = last.train_loss;
    record["validation_loss"] = number(last.validation_loss);
    record["validation_ndcg@100"] = number(last.validation_ndcg);
    seconds = last.seconds;
  }
  record["seconds"] = seconds;
  std::int64_t steps = has_replicas(plan_) ? 0 : state_.steps;
  if (has_replicas(plan_))
    for (const Json& worker : workers) steps += worker.at("steps").get<std::int64_t>();
  record["steps"] = steps;
  record["best_epoch"] = state_.best_epoch;
  record["done"] = finished();
  record["workers"] = workers;
  return record.dump();
}

void TrainingSession::save(const std::filesystem::path& file) const {
  write_state_part(file, plan_, state_, dataset_.fingerprint, world_.process());
}

void TrainingSession::save_model(const std::filesystem::path& file) const {
  write_model_part(file, dataset_, plan_, state_, world_.process(), plan_.parallel != Parallel::items);
}

}  // namespace encore
