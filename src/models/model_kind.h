// What a kind of model is: a row of the table in table.cpp, put together in a file of the kind's own. Everything that differs
// between kinds stands behind these few members; who trains, judges or recommends does not know the kinds apart.
#pragma once
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "model/model_source.h"
#include "network/architecture.h"
#include "settings/option.h"
#include "training/fit.h"

namespace encore {

/// An option that a kind has of its own. Parser, help, docs and Python follow; the plan has its value under the name without
/// dashes (TrainingPlan::knobs).
struct Knob {
  std::string_view name;        ///< "--denoise"
  std::string_view value_name;  ///< "P"
  std::string_view sentence;    ///< one sentence, with a full stop
  NamedValue usual;             ///< the default; its type is the option's
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  std::vector<std::string_view> choices = {};
  std::string_view default_text = {};  ///< where the default cannot be told by its value
  SearchRange search = {};             ///< for `encore tune`
};

struct AddedItems;
struct RatedItems;

struct ModelKind {
  std::string_view name;      ///< of --model, and "model" in config.json
  std::string_view sentence;  ///< what it is, with its source
  std::string_view manner;    ///< "trained epoch by epoch", "counted in one pass": why it does not listen to an option
  Architecture architecture;  ///< what the plan starts from; of a kind that is no network only `model` and `input`
  TrainingDefaults training;
  std::int64_t least_steps = 0;  ///< a small dataset gets more epochs than `training.epochs` until there are this many steps
  std::vector<Knob> knobs = {};
  /// The options of all kinds that this one listens to, by their long names; nothing: to all of them. `train` refuses every
  /// other one that is given.
  std::optional<std::vector<std::string_view>> listens_to = {};
  bool one_process = false;  ///< a cluster trains it in one process, which holds all of it
  /// In a cluster every process begins at the same time.
  std::unique_ptr<Fit> (*begin)(const FitContext&) = nullptr;
  /// Throws UserError naming file and key or tensor.
  std::shared_ptr<const Model> (*open)(const ModelSource&) = nullptr;
  /// The model with further items (added_items.h), and the size of its blocks; null: for the reason that `cannot_grow` tells.
  std::shared_ptr<const Model> (*grow)(const Model&, std::int64_t block_items, const AddedItems&) = nullptr;
  std::string_view cannot_grow = {};
  /// The model with ratings of items that it grew by (rated_items.h); null: it takes none without training.
  std::shared_ptr<const Model> (*rate)(const Model&, std::int64_t block_items, const RatedItems&) = nullptr;
};

}  // namespace encore
