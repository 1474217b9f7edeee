// Tensor by tensor: rows that stay, and in them the columns that stay.
#include "models/removed_items.h"

#include "kernel/index.h"
#include "models/made_tensors.h"
#include "models/table.h"

namespace encore {
namespace {

/// What stands in a row of a tensor whose rows are items. The names are those of the kinds of linear/linear_models.h; a blend has the
/// number of the part in front.
enum class Columns : std::uint8_t {
  numbers,       ///< of the row's item alone
  items,         ///< a number for each item of the catalogue
  places,        ///< other items' places in the catalogue, ascending, then −1 where there are fewer
  beside_places  ///< a number for each of the places in the tensor before this one, 0 beside −1
};

Columns columns_of(const std::string& name) {
  if (name.ends_with("item_weights")) return Columns::items;
  if (name.ends_with("neighbours")) return Columns::places;
  return name.ends_with("neighbour_weights") ? Columns::beside_places : Columns::numbers;
}

const float* row_of(const TensorView& tensor, std::int64_t row) {
  return tensor.values + row * (tensor.shape.size() == 2 ? tensor.stride : 1);
}

class Shrinking {
 public:
  Shrinking(std::int64_t items, const std::vector<std::int32_t>& kept) : kept_(kept), new_place_(at(items), -1) {
    for (std::size_t place = 0; place < kept.size(); ++place) new_place_[at(kept[place])] = static_cast<std::int32_t>(place);
  }

  /// `places`: where the columns of `beside_places` are said.
  std::vector<float> values(const ModelTensor<const float>& one, const TensorView* places) const {
    const TensorView& tensor = one.tensor;
    const std::int64_t width = tensor.shape.size() == 2 ? tensor.shape[1] : one.first_item ? 1 : tensor.shape[0];
    std::vector<float> values;
    if (!one.first_item) {
      const std::int64_t rows = tensor.shape.size() == 2 ? tensor.shape[0] : 1;
      for (std::int64_t row = 0; row < rows; ++row) values.insert(values.end(), row_of(tensor, row), row_of(tensor, row) + width);
      return values;
    }
    for (const std::int32_t item : kept_) {
      const float* row = row_of(tensor, item);
      switch (columns_of(tensor.name)) {
        case Columns::numbers:
          values.insert(values.end(), row, row + width);
          break;
        case Columns::items:
          for (const std::int32_t column : kept_) values.push_back(row[column]);
          break;
        case Columns::places:
          add_row(values, row, row, width, -1, true);
          break;
        case Columns::beside_places:
          add_row(values, row_of(*places, item), row, width, 0, false);
          break;
      }
    }
    return values;
  }

 private:
  /// Of `row` the numbers beside places of items that stay, or these places as they are now, then `rest`.
  void add_row(std::vector<float>& values, const float* places, const float* row, std::int64_t width, float rest, bool are_places) const {
    const std::size_t end = values.size() + at(width);
    for (std::int64_t n = 0; n < width; ++n) {
      const std::int32_t place = places[n] < 0 ? -1 : new_place_[static_cast<std::size_t>(places[n])];
      if (place >= 0) values.push_back(are_places ? static_cast<float>(place) : row[n]);
    }
    values.resize(end, rest);
  }

  const std::vector<std::int32_t>& kept_;
  std::vector<std::int32_t> new_place_;  ///< −1: gone
};

}  // namespace

std::shared_ptr<const Model> without_items(const Model& model, std::int64_t block_items, const std::vector<std::int32_t>& kept) {
  const Shrinking shrinking(model.items(), kept);
  const auto items = static_cast<std::int64_t>(kept.size());
  MadeTensors made("the model without these items");
  const auto tensors = model.tensors();
  const TensorView* before = nullptr;
  for (const ModelTensor<const float>& one : tensors) {
    TensorShape shape = one.tensor.shape;
    if (one.first_item) shape.front() = items;
    if (one.first_item && columns_of(one.tensor.name) == Columns::items) shape.back() = items;
    made.add(one.tensor.name, std::move(shape), shrinking.values(one, before));
    before = &one.tensor;
  }
  const CheckedJson architecture = model.architecture();
  const ModelKind& kind = model_kind(architecture.at("model").get<std::string>());
  return kind.open({ConfigReader(architecture, "config.json", "architecture."), items, block_items, made});
}

}  // namespace encore
