// Two passes over each part: what a whole row comes to, then its standardised scores, block by block.
#include "models/blend_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numeric>
#include <unordered_map>

#include "kernel/index.h"
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

/// The standard scores of another model, kept for the rows that were asked for once: while weights are chosen, the same users are
/// scored again and again.
class RememberedScores final : public Model {
 public:
  explicit RememberedScores(std::shared_ptr<const Model> inner) : inner_(std::move(inner)) {}
  std::int64_t items() const override { return inner_->items(); }
  Input input() const override { return inner_->input(); }
  ScoreKind score_kind() const override { return ScoreKind::score; }
  std::int64_t block_items() const override { return inner_->block_items(); }
  void score(const InputRows& rows, const VisitBlock& visit) const override { score_between(rows, 0, items(), visit); }
  void score_between(const InputRows& rows, std::int64_t first_item, std::int64_t end_item,
                     const VisitBlock& visit) const override {
    const std::shared_ptr<const Asked> asked = of(rows);
    std::vector<float> block;
    for (std::int64_t first = first_item; first < end_item; first += block_items()) {
      const std::int64_t end = std::min(first + block_items(), end_item);
      block.assign(asked->scores.begin() + first * rows.size(), asked->scores.begin() + end * rows.size());
      visit({first, end - first, rows.size(), rows.size(), block.data()});
    }
  }
  std::int64_t parameters() const override { return inner_->parameters(); }
  std::vector<LayerShape> layers() const override { return inner_->layers(); }
  CheckedJson architecture() const override { return inner_->architecture(); }
  std::vector<ModelTensor<const float>> tensors() const override { return {}; }

 private:
  struct Asked {
    std::vector<std::int64_t> start;
    std::vector<std::int32_t> item;
    std::vector<float> scores;  ///< [items × rows]
  };

  std::shared_ptr<const Asked> of(const InputRows& rows) const {
    std::uint64_t hash = 0;
    for (const std::int32_t item : rows.item) hash = hash * 0x9E3779B97F4A7C15ULL + static_cast<std::uint64_t>(item) + 1;
    {
      const std::lock_guard lock(mutex_);
      const auto [begin, end] = asked_.equal_range(hash);
      for (auto one = begin; one != end; ++one)
        if (one->second->start == rows.start && one->second->item == rows.item) return one->second;
    }
    const auto asked = std::make_shared<Asked>(Asked{rows.start, rows.item, {}});
    asked->scores.resize(static_cast<std::size_t>(items() * rows.size()));
    const RowScale scale(*inner_, rows);
    inner_->score(rows, [&](const ScoreBlock& block) {
      for (std::int64_t i = 0; i < block.items; ++i)
        for (std::int64_t r = 0; r < block.rows; ++r)
          asked->scores[static_cast<std::size_t>((block.first + i) * block.rows + r)] =
              static_cast<float>(scale.standard(r, block.score[i * block.stride + r]));
    });
    const std::lock_guard lock(mutex_);
    asked_.emplace(hash, asked);
    return asked;
  }

  std::shared_ptr<const Model> inner_;
  mutable std::mutex mutex_;
  mutable std::unordered_multimap<std::uint64_t, std::shared_ptr<const Asked>> asked_;
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

std::shared_ptr<const Model> remembered_scores(std::shared_ptr<const Model> model) {
  return std::make_shared<const RememberedScores>(std::move(model));
}

std::shared_ptr<const Model> open_blend(const ModelSource& source, OpenPartOfBlend open) {
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
    if (parts.back().model->input() != parts[0].model->input()) own.complain("model", "takes another input than the first part");
  }
  return blend_model(std::move(parts));
}

}  // namespace encore
