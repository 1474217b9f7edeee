// The tensors of linear_models.cpp, with the item of their first row.
#include "linear/linear_part.h"

#include <stdexcept>

namespace encore {
namespace {

class LinearPart : public Model {
 public:
  std::int64_t items() const override { return items_; }
  Input input() const override { return Input::binary; }
  ScoreKind score_kind() const override { return ScoreKind::score; }
  bool reconstructs() const override { return false; }
  void score(const InputRows&, const VisitBlock&) const override { throw std::logic_error("a part of a linear model cannot score"); }
  std::int64_t parameters() const override { return 0; }
  std::vector<LayerShape> layers() const override { return {}; }
  CheckedJson architecture() const override { return architecture_; }

 protected:
  LinearPart(std::int64_t items, CheckedJson architecture) : items_(items), architecture_(std::move(architecture)) {}

 private:
  std::int64_t items_;
  CheckedJson architecture_;
};

class DensePart final : public LinearPart {
 public:
  DensePart(MatrixRows rows, CheckedJson architecture) : LinearPart(rows.size, std::move(architecture)), rows_(std::move(rows)) {}
  std::vector<ModelTensor<const float>> tensors() const override {
    return {{{"item_weights", {rows_.count, rows_.size}, rows_.values.data(), rows_.stride}, rows_.first}};
  }

 private:
  MatrixRows rows_;
};

class SparsePart final : public LinearPart {
 public:
  SparsePart(NeighbourTable table, std::int64_t first_item, std::int64_t items, CheckedJson architecture)
      : LinearPart(items, std::move(architecture)), table_(std::move(table)), first_item_(first_item) {}
  std::vector<ModelTensor<const float>> tensors() const override {
    return {{{"neighbours", {table_.items, table_.width}, table_.item.data(), table_.width}, first_item_},
            {{"neighbour_weights", {table_.items, table_.width}, table_.weight.data(), table_.width}, first_item_}};
  }

 private:
  NeighbourTable table_;
  std::int64_t first_item_;
};

}  // namespace

std::shared_ptr<const Model> part_of_dense(MatrixRows rows, CheckedJson architecture) {
  return std::make_shared<const DensePart>(std::move(rows), std::move(architecture));
}

std::shared_ptr<const Model> part_of_sparse(NeighbourTable table, std::int64_t first_item, std::int64_t items, CheckedJson architecture) {
  return std::make_shared<const SparsePart>(std::move(table), first_item, items, std::move(architecture));
}

}  // namespace encore
