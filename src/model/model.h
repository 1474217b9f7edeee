// What anything that scores items must answer. A model is immutable, and any number of threads may ask it at once. Not how
// it is made (training/fit.h) and not the list of kinds (models/table.h).
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>
#include "dataset/checked_json.h"
#include "model/input_rows.h"
#include "model/safetensors.h"

namespace encore {

/// What a score says.
enum class ScoreKind : std::uint8_t {
  probability,  ///< softmax: the film's share of the row, summing to 1 over all films
  stars,        ///< the rating that the model predicts
  score,        ///< any other output: it ranks, and means nothing else
  likes,        ///< a popularity model: how many training users liked the film
  ratings       ///< popular films: how many training ratings the film has
};
std::string_view name_of(ScoreKind kind);

/// A fact for the report of `encore inspect`.
struct Fact {
  std::string name, value;
};

/// One dense layer as people count it: [inputs → outputs], weights + biases.
struct LayerShape {
  std::string name;  ///< "encoder.0", "encoder.1", …, "output"
  std::int64_t inputs = 0, outputs = 0;
  bool has_biases = true;
  std::int64_t parameters() const { return inputs * outputs + (has_biases ? outputs : 0); }
};

/// A tensor of a model, by its name in weights.safetensors. Where its rows are items of the catalogue it knows the item of
/// its first row: a process of a cluster may hold some items only.
template <class Float>
struct ModelTensor {
  TensorOf<Float> tensor;
  std::optional<std::int64_t> first_item;
};

class Model {
 public:
  virtual ~Model() = default;
  /// M, also where this process holds fewer.
  virtual std::int64_t items() const = 0;
  /// What input_value makes of stars for this model; Spark's SQL is made from it, too.
  virtual Input input() const = 0;
  virtual ScoreKind score_kind() const = 0;
  /// Whether scores (their softmax, for probabilities) stand for the cells of the user's row, so that errors of reconstruction
  /// mean something.
  virtual bool reconstructs() const { return true; }
  /// Calls visit for every block of items in ascending order, the whole catalogue once; the visitor may overwrite the
  /// block's memory. At most rows_at_once rows.
  virtual void score(const InputRows& rows, const VisitBlock& visit) const = 0;
  /// The same for the blocks that lie in [first_item, end_item), so that threads can share the items of one question. A kind
  /// that can leave the others out does.
  virtual void score_between(const InputRows& rows, std::int64_t first_item, std::int64_t end_item,
                             const VisitBlock& visit) const;
  /// The same with numbers that order the items and say nothing else: of a sigmoid the logits, which still differ where the outputs
  /// have reached 1 or 0.
  virtual void order_between(const InputRows& rows, std::int64_t first_item, std::int64_t end_item,
                             const VisitBlock& visit) const {
    score_between(rows, first_item, end_item, visit);
  }
  void order(const InputRows& rows, const VisitBlock& visit) const { order_between(rows, 0, items(), visit); }
  /// The score that stands behind a number of `order_between`.
  virtual float score_behind(float order) const { return order; }
  /// Items of a block: where ranges may begin and end.
  virtual std::int64_t block_items() const { return 128; }
  /// The item's vector, of which `similar` takes the cosine; empty: there is none.
  virtual std::span<const float> item_vector(std::int32_t /*item*/) const { return {}; }
  /// Whether a rating of the item says anything to this model: false for one that no training user had as an input, which can
  /// neither speak for a person nor count in the length of a person's row.
  virtual bool knows(std::int32_t /*item*/) const { return true; }
  /// Whether the score depends on who asks. `similar` of a model without vectors asks for the scores of a person who knows
  /// one film alone; for models that do not listen it refuses.
  virtual bool listens() const { return true; }

  virtual std::int64_t parameters() const = 0;
  virtual std::vector<LayerShape> layers() const = 0;
  /// What `inspect` says of this kind beside what is known of every model.
  virtual std::vector<Fact> facts() const { return {}; }
  /// The object "architecture" of config.json; its "model" is the kind's name.
  virtual CheckedJson architecture() const = 0;
  /// Every number, in the order of the file: in a cluster, of this process's items.
  virtual std::vector<ModelTensor<const float>> tensors() const = 0;
};

/// Where a kind reads a model's numbers from: a weights file, or the parts of a cluster's processes.
class TensorSource {
 public:
  virtual ~TensorSource() = default;
  /// The tensor's shape as it is there. Throws UserError when it is missing.
  virtual TensorShape shape_of(const std::string& name) const = 0;
  /// Fills the target, whose shape must be the tensor's. Throws UserError naming file and tensor.
  virtual void read(const TensorTarget& target) = 0;
  /// Bytes of all files: nothing is allocated before they are known to be enough for it.
  virtual std::uint64_t bytes() const = 0;
  /// Throws UserError naming the file as too short unless it can hold so many numbers.
  void require_room_for(std::int64_t numbers) const;
  virtual std::string file() const = 0;
};

}  // namespace encore
