// A training of a few milliseconds: a plan for any network, ratings with two validation users, one of whom has something to find, and
// the comparison of what was trained, bit by bit.
#pragma once
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "tiny_data.h"
#include "training/trainer.h"

namespace encore {

inline TrainingPlan small_plan(const std::string& model) {
  TrainingPlan plan;
  plan.architecture = named_model(model).architecture;
  plan.learning = named_model(model).training;
  if (!plan.architecture.hidden.empty())
    plan.architecture.hidden =
        model == "reference" ? std::vector<std::int64_t>{20, 5, 20} : std::vector<std::int64_t>{24};
  plan.learning.epochs = 3;
  plan.learning.batch_size = 30;
  plan.learning.learning_rate = 0.01;
  plan.block_items = 16;
  plan.shards = plan.threads = 1;
  return plan;
}

inline Dataset small_data() {
  Dataset data = tiny::random_ratings(100, 150, 0.08, 9);
  tiny::add_user(data, {{0, 5.0F}, {7, 4.0F}, {9, 3.0F}}, Fold::validation);
  tiny::add_user(data, {{1, 5.0F}, {8, 4.5F}, {20, 4.0F}, {30, 4.0F}, {40, 5.0F}}, Fold::validation);
  data.ratings.part.back() = Part::target;
  for (std::size_t i = data.ratings.part.size() - 5; i + 1 < data.ratings.part.size(); ++i)
    data.ratings.part[i] = Part::given;
  return data;
}

/// Every tensor of both models, row by row without the padding.
inline void expect_same_bits(const TrainedModel& one, const TrainedModel& other, const std::string& which) {
  const auto left = one.model->tensors(), right = other.model->tensors();
  ASSERT_EQ(left.size(), right.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    const auto& a = left[i].tensor;
    const auto& b = right[i].tensor;
    const std::int64_t rows = a.shape.size() == 1 ? 1 : a.shape[0], width = a.shape.back();
    for (std::int64_t row = 0; row < rows; ++row)
      ASSERT_EQ(0, std::memcmp(a.values + row * a.stride, b.values + row * b.stride, static_cast<std::size_t>(width) * sizeof(float)))
          << which << ", " << a.name << " row " << row;
  }
}

}  // namespace encore
