// What people and machines are told about a model folder, by `encore inspect`.
#pragma once
#include <string>
#include "commands/history_table.h"
#include "model/trained_model.h"

namespace encore {

/// Layers with shapes and parameters, how it was trained, the films it knows, the last lines of its history, as tables.
std::string model_report(const TrainedModel& model, const HistoryTable& history);

/// The same as one JSON object: config.json's keys, layers[{name, inputs, outputs, parameters}] and history[{column:
/// value}].
std::string model_object(const TrainedModel& model, const HistoryTable& history);

}  // namespace encore
