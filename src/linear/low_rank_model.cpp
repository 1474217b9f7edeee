// Sums of vectors for each row, then one product for each block of items; the vectors lie in memory, or stay in their file.
#include "linear/low_rank_model.h"

#include <algorithm>
#include <functional>
#include <mutex>

#include "kernel/kernels.h"
#include "model/file_tensors.h"
#include "model/rows_in_file.h"

namespace encore {
namespace {

/// Rows [first, first + items) of the vectors, valid until the next call.
using VectorsOfBlock = std::function<const float*(std::int64_t first, std::int64_t items)>;

/// What both have in common: an item's vector, `stride` numbers, is got by `row`.
class LowRank : public LinearModel {
 public:
  bool knows(std::int32_t item) const override {
    const float* vector = row(item);
    return std::any_of(vector, vector + width_, [](float number) { return number != 0; });
  }
  float weight(std::int32_t from, std::int32_t to) const override {
    double sum = from == to ? -1 : 0;
    for (std::int64_t c = 0; c < width_; ++c) sum += static_cast<double>(row(from)[c]) * static_cast<double>(row(to)[c]);
    return static_cast<float>(sum);
  }
  std::int64_t parameters() const override { return items_ * width_; }
  std::vector<LayerShape> layers() const override { return {{"item_vectors", items_, width_, false}}; }

 protected:
  LowRank(std::int64_t items, std::int64_t width, std::int64_t stride, CheckedJson architecture)
      : LinearModel(items, std::move(architecture)), width_(width), stride_(stride) {}
  virtual const float* row(std::int32_t item) const = 0;
  void score_blocks(const InputRows& rows, std::int64_t first_item, std::int64_t end_item, const VectorsOfBlock& vectors,
                    const VisitBlock& visit) const {
    const kernel::Kernels& kernels = kernel::device_named("cpu");
    const std::int64_t lanes = kernel::padded(std::max<std::int64_t>(rows.size(), 1));
    kernel::AlignedFloats sums(static_cast<std::size_t>(lanes * stride_)), across(sums.size());
    kernel::AlignedFloats scores(static_cast<std::size_t>(block * lanes));
    for (std::int64_t r = 0; r < rows.size(); ++r)
      for (auto e = begin(rows, r); e < begin(rows, r + 1); ++e)
        kernels.add_scaled(sums.data() + r * stride_, row(rows.item[e]), rows.value[e], stride_);
    kernels.transpose(sums.data(), lanes, stride_, stride_, across.data(), lanes);
    for (std::int64_t first = first_item; first < end_item; first += block) {
      const std::int64_t count = std::min(block, end_item - first);
      kernel::multiply_first(
          kernels, {count, lanes, stride_, vectors(first, count), stride_, 1, across.data(), lanes, scores.data(), lanes}, rows.size());
      for (std::int64_t r = 0; r < rows.size(); ++r)
        for (auto e = begin(rows, r); e < begin(rows, r + 1); ++e)
          if (rows.item[e] >= first && rows.item[e] < first + count && knows(rows.item[e]))
            scores[static_cast<std::size_t>((rows.item[e] - first) * lanes + r)] -= rows.value[e];
      visit({first, count, rows.size(), lanes, scores.data()});
    }
  }
  std::int64_t width_, stride_;

 private:
  static std::size_t begin(const InputRows& rows, std::int64_t r) {
    return static_cast<std::size_t>(rows.start[static_cast<std::size_t>(r)]);
  }
  void add(const InputRows&, std::int64_t, std::int64_t, float*) const override {}  // score_blocks does all of it
};

class LowRankModel final : public LowRank {
 public:
  LowRankModel(std::int64_t items, std::int64_t width, std::int64_t stride, kernel::AlignedFloats vectors, CheckedJson architecture)
      : LowRank(items, width, stride, std::move(architecture)), vectors_(std::move(vectors)) {}

  std::span<const float> item_vector(std::int32_t item) const override { return {row(item), static_cast<std::size_t>(width_)}; }
  std::vector<ModelTensor<const float>> tensors() const override {
    return {{{"item_vectors", {items_, width_}, vectors_.data(), stride_}, 0}};
  }
  void score_between(const InputRows& rows, std::int64_t first_item, std::int64_t end_item, const VisitBlock& visit) const override {
    score_blocks(rows, first_item, end_item, [&](std::int64_t first, std::int64_t) { return vectors_.data() + first * stride_; }, visit);
  }

 private:
  const float* row(std::int32_t item) const override { return vectors_.data() + item * stride_; }
  kernel::AlignedFloats vectors_;
};

/// For one answer: the same bits from vectors that are read on the way.
class LowRankInFile final : public LowRank {
 public:
  LowRankInFile(std::int64_t items, std::int64_t width, std::int64_t stride, std::shared_ptr<SafetensorsReader> file,
                CheckedJson architecture)
      : LowRank(items, width, stride, std::move(architecture)),
        file_(std::move(file)),
        vectors_(file_, "item_vectors", {items, width}),
        kept_(vectors_, stride) {}

  std::span<const float> item_vector(std::int32_t item) const override { return whole().item_vector(item); }
  std::vector<ModelTensor<const float>> tensors() const override { return whole().tensors(); }
  void score_between(const InputRows& rows, std::int64_t first_item, std::int64_t end_item, const VisitBlock& visit) const override {
    RowsInFile vectors = vectors_;
    kernel::AlignedFloats some(static_cast<std::size_t>(block * stride_), 0.0F);
    score_blocks(rows, first_item, end_item, [&](std::int64_t first, std::int64_t count) {
      vectors.read(first, count, some.data(), stride_);
      return static_cast<const float*>(some.data());
    }, visit);
  }

 private:
  const float* row(std::int32_t item) const override { return kept_.row(item); }
  const Model& whole() const {
    std::call_once(read_whole_, [this] {
      FileTensors tensors(file_);
      kernel::AlignedFloats vectors(static_cast<std::size_t>(items_ * stride_));
      tensors.read({"item_vectors", {items_, width_}, vectors.data(), stride_});
      whole_ = low_rank_model(items_, width_, stride_, std::move(vectors), architecture());
    });
    return *whole_;
  }
  std::shared_ptr<SafetensorsReader> file_;
  RowsInFile vectors_;
  KeptRows kept_;
  mutable std::once_flag read_whole_;
  mutable std::shared_ptr<const Model> whole_;
};

}  // namespace

std::shared_ptr<const LinearModel> low_rank_model(std::int64_t items, std::int64_t width, std::int64_t stride,
                                                  kernel::AlignedFloats vectors, CheckedJson architecture) {
  return std::make_shared<const LowRankModel>(items, width, stride, std::move(vectors), std::move(architecture));
}

std::shared_ptr<const LinearModel> open_low_rank(const ModelSource& source) {
  const TensorShape shape = source.tensors.shape_of("item_vectors");
  const std::int64_t width = shape.size() == 2 ? shape[1] : 1, stride = kernel::padded(width);
  source.tensors.require_room_for(source.items * width);
  if (source.stays)
    return std::make_shared<const LowRankInFile>(source.items, width, stride, source.stays, source.architecture.object());
  kernel::AlignedFloats vectors(static_cast<std::size_t>(source.items * stride));
  source.tensors.read({"item_vectors", {source.items, width}, vectors.data(), stride});
  return low_rank_model(source.items, width, stride, std::move(vectors), source.architecture.object());
}

}  // namespace encore
