// The plain networks (network/architecture.cpp has their table) as kinds of models, and what kinds with another middle
// (mult_vae.cpp) share with them.
#include "models/added_items.h"
#include "models/network_kind.h"
#include "models/rated_items.h"
#include "models/table.h"
#include "network/network_model.h"
#include "training/network_fit.h"

namespace encore {

ModelKind network_kind(std::string_view name, std::string_view sentence, Architecture architecture,
                       TrainingDefaults training, std::int64_t least_steps) {
  return {.name = name,
          .sentence = sentence,
          .manner = "which is trained epoch by epoch",
          .architecture = std::move(architecture),
          .training = training,
          .least_steps = least_steps,
          .begin = [](const FitContext& context) -> std::unique_ptr<Fit> { return std::make_unique<NetworkFit>(context); },
          .open = [](const ModelSource& source) -> std::shared_ptr<const Model> { return open_network(source); },
          .grow = grow_by_rows,
          .rate = rate_network};
}

std::vector<std::string_view> options_of_fixed_loss() {
  return {"--hidden",         "--input",      "--normalise",        "--dropout",     "--activation",  "--epochs",
          "--batch-size",     "--negatives",        "--epsilon",    "--learning-rate",    "--seed",        "--weight-decay", "--warm-start",
          "--patience",       "--stop-on",    "--loss-after-epoch", "--all-ratings", "--resume",      "--keep-moments",
          "--parallel",       "--sync-every", "--checkpoint-every", "--push-every",  "--lock",        "--block-items",
          "--device",         "--precision"};
}

std::vector<ModelKind> network_kinds() {
  std::vector<ModelKind> kinds;
  for (const NamedModel& row : named_models())
    kinds.push_back(network_kind(row.name, row.sentence, row.architecture, row.training, row.least_steps));
  return kinds;
}

}  // namespace encore
