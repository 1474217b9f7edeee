// The networks (network/architecture.cpp has their table) as kinds of models.
#include "models/table.h"
#include "network/network_model.h"
#include "training/network_fit.h"

namespace encore {

std::vector<ModelKind> network_kinds() {
  std::vector<ModelKind> kinds;
  for (const NamedModel& row : named_models()) {
    kinds.push_back({.name = row.name,
                     .sentence = row.sentence,
                     .manner = "which is trained epoch by epoch",
                     .architecture = row.architecture,
                     .training = row.training,
                     .least_steps = row.least_steps,
                     .begin = [](const FitContext& context) -> std::unique_ptr<Fit> {
                       return std::make_unique<NetworkFit>(context);
                     },
                     .open = [](const ModelSource& source) -> std::shared_ptr<const Model> {
                       return open_network(source);
                     }});
  }
  return kinds;
}

}  // namespace encore
