// Linear models: the score of item j is Σ over the liked items i of B[i][j], with a B that is dense, or sparse, or a product of
// low rank. They differ by what B is; how it came about only their "architecture" says.
#pragma once
#include <memory>

#include "linear/item_rows.h"
#include "linear/square_matrix.h"
#include "model/model_source.h"

namespace encore {

/// What the three have in common. `architecture` is config.json's, as it is.
class LinearModel : public Model {
 public:
  std::int64_t items() const override { return items_; }
  Input input() const override { return Input::binary; }
  ScoreKind score_kind() const override { return ScoreKind::score; }
  bool reconstructs() const override { return false; }
  std::int64_t block_items() const override { return block; }
  void score(const InputRows& rows, const VisitBlock& visit) const override { score_between(rows, 0, items_, visit); }
  void score_between(const InputRows& rows, std::int64_t first_item, std::int64_t end_item,
                     const VisitBlock& visit) const override;
  CheckedJson architecture() const override { return architecture_; }
  /// What the architecture says beside kind and input.
  std::vector<Fact> facts() const override;
  /// What one like of `from` adds to the score of `to`: scores are exact sums of these.
  virtual float weight(std::int32_t from, std::int32_t to) const = 0;

 protected:
  static constexpr std::int64_t block = 1024;
  LinearModel(std::int64_t items, CheckedJson architecture) : items_(items), architecture_(std::move(architecture)) {}
  /// scores[lane · block + j − first] += Σ over row `lane` of x · B[i][j], for items [first, first + count) and all rows.
  virtual void add(const InputRows& rows, std::int64_t first, std::int64_t count, float* scores) const = 0;
  std::int64_t items_;

 private:
  CheckedJson architecture_;
};

/// B [M × M], row i what a like of item i adds: tensor "item_weights".
std::shared_ptr<const LinearModel> dense_model(SquareMatrix weights, CheckedJson architecture);
/// B by columns, the largest weights of each: tensors "neighbours" and "neighbour_weights", [M × N].
std::shared_ptr<const LinearModel> sparse_model(NeighbourTable table, CheckedJson architecture);

/// Throws UserError naming the file.
std::shared_ptr<const LinearModel> open_dense(const ModelSource&);
std::shared_ptr<const LinearModel> open_sparse(const ModelSource&);

}  // namespace encore
