// Two passes over each part: what a whole row comes to, then its standardised scores, block by block.
#include "models/blend_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "model/softmax_sums.h"

namespace encore {
namespace {

/// What turns a row's scores into standard ones.
class RowScale {
 public:
  explicit RowScale(const Model& model, const InputRows& rows)
      : softmax_(model.score_kind() == ScoreKind::probability), rows_(rows.size()), sums_(rows.size()) {
    std::vector<double> total(size()), squares(size());
    model.score(rows, [&](const ScoreBlock& block) {
      if (softmax_) return sums_.add(block);
      for (std::int64_t i = 0; i < block.items; ++i)
        for (std::int64_t r = 0; r < rows_; ++r) {
          const auto score = static_cast<double>(block.score[i * block.stride + r]);
          total[at(r)] += score, squares[at(r)] += score * score;
        }
    });
    const auto items = static_cast<double>(model.items());
    for (std::int64_t r = 0; r < rows_; ++r) {
      mean_.push_back(softmax_ ? 1 / items : total[at(r)] / items);
      const double square = (softmax_ ? sums_.sum_of_squared_probabilities(r) : squares[at(r)]) / items;
      const double variance = square - mean_.back() * mean_.back();
      factor_.push_back(variance > 1e-12 * square ? 1 / std::sqrt(variance) : 0);
    }
  }
  double standard(std::int64_t row, float score) const {
    const double value = softmax_ ? sums_.probability(row, static_cast<double>(score)) : static_cast<double>(score);
    return (value - mean_[at(row)]) * factor_[at(row)];
  }

 private:
  static std::size_t at(std::int64_t n) { return static_cast<std::size_t>(n); }
  std::size_t size() const { return at(rows_); }
  bool softmax_;
  std::int64_t rows_;
  SoftmaxSums sums_;
  std::vector<double> mean_, factor_;
};

class BlendModel final : public Model {
 public:
  explicit BlendModel(std::vector<BlendPart> parts) : parts_(std::move(parts)) {
    for (const BlendPart& part : parts_) block_ = std::lcm(block_, part.model->block_items());
  }
  std::int64_t items() const override { return parts_[0].model->items(); }
  bool knows(std::int32_t item) const override {
    return std::ranges::any_of(parts_, [&](const BlendPart& part) { return part.model->listens() && part.model->knows(item); });
  }
  Input input() const override { return parts_[0].model->input(); }
  ScoreKind score_kind() const override { return ScoreKind::score; }
  bool reconstructs() const override { return false; }
  std::int64_t block_items() const override { return block_; }
  void score(const InputRows& rows, const VisitBlock& visit) const override { score_between(rows, 0, items(), visit); }
  void score_between(const InputRows& rows, std::int64_t first_item, std::int64_t end_item,
                     const VisitBlock& visit) const override {
    std::vector<RowScale> scales;
    for (const BlendPart& part : asked()) scales.emplace_back(*part.model, rows);
    const auto parts = asked();
    std::vector<double> sums;
    std::vector<float> scores;
    for (std::int64_t first = first_item; first < end_item; first += block_) {
      const std::int64_t end = std::min(first + block_, end_item);
      sums.assign(static_cast<std::size_t>((end - first) * rows_at_once), 0.0);
      for (std::size_t p = 0; p < parts.size(); ++p) {
        parts[p].model->score_between(rows, first, end, [&](const ScoreBlock& block) {
          for (std::int64_t i = 0; i < block.items; ++i)
            for (std::int64_t r = 0; r < block.rows; ++r)
              sums[static_cast<std::size_t>((block.first + i - first) * rows_at_once + r)] +=
                  parts[p].weight * scales[p].standard(r, block.score[i * block.stride + r]);
        });
      }
      scores.assign(sums.begin(), sums.end());
      visit({first, end - first, rows.size(), rows_at_once, scores.data()});
    }
  }
  std::int64_t parameters() const override {
    std::int64_t sum = 0;
    for (const BlendPart& part : parts_) sum += part.model->parameters();
    return sum;
  }
  std::vector<LayerShape> layers() const override {
    std::vector<LayerShape> all;
    for (const BlendPart& part : parts_)
      for (LayerShape layer : part.model->layers()) {
        layer.name = fmt::format("{} {}", kind_of(part), layer.name);
        all.push_back(layer);
      }
    return all;
  }
  std::vector<Fact> facts() const override {
    std::vector<Fact> all;
    for (const BlendPart& part : parts_) all.push_back({"weight of " + kind_of(part), fmt::format("{:.2f}", part.weight)});
    return all;
  }
  CheckedJson architecture() const override {
    CheckedJson json{{"model", "blend"}, {"input", "binary"}};
    json["parts"] = CheckedJson::array();
    for (const BlendPart& part : parts_)
      json["parts"].push_back({{"weight", part.weight}, {"architecture", part.model->architecture()}});
    return json;
  }
  std::vector<ModelTensor<const float>> tensors() const override {
    std::vector<ModelTensor<const float>> all;
    for (std::size_t p = 0; p < parts_.size(); ++p)
      for (ModelTensor<const float> one : parts_[p].model->tensors()) {
        one.tensor.name = fmt::format("{}.{}", p, one.tensor.name);
        all.push_back(one);
      }
    return all;
  }

 private:
  static std::string kind_of(const BlendPart& part) { return part.model->architecture().at("model").get<std::string>(); }
  std::vector<BlendPart> asked() const {
    std::vector<BlendPart> some;
    std::copy_if(parts_.begin(), parts_.end(), std::back_inserter(some), [](const BlendPart& p) { return p.weight != 0; });
    return some;
  }
  std::vector<BlendPart> parts_;
  std::int64_t block_ = 1;
};

/// One part's tensors among those of all.
class PartTensors final : public TensorSource {
 public:
  PartTensors(TensorSource& all, std::size_t part) : all_(all), prefix_(fmt::format("{}.", part)) {}
  TensorShape shape_of(const std::string& name) const override { return all_.shape_of(prefix_ + name); }
  void read(const TensorTarget& target) override {
    TensorTarget prefixed = target;
    prefixed.name = prefix_ + target.name;
    all_.read(prefixed);
  }
  std::uint64_t bytes() const override { return all_.bytes(); }
  std::string file() const override { return all_.file(); }

 private:
  TensorSource& all_;
  std::string prefix_;
};

}  // namespace

std::shared_ptr<const Model> blend_model(std::vector<BlendPart> parts) {
  return std::make_shared<const BlendModel>(std::move(parts));
}

std::shared_ptr<const Model> open_blend(const ModelSource& source, OpenPart open) {
  const ConfigReader& reader = source.architecture;
  const auto listed = reader.get<CheckedJson>("parts");
  if (!listed.is_array() || listed.empty()) reader.complain("parts", "is not a list of parts");
  std::vector<BlendPart> parts;
  for (std::size_t p = 0; p < listed.size(); ++p) {
    const ConfigReader part(listed[p], reader.file(), fmt::format("architecture.parts[{}].", p));
    const CheckedJson architecture = part.child("architecture").object();
    const ConfigReader own(architecture, reader.file(), fmt::format("architecture.parts[{}].architecture.", p));
    PartTensors tensors(source.tensors, p);
    const auto kind = own.get<std::string>("model");
    if (kind == "blend") own.complain("model", "is a blend again");
    parts.push_back({open(kind, {own, source.items, source.block_items, tensors}), part.number("weight")});
    if (parts.back().model->input() != parts[0].model->input()) own.complain("model", "listens to another input than the first part");
  }
  return blend_model(std::move(parts));
}

}  // namespace encore
