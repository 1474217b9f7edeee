// A tensor for each shard's rows: shards may be others when the training goes on.
#include "models/elsa_checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "process/error.h"
#include "training/checkpoint.h"
#include "training/state_tensors.h"

namespace encore {
namespace {

using Json = CheckedJson;

template <class Table>
auto tensors_of(Table& table) {
  return std::array{std::pair{"weight", &table.weight}, std::pair{"mean", &table.mean}, std::pair{"square", &table.square}};
}

/// The rows of `table` that the piece [first, first + items) of the file has.
void read_piece(SafetensorsReader& reader, std::size_t piece, std::int64_t first, std::int64_t items, ElsaTable& table) {
  const std::int64_t begin = std::max(first, table.first_item), end = std::min(first + items, table.first_item + table.items);
  if (begin >= end) return;
  for (const auto& [name, values] : tensors_of(table)) {
    reader.read_rows({fmt::format("{}.{}", name, piece), {end - begin, table.width}, table.row(*values, begin), table.stride},
                     begin - first);
  }
}

}  // namespace

void write_elsa_checkpoint(const std::filesystem::path& model_folder, const FitContext& context, const ElsaProgress& progress,
                           std::span<const ElsaTable* const> tables, const Model* best) {
  std::vector<TensorView> tensors;
  Json pieces = Json::array();
  for (const ElsaTable* table : tables) {
    if (table->items == 0) continue;
    for (const auto& [name, values] : tensors_of(*table))
      tensors.push_back({fmt::format("{}.{}", name, pieces.size()), {table->items, table->width}, values->data(), table->stride});
    pieces.push_back({table->first_item, table->items});
  }
  if (best != nullptr) tensors.push_back(best->tensors().front().tensor);
  TrainingState state;
  state.epoch = progress.epoch, state.steps = progress.steps, state.best_epoch = progress.best_epoch;
  state.running_seconds = progress.seconds, state.history = progress.history;
  state.workers.resize(1);
  state.workers[0].steps = progress.steps, state.workers[0].batch = progress.batch, state.workers[0].loss.sum = progress.loss;
  Json json = state_json(state);
  json["has_best"] = best != nullptr;
  json["finished"] = progress.finished;
  json["pieces"] = pieces;
  write_checkpoint(model_folder, context.plan, tensors, json, context.dataset.fingerprint);
}

ElsaProgress read_elsa_checkpoint(const std::filesystem::path& model_folder, std::span<ElsaTable* const> tables,
                                  kernel::AlignedFloats& best) {
  const std::filesystem::path file = checkpoint_file(model_folder);
  SafetensorsReader reader(file);
  const Json json = read_progress(reader, file);
  TrainingState state;
  state.workers.resize(1);
  const std::int64_t items = tables.back()->first_item + tables.back()->items;
  try {
    read_state_json(json, state);
    std::int64_t next = 0;
    for (std::size_t piece = 0; piece < json.at("pieces").size(); ++piece) {
      const auto first = json.at("pieces").at(piece).at(0).get<std::int64_t>();
      const auto count = json.at("pieces").at(piece).at(1).get<std::int64_t>();
      if (first != next || count < 1 || count > items - first) refuse_checkpoint(file, "its films are not those of the dataset");
      for (ElsaTable* table : tables) read_piece(reader, piece, first, count, *table);
      next += count;
    }
    if (next != items || (json.at("has_best").get<bool>() != (state.best_epoch > 0)))
      refuse_checkpoint(file, "its films are not those of the dataset");
  } catch (const nlohmann::json::exception& error) {
    refuse_checkpoint(file, error.what());
  }
  if (state.workers[0].batch < 0 || state.steps < 0) refuse_checkpoint(file, "it counts below zero");
  for (ElsaTable* table : tables)
    for (std::int64_t item = table->first_item; item < table->first_item + table->items; ++item) table->measure(item);
  if (state.best_epoch > 0) {
    best.resize(static_cast<std::size_t>(items * tables.back()->stride));
    reader.read({"item_vectors", {items, tables.back()->width}, best.data(), tables.back()->stride});
  }
  reader.expect_all_read();
  return {state.epoch, state.steps, state.best_epoch, state.workers[0].batch, state.workers[0].loss.sum, state.running_seconds,
          false, std::move(state.history)};
}

}  // namespace encore
