// Rows of B added up lane by lane, then turned so that an item's scores lie side by side.
#include "linear/linear_models.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <stdexcept>

#include "kernel/kernels.h"
#include "model/file_tensors.h"
#include "model/rows_in_file.h"
#include "process/error.h"

namespace encore {

std::vector<Fact> LinearModel::facts() const {
  std::vector<Fact> all;
  for (const auto& [key, value] : architecture_.items())
    if (key != "model" && key != "input")
      all.push_back({key, value.is_string() ? value.get<std::string>()
                          : value.is_number_float() ? fmt::format("{:.6g}", value.get<double>()) : value.dump()});
  return all;
}

void LinearModel::score_between(const InputRows& rows, std::int64_t first_item, std::int64_t end_item,
                                const VisitBlock& visit) const {
  const kernel::Kernels& kernels = kernel::device_named("cpu");
  kernel::AlignedFloats by_lane(static_cast<std::size_t>(rows_at_once * block)), by_item(by_lane.size());
  for (std::int64_t first = first_item; first < end_item; first += block) {
    const std::int64_t count = std::min(block, end_item - first);
    std::fill(by_lane.begin(), by_lane.end(), 0.0F);
    add(rows, first, count, by_lane.data());
    kernels.transpose(by_lane.data(), rows_at_once, count, block, by_item.data(), rows_at_once);
    visit({first, count, rows.size(), rows_at_once, by_item.data()});
  }
}

namespace {

/// Adds rows of B, each `stride` numbers whose end is padding, to the scores of a block of LinearModel::add.
template <class RowOf>
void add_dense(const InputRows& rows, std::int64_t first, std::int64_t count, std::int64_t stride, const RowOf& row_of, float* scores,
               std::int64_t block) {
  const kernel::Kernels& kernels = kernel::device_named("cpu");
  const std::int64_t whole = std::min(kernel::padded(count), stride - first);  // padding is zero
  for (std::int64_t r = 0; r < rows.size(); ++r) {
    for (auto e = static_cast<std::size_t>(rows.start[static_cast<std::size_t>(r)]);
         e < static_cast<std::size_t>(rows.start[static_cast<std::size_t>(r) + 1]); ++e)
      kernels.add_scaled(scores + r * block, row_of(rows.item[e]) + first, rows.value[e], whole);
  }
}

SquareMatrix read_dense(std::int64_t items, TensorSource& source) {
  SquareMatrix weights = SquareMatrix::zeros(items);
  source.read({"item_weights", {items, items}, weights.values.data(), weights.stride});
  return weights;
}

class DenseModel final : public LinearModel {
 public:
  DenseModel(SquareMatrix weights, CheckedJson architecture)
      : LinearModel(weights.size, std::move(architecture)), weights_(std::move(weights)) {}
  float weight(std::int32_t from, std::int32_t to) const override { return weights_.row(from)[to]; }
  bool knows(std::int32_t item) const override {
    const float* row = weights_.row(item);
    return std::any_of(row, row + items_, [](float weight) { return weight != 0; });
  }
  std::int64_t parameters() const override { return items_ * items_; }
  std::vector<LayerShape> layers() const override { return {{"item_weights", items_, items_, false}}; }
  std::vector<ModelTensor<const float>> tensors() const override {
    return {{{"item_weights", {items_, items_}, weights_.values.data(), weights_.stride}, 0}};
  }

 private:
  void add(const InputRows& rows, std::int64_t first, std::int64_t count, float* scores) const override {
    add_dense(rows, first, count, weights_.stride, [&](std::int32_t item) { return weights_.row(item); }, scores, block);
  }
  SquareMatrix weights_;
};

/// For one answer: the same bits from the rows of the person's items, which are read when they are asked for.
class DenseInFile final : public LinearModel {
 public:
  DenseInFile(std::int64_t items, std::shared_ptr<SafetensorsReader> file, CheckedJson architecture)
      : LinearModel(items, std::move(architecture)),
        file_(std::move(file)),
        rows_(RowsInFile(file_, "item_weights", {items, items}), kernel::padded(items)) {}
  float weight(std::int32_t from, std::int32_t to) const override { return rows_.row(from)[to]; }
  bool knows(std::int32_t item) const override { return rows_.says_something(item); }
  std::int64_t parameters() const override { return items_ * items_; }
  std::vector<LayerShape> layers() const override { return {{"item_weights", items_, items_, false}}; }
  std::vector<ModelTensor<const float>> tensors() const override {
    std::call_once(read_whole_, [this] {
      FileTensors tensors(file_);
      whole_ = read_dense(items_, tensors);
    });
    return {{{"item_weights", {items_, items_}, whole_.values.data(), whole_.stride}, 0}};
  }

 private:
  void add(const InputRows& rows, std::int64_t first, std::int64_t count, float* scores) const override {
    add_dense(rows, first, count, rows_.stride(), [&](std::int32_t item) { return rows_.row(item); }, scores, block);
  }
  std::shared_ptr<SafetensorsReader> file_;
  KeptRows rows_;
  mutable std::once_flag read_whole_;
  mutable SquareMatrix whole_;
};

class SparseModel final : public LinearModel {
 public:
  SparseModel(NeighbourTable table, CheckedJson architecture)
      : LinearModel(table.items, std::move(architecture)), table_(std::move(table)), rows_(rows_of(table_)) {}
  float weight(std::int32_t from, std::int32_t to) const override {
    const auto [begin, end] = row(from);
    const auto found = std::lower_bound(begin, end, to);
    return found != end && *found == to ? rows_.weight[static_cast<std::size_t>(found - rows_.item.begin())] : 0;
  }
  bool knows(std::int32_t item) const override {
    const auto [begin, end] = row(item);
    return begin != end;
  }
  std::int64_t parameters() const override { return static_cast<std::int64_t>(rows_.item.size()); }
  std::vector<LayerShape> layers() const override { return {{"neighbours", table_.width, items_, false}}; }
  std::vector<ModelTensor<const float>> tensors() const override {
    return {{{"neighbours", {items_, table_.width}, table_.item.data(), table_.width}, 0},
            {{"neighbour_weights", {items_, table_.width}, table_.weight.data(), table_.width}, 0}};
  }

 private:
  std::pair<std::vector<std::int32_t>::const_iterator, std::vector<std::int32_t>::const_iterator> row(
      std::int32_t item) const {
    const auto i = static_cast<std::size_t>(item);
    return {rows_.item.begin() + rows_.start[i], rows_.item.begin() + rows_.start[i + 1]};
  }
  void add(const InputRows& rows, std::int64_t first, std::int64_t count, float* scores) const override {
    for (std::size_t r = 0; r < static_cast<std::size_t>(rows.size()); ++r) {
      float* to = scores + static_cast<std::int64_t>(r) * block - first;
      for (auto e = static_cast<std::size_t>(rows.start[r]); e < static_cast<std::size_t>(rows.start[r + 1]); ++e) {
        const auto [begin, end] = row(rows.item[e]);
        for (auto at = std::lower_bound(begin, end, first); at != end && *at < first + count; ++at)
          to[*at] += rows.value[e] * rows_.weight[static_cast<std::size_t>(at - rows_.item.begin())];
      }
    }
  }
  NeighbourTable table_;
  ItemRows rows_;
};

}  // namespace

std::shared_ptr<const LinearModel> dense_model(SquareMatrix weights, CheckedJson architecture) {
  return std::make_shared<const DenseModel>(std::move(weights), std::move(architecture));
}

std::shared_ptr<const LinearModel> sparse_model(NeighbourTable table, CheckedJson architecture) {
  return std::make_shared<const SparseModel>(std::move(table), std::move(architecture));
}

std::shared_ptr<const LinearModel> open_dense(const ModelSource& source) {
  source.tensors.require_room_for(source.items * source.items);
  if (source.stays) return std::make_shared<const DenseInFile>(source.items, source.stays, source.architecture.object());
  return dense_model(read_dense(source.items, source.tensors), source.architecture.object());
}

std::shared_ptr<const LinearModel> open_sparse(const ModelSource& source) {
  NeighbourTable table;
  table.items = source.items;
  const TensorShape shape = source.tensors.shape_of("neighbours");
  table.width = shape.size() == 2 ? shape[1] : 1;
  source.tensors.require_room_for(2 * table.items * table.width);
  table.item.resize(static_cast<std::size_t>(table.items * table.width));
  table.weight.resize(table.item.size());
  source.tensors.read({"neighbours", {table.items, table.width}, table.item.data(), table.width});
  source.tensors.read({"neighbour_weights", {table.items, table.width}, table.weight.data(), table.width});
  try {
    return sparse_model(std::move(table), source.architecture.object());
  } catch (const std::invalid_argument&) {
    throw UserError(fmt::format("{}: the tensor \"neighbours\" names an item that the catalogue does not have; copy the "
                                "model again or train it again",
                                source.tensors.file()));
  }
}

}  // namespace encore
