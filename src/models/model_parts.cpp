// Rows of items come from the parts that own them, all else from the first.
#include "models/model_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "model/model_source.h"
#include "models/table.h"
#include "process/error.h"
#include "training/model_part.h"
#include "training/open_part.h"
#include "training/possible_plan.h"
#include "training/trainer.h"

namespace encore {
namespace {

class PartsTensors final : public TensorSource {
 public:
  PartsTensors(std::vector<OpenPart>& parts, std::int64_t items) : parts_(parts), items_(items) {
    for (const auto& name : parts.front().head.at("of_items")) of_items_.push_back(name.get<std::string>());
  }
  TensorShape shape_of(const std::string& name) const override {
    TensorShape shape = parts_.front().reader.shape_of(name);
    if (is_of_items(name)) shape[0] = items_;
    return shape;
  }
  void read(const TensorTarget& target) override {
    if (!is_of_items(target.name)) return parts_.front().reader.read(target);
    std::int64_t next = 0;
    for (OpenPart& part : parts_) {
      if (part.range.size() == 0) continue;
      if (part.range.first != next || part.range.last > target.shape[0]) break;
      TensorTarget rows = target;
      rows.shape[0] = part.range.size();
      rows.values += next * (target.shape.size() == 1 ? 1 : target.stride);
      if (rows.shape.size() == 1) rows.stride = rows.shape[0];
      part.reader.read(rows);
      next = part.range.last;
    }
    if (next < items_)
      throw UserError(fmt::format("the parts of this training lack items {} to {}; train anew", next, items_ - 1));
  }
  std::uint64_t bytes() const override {
    std::uint64_t sum = 0;
    for (const OpenPart& part : parts_) sum += std::filesystem::file_size(part.file);
    return sum;
  }
  std::string file() const override { return parts_.front().file.string(); }

 private:
  bool is_of_items(const std::string& name) const { return std::ranges::find(of_items_, name) != of_items_.end(); }
  std::vector<OpenPart>& parts_;
  std::int64_t items_;
  std::vector<std::string> of_items_;
};

RatingScale scale_from(const CheckedJson& json) {
  return {json.at("minimum"), json.at("maximum"), json.at("liked"), json.at("implicit"),
          json.value("count", std::string()) == "log"};
}

}  // namespace

AssembledModel read_model_parts(const std::vector<std::filesystem::path>& files) {
  std::vector<OpenPart> parts = open_parts(files, model_part_format);
  std::ranges::stable_sort(parts, {}, [](const OpenPart& part) { return part.range.size() == 0 ? 1 : 0; });
  const std::filesystem::path& file = parts.front().file;
  try {
    const CheckedJson& head = parts.front().head;
    const TrainingPlan plan = plan_from_json(head.at("plan").dump());
    if (!is_possible(plan)) damaged_part(file, "its plan is none that a training can have");
    Dataset dataset;
    dataset.scale = scale_from(head.at("scale"));
    dataset.seed = head.at("dataset_seed"), dataset.fingerprint = head.at("dataset");
    const std::int64_t items = head.at("items");
    if (items < 1 || items > std::numeric_limits<std::int32_t>::max())
      damaged_part(file, "its items are none that a model can have");
    PartsTensors tensors(parts, items);
    const ConfigReader architecture(head.at("architecture"), file, "architecture.");
    auto model = named(architecture, "model", model_kind).open({architecture, items, plan.block_items, tensors});
    const FitRecord record{.epoch = head.at("epoch"), .best_epoch = head.at("best_epoch"),
                           .kept = head.value("kept", std::string())};
    return {finished_model(std::move(model), record, dataset, plan), head.at("history").get<std::string>()};
  } catch (const nlohmann::json::exception& error) {
    damaged_part(file, error.what());
  }
}

}  // namespace encore
