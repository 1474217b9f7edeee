// A network whose tables stay in their file, for a process that answers once: of the first table the rows of the person's items are read,
// of the output table one block after another. The bits of its answers are NetworkModel's.
#pragma once
#include <memory>
#include <mutex>

#include "model/rows_in_file.h"
#include "network/network_model.h"

namespace encore {

class NetworkInFile final : public Model {
 public:
  /// Throws UserError naming file and tensor, also later, when what is read then is damaged.
  NetworkInFile(const Architecture&, std::int64_t items, std::int64_t block_items, std::shared_ptr<SafetensorsReader> file);
  std::int64_t items() const override { return layers_.items; }
  Input input() const override { return layers_.architecture.input; }
  ScoreKind score_kind() const override { return score_kind_of(layers_.architecture); }
  void score(const InputRows& rows, const VisitBlock& visit) const override { score_between(rows, 0, items(), visit); }
  void score_between(const InputRows& rows, std::int64_t first_item, std::int64_t end_item, const VisitBlock& visit) const override {
    run(rows, {first_item, end_item, block_items_, true}, visit);
  }
  void order_between(const InputRows& rows, std::int64_t first_item, std::int64_t end_item, const VisitBlock& visit) const override {
    run(rows, {first_item, end_item, block_items_, false}, visit);
  }
  float score_behind(float order) const override { return score_behind_logit(layers_.architecture, order); }
  std::int64_t block_items() const override { return block_items_; }
  bool knows(std::int32_t item) const override { return first_.says_something(item); }

  // Whoever asks for more gets all of it, read then.
  std::span<const float> item_vector(std::int32_t item) const override { return whole().item_vector(item); }
  std::int64_t parameters() const override { return whole().parameters(); }
  std::vector<LayerShape> layers() const override { return whole().layers(); }
  std::vector<Fact> facts() const override { return whole().facts(); }
  CheckedJson architecture() const override { return whole().architecture(); }
  std::vector<ModelTensor<const float>> tensors() const override { return whole().tensors(); }
  const NetworkModel& whole() const;

 private:
  void run(const InputRows& rows, const ScoringPass& pass, const VisitBlock& visit) const;

  std::shared_ptr<SafetensorsReader> file_;
  std::int64_t block_items_;
  Autoencoder layers_;  ///< without the rows of its tables
  std::vector<float> output_bias_;
  KeptRows first_;
  RowsInFile output_;
  mutable std::once_flag read_whole_;
  mutable std::unique_ptr<const NetworkModel> whole_;
};

}  // namespace encore
