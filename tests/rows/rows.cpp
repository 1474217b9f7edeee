// One more row in each table, added before the program or the library does anything: a kind of model, a loss, a metric (and a command,
// in command_row.cpp). Linked into copies of them, so that tests/rows/run finds out what a row alone brings.
#include <algorithm>
#include <cmath>

#include "evaluation/metric_table.h"
#include "models/table.h"
#include "network/loss_table.h"

namespace encore {
namespace {

/// Pseudo-Huber (Charbonnier et al. 1997), √(1 + (z − t)²) − 1.
CellCost charbonnier(OutputKind, double z, double target) {
  const double away = z - target, root = std::sqrt(1 + away * away);
  return {root - 1, away / root, 1 / (root * root * root)};
}

/// Popularity under another name, with an option that nothing reads.
ModelKind oracle_kind() {
  ModelKind kind = popularity_kind();
  kind.name = "oracle";
  kind.architecture.model = "oracle";
  kind.sentence = "Knows.";
  kind.knobs = {{.name = "--omens",
                 .value_name = "N",
                 .sentence = "Birds that are watched.",
                 .usual = std::int64_t{7},
                 .low = 1,
                 .high = 12}};
  return kind;
}

[[maybe_unused]] const bool added = [] {
  add_model_kind(oracle_kind);
  add_loss({.value = Loss{17}, .name = "charbonnier", .outputs = {OutputKind::linear}, .of_cell = charbonnier});
  add_metric({.name = "found-first",
              .title = "Found first",
              .k = 5,
              .sentence = "1 where the first of the list is a target",
              .of_user = [](const JudgedUser& u, std::int64_t k) {
                return Share{hit_at(std::min<std::int64_t>(k, 1), u.ranked, u.targets), 1};
              }});
  return true;
}();

}  // namespace
}  // namespace encore
