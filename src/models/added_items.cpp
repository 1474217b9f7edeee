// Which way a kind grows stands in its row; networks and low ranks go by their tensors' names, whatever these are.
#include "models/added_items.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "kernel/aligned.h"
#include "kernel/fresh_memory.h"
#include "kernel/index.h"
#include "kernel/kernels.h"
#include "kernel/parallel.h"
#include "model/unopened_model.h"
#include "models/made_tensors.h"
#include "models/table.h"
#include "process/error.h"

namespace encore {
namespace {

constexpr std::int64_t new_items_at_once = 48;  // that share a pass over the old rows

/// Σ_k w[k]·row k of every new item, k upwards: [m × columns].
kernel::AlignedFloats sums_by_weights(const float* from, std::int64_t stride, std::int64_t width, std::int64_t columns,
                                      const AddedItems& added) {
  kernel::AlignedFloats rows(at(added.known() * columns)), sums(at(added.added() * columns));
  for (std::int64_t i = 0; i < added.known(); ++i) std::copy_n(from + i * stride, width, rows.data() + i * columns);
  const kernel::Kernels& kernels = kernel::device_named("cpu");
  constexpr std::int64_t depth = 512;  // as many old rows as the cache holds
  kernel::parallel_for((added.added() + new_items_at_once - 1) / new_items_at_once, added.threads, [&](std::int64_t part) {
    const std::int64_t first = part * new_items_at_once, count = std::min(new_items_at_once, added.added() - first);
    std::vector<float> weights(at(count * added.known()));
    added.parts->weights(first, count, weights.data());
    for (std::int64_t k = 0; k < added.known(); k += depth)
      kernels.multiply({count, columns, std::min(depth, added.known() - k), weights.data() + k, added.known(), 1, rows.data() + k * columns,
                        columns, sums.data() + first * columns, columns, k > 0});
  });
  return sums;
}

/// [items × width] of a tensor whose rows are items: the old rows in their places, and the new ones' sums.
std::vector<float> grown_rows(const TensorView& tensor, const AddedItems& added) {
  const bool is_table = tensor.shape.size() == 2;
  const std::int64_t width = is_table ? tensor.shape[1] : 1, stride = is_table ? tensor.stride : 1;
  const std::int64_t columns = kernel::padded(width);
  auto shorter = added.parts->sums(tensor.values, stride, width);
  const kernel::AlignedFloats sums = shorter ? *std::move(shorter) : sums_by_weights(tensor.values, stride, width, columns, added);
  auto grown = kernel::zeros_by<std::vector<float>>(at(added.items * width), added.threads);
  for (std::int64_t i = 0; i < added.known(); ++i)
    std::copy_n(tensor.values + i * stride, width, grown.data() + added.old_place[at(i)] * width);
  for (std::int64_t j = 0; j < added.added(); ++j)
    std::copy_n(sums.data() + j * columns, width, grown.data() + added.new_place[at(j)] * width);
  return grown;
}

/// Takes the new rows to their level: vectors by the factor, the biases of shares and of probabilities by its logarithm.
void set_level(const std::string& tensor, const CheckedJson& architecture, const AddedItems& added, std::int64_t width,
               std::vector<float>& rows) {
  const std::string output = architecture.value("output", std::string());
  const bool is_bias = tensor == "output.bias" && (output == "softmax" || output == "sigmoid");
  if (!is_bias && tensor != "item_vectors") return;
  for (const std::int32_t place : added.new_place)
    for (float* number = rows.data() + place * width; number != rows.data() + (place + 1) * width; ++number)
      *number = is_bias ? *number + std::log(added.level) : *number * added.level;
}

}  // namespace

std::vector<float> AddedItems::weights() const {
  std::vector<float> all(at(known() * added()));
  kernel::parallel_for((added() + new_items_at_once - 1) / new_items_at_once, threads, [&](std::int64_t part) {
    const std::int64_t first = part * new_items_at_once;
    parts->weights(first, std::min(new_items_at_once, added() - first), all.data() + first * known());
  });
  return all;
}

void require_growing(const Model& model) {
  const ModelKind& kind = kind_of(model);
  if (kind.grow == nullptr) throw UserError(std::string(kind.cannot_grow));
}

std::shared_ptr<const Model> with_added_items(const Model& model, std::int64_t block_items, const AddedItems& added) {
  require_growing(model);
  if (added.items != added.known() + added.added() || added.known() != model.items())
    throw std::logic_error("the new items' places are not those of this model");
  return kind_of(model).grow(model, block_items, added);
}

std::shared_ptr<const Model> grow_by_rows(const Model& model, std::int64_t block_items, const AddedItems& added) {
  const auto made = std::make_shared<MadeTensors>("the grown model");
  std::vector<ModelTensor<const float>> tensors;
  for (const ModelTensor<const float>& one : model.tensors()) {
    const TensorView& tensor = one.tensor;
    TensorShape shape = tensor.shape;
    const std::int64_t width = shape.back(), rows = shape.size() == 2 ? shape[0] : 1;
    std::vector<float> values;
    if (one.first_item) {
      shape.front() = added.items;
      values = grown_rows(tensor, added);
      set_level(tensor.name, model.architecture(), added, shape.size() == 2 ? width : 1, values);
    } else {
      for (std::int64_t row = 0; row < rows; ++row)
        values.insert(values.end(), tensor.values + row * tensor.stride, tensor.values + row * tensor.stride + width);
    }
    tensors.push_back({made->add(tensor.name, std::move(shape), std::move(values)), one.first_item});
  }
  const CheckedJson architecture = model.architecture();
  return std::make_shared<const UnopenedModel>(architecture, added.items, std::move(tensors),
                                               [made, architecture, items = added.items, block_items, &kind = kind_of(model)] {
    return kind.open({ConfigReader(architecture, "config.json", "architecture."), items, block_items, *made});
  });
}

}  // namespace encore
