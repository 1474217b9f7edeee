// A model that was made as tensors and that nobody has asked anything yet: it is laid out for answers at the first question, and who only
// writes it into a folder never waits for that. Not one whose tensors stay in a file (rows_in_file.h).
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "model/model.h"

namespace encore {

class UnopenedModel final : public Model {
 public:
  using Open = std::function<std::shared_ptr<const Model>()>;
  /// `tensors` point into what `open` keeps; `items` as Model::items.
  UnopenedModel(CheckedJson architecture, std::int64_t items, std::vector<ModelTensor<const float>> tensors, Open open)
      : architecture_(std::move(architecture)), items_(items), tensors_(std::move(tensors)), open_(std::move(open)) {}

  std::int64_t items() const override { return items_; }
  CheckedJson architecture() const override { return architecture_; }
  std::vector<ModelTensor<const float>> tensors() const override { return tensors_; }
  /// Every number of the tensors.
  std::int64_t parameters() const override;

  Input input() const override { return opened().input(); }
  ScoreKind score_kind() const override { return opened().score_kind(); }
  bool reconstructs() const override { return opened().reconstructs(); }
  void score(const InputRows& rows, const VisitBlock& visit) const override { opened().score(rows, visit); }
  void score_between(const InputRows& rows, std::int64_t first_item, std::int64_t end_item, const VisitBlock& visit) const override {
    opened().score_between(rows, first_item, end_item, visit);
  }
  void order_between(const InputRows& rows, std::int64_t first_item, std::int64_t end_item, const VisitBlock& visit) const override {
    opened().order_between(rows, first_item, end_item, visit);
  }
  float score_behind(float order) const override { return opened().score_behind(order); }
  std::int64_t block_items() const override { return opened().block_items(); }
  std::span<const float> item_vector(std::int32_t item) const override { return opened().item_vector(item); }
  bool knows(std::int32_t item) const override { return opened().knows(item); }
  bool listens() const override { return opened().listens(); }
  std::vector<LayerShape> layers() const override { return opened().layers(); }
  std::vector<Fact> facts() const override { return opened().facts(); }
  const Model& opened() const;

 private:
  CheckedJson architecture_;
  std::int64_t items_;
  std::vector<ModelTensor<const float>> tensors_;
  Open open_;
  mutable std::once_flag once_;
  mutable std::shared_ptr<const Model> opened_;
};

}  // namespace encore
