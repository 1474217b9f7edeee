// A network as a model: how it answers, what it says of itself, its tensors in a file. Not how it learns (training/).
#pragma once
#include <memory>
#include "model/model.h"
#include "network/scorer.h"

namespace encore {

struct ModelSource;

class NetworkModel final : public Model {
 public:
  NetworkModel(Autoencoder network, std::int64_t block_items);
  /// The same without a copy; whoever keeps the network must leave it as it is for as long as the model is asked.
  NetworkModel(std::shared_ptr<const Autoencoder> network, std::int64_t block_items);
  std::int64_t items() const override { return network_->items; }
  Input input() const override { return network_->architecture.input; }
  ScoreKind score_kind() const override;
  void score(const InputRows& rows, const VisitBlock& visit) const override { scorer_.run(rows, visit); }
  void score_between(const InputRows& rows, std::int64_t first_item, std::int64_t end_item,
                     const VisitBlock& visit) const override {
    scorer_.run(rows, first_item, end_item, visit);
  }
  void order_between(const InputRows& rows, std::int64_t first_item, std::int64_t end_item,
                     const VisitBlock& visit) const override {
    scorer_.run_to_order(rows, first_item, end_item, visit);
  }
  float score_behind(float order) const override;
  bool knows(std::int32_t item) const override;
  std::int64_t block_items() const override { return scorer_.block_items(); }
  /// The row of the output layer, without its bias.
  std::span<const float> item_vector(std::int32_t item) const override;
  std::int64_t parameters() const override { return network_->parameters(); }
  std::vector<LayerShape> layers() const override { return layer_shapes(network_->architecture, network_->items); }
  std::vector<Fact> facts() const override;
  CheckedJson architecture() const override;
  std::vector<ModelTensor<const float>> tensors() const override;
  const Autoencoder& network() const { return *network_; }

 private:
  std::shared_ptr<const Autoencoder> network_;
  std::vector<float> output_bias_;  ///< of the items here, as they stand in the file
  Scorer scorer_;
};

/// From config.json's "architecture" and the tensors; or, where they may stay in their file, a NetworkInFile. Throws UserError naming
/// file and key or tensor.
std::shared_ptr<const Model> open_network(const ModelSource&);
/// All of a network's numbers. Throws UserError naming file and tensor.
Autoencoder read_network(const Architecture&, std::int64_t items, TensorSource&);
/// The same without the rows of the two tables, which have none then.
Autoencoder read_layers(const Architecture&, std::int64_t items, TensorSource&);
/// The output's biases, [items].
std::vector<float> read_output_bias(std::int64_t items, TensorSource&);
/// What the scores of such a network are.
ScoreKind score_kind_of(const Architecture&);
/// The score behind a logit: of a sigmoid its σ, else the number itself.
float score_behind_logit(const Architecture&, float logit);

/// A model of a network that lives elsewhere, for as long as it does.
NetworkModel model_of(const Autoencoder&, std::int64_t block_items);
/// The network of a model that is one, null of any other.
const Autoencoder* network_in(const Model&);
/// The same where it must be one; throws std::logic_error when it is none.
const Autoencoder& network_of(const Model&);

}  // namespace encore
