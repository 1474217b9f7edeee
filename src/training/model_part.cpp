// The model's own tensors, as they stand in a weights file; the head says which of them have a row an item.
#include "training/model_part.h"

#include "training/open_part.h"

namespace encore {

void write_model_part(const std::filesystem::path& file, const Dataset& dataset, const TrainingPlan& plan, const Fit& fit,
                      int process, bool owns_all) {
  using Json = CheckedJson;
  const std::shared_ptr<const Model> model = fit.model();
  const FitRecord record = fit.record();
  const auto tensors = !owns_all || process == 0 ? model->tensors() : std::vector<ModelTensor<const float>>();
  ItemRange range;
  Json of_items = Json::array();
  for (const auto& one : tensors) {
    if (!one.first_item) continue;
    range = {*one.first_item, *one.first_item + one.tensor.shape[0]};
    of_items.push_back(one.tensor.name);
  }
  const RatingScale& scale = dataset.scale;
  const Json scale_json = {
      {"minimum", scale.minimum}, {"maximum", scale.maximum}, {"liked", scale.liked}, {"implicit", scale.implicit},
      {"count", scale.log_counts ? "log" : "plain"}};
  write_part(file, model_part_format,
             {{"plan", Json::parse(to_json(plan))},
              {"architecture", model->architecture()},
              {"epoch", record.epoch},
              {"best_epoch", record.best_epoch},
              {"kept", record.kept},
              {"history", to_csv(fit.history())},
              {"dataset", dataset.fingerprint},
              {"dataset_seed", dataset.seed},
              {"scale", scale_json},
              {"items", model->items()},
              {"of_items", of_items},
              {"process", process},
              {"first_item", range.first},
              {"last_item", range.last}},
             tensors);
}

}  // namespace encore
