// Tensors that were made in memory, for a kind of model to be opened from. Not a file's (model/safetensors.h).
#pragma once
#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "model/model.h"

namespace encore {

class MadeTensors final : public TensorSource {
 public:
  /// `what` stands where a file's name would.
  explicit MadeTensors(std::string what) : what_(std::move(what)) {}
  /// Row by row, without padding. What is kept, for as long as this lives.
  TensorView add(const std::string& name, TensorShape shape, std::vector<float> values) {
    bytes_ += values.size() * sizeof(float);
    const Made& made = made_[name] = {std::move(shape), std::move(values)};
    return {name, made.shape, made.values.data(), made.shape.back()};
  }
  TensorShape shape_of(const std::string& name) const override { return made_.at(name).shape; }
  void read(const TensorTarget& target) override {
    const Made& made = made_.at(target.name);
    if (made.shape != target.shape) throw std::logic_error("a tensor of " + what_ + " has another shape: " + target.name);
    const std::int64_t width = target.shape.back(), rows = target.shape.size() == 2 ? target.shape[0] : 1;
    for (std::int64_t row = 0; row < rows; ++row)
      std::copy_n(made.values.data() + row * width, width, target.values + row * target.stride);
  }
  std::uint64_t bytes() const override { return bytes_; }
  std::string file() const override { return what_; }

 private:
  struct Made {
    TensorShape shape;
    std::vector<float> values;
  };
  std::string what_;
  std::map<std::string, Made> made_;
  std::uint64_t bytes_ = 0;
};

}  // namespace encore
