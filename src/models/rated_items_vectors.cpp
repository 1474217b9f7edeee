// Vectors of low rank take ratings one item at a time (rated_items.h): who likes it, told from what a person's other likes add up to.
#include <algorithm>
#include <cmath>
#include <span>
#include <stdexcept>

#include "kernel/index.h"
#include "kernel/kernels.h"
#include "kernel/parallel.h"
#include "linear/low_rank_model.h"
#include "linear/symmetric_inverse.h"
#include "models/rated_items.h"

namespace encore {
namespace {

/// ρ as a share of the mean of HᵀH's diagonal. Chosen on validation items: where new films are answered as often as after a new training
/// (docs/results.md).
constexpr double rho_share = 3;

/// H [users × stride]: of each user the sum of the vectors of what they like, of unit length.
class Tastes {
 public:
  Tastes(const Model& model, const RatedItems& rated) : width_(std::ssize(model.item_vector(0))), stride_(kernel::padded(width_)) {
    const Dataset& users = rated.users;
    sums_.resize(at(users.ratings.users() * stride_));
    for (std::int32_t user = 0; user < users.ratings.users(); ++user) {
      float* to = sums_.data() + user * stride_;
      const auto items = users.ratings.items_of(user);
      const auto stars = users.ratings.ratings_of(user);
      for (std::size_t i = 0; i < items.size(); ++i) {
        if (!rated.is_like(stars[i])) continue;
        const std::span<const float> vector = model.item_vector(items[i]);
        for (std::int64_t c = 0; c < width_; ++c) to[c] += vector[at(c)];
      }
      make_unit(to, width_);
    }
    inverse_ = SquareMatrix::zeros(width_);
    for (std::int32_t user = 0; user < users.ratings.users(); ++user)
      for (std::int64_t c = 0; c < width_; ++c)
        kernels_.add_scaled(inverse_.row(c), row(user), row(user)[c], stride_);
    double diagonal = 0;
    for (std::int64_t c = 0; c < width_; ++c) diagonal += static_cast<double>(inverse_.row(c)[c]) / static_cast<double>(width_);
    for (std::int64_t c = 0; c < width_; ++c) inverse_.row(c)[c] += static_cast<float>(rho_share * std::max(diagonal, 1e-6));
    if (!invert_negated(inverse_, 1)) throw std::logic_error("the users' sums have no positive definite matrix");
  }

  /// (HᵀH + ρI)⁻¹·Hᵀx of those who like an item, of unit length; zeros where nobody does.
  std::vector<float> vector_of(const std::vector<std::int32_t>& liked_by) const {
    kernel::AlignedFloats sum(at(stride_)), solved(at(stride_));
    for (const std::int32_t user : liked_by) kernels_.add(sum.data(), row(user), stride_);
    for (std::int64_t c = 0; c < width_; ++c) kernels_.add_scaled(solved.data(), inverse_.row(c), -sum[at(c)], stride_);
    make_unit(solved.data(), width_);
    return {solved.begin(), solved.begin() + width_};
  }

 private:
  static void make_unit(float* vector, std::int64_t width) {
    double squares = 0;
    for (std::int64_t c = 0; c < width; ++c) squares += static_cast<double>(vector[c]) * static_cast<double>(vector[c]);
    if (squares == 0) return;
    for (std::int64_t c = 0; c < width; ++c) vector[c] = static_cast<float>(static_cast<double>(vector[c]) / std::sqrt(squares));
  }
  const float* row(std::int32_t user) const { return sums_.data() + user * stride_; }

  const kernel::Kernels& kernels_ = kernel::device_named("cpu");
  std::int64_t width_, stride_;
  kernel::AlignedFloats sums_;
  SquareMatrix inverse_;  ///< negated
};

}  // namespace

std::shared_ptr<const Model> rate_vectors(const Model& guess, std::int64_t, const RatedItems& rated) {
  const auto tensors = guess.tensors();
  const TensorView& from = tensors.front().tensor;
  const Tastes tastes(guess, rated);
  kernel::AlignedFloats vectors(at(guess.items() * from.stride));
  for (std::int64_t i = 0; i < guess.items(); ++i)
    std::copy_n(from.values + i * from.stride, from.shape[1], vectors.begin() + i * from.stride);
  kernel::parallel_for(rated.size(), rated.threads, [&](std::int64_t j) {
    const std::vector<std::int32_t> liked_by = rated.liked_by(j);
    if (liked_by.empty()) return;
    const std::vector<float> told = tastes.vector_of(liked_by);
    float* to = vectors.data() + rated.place[at(j)] * from.stride;
    for (std::size_t c = 0; c < told.size(); ++c) to[c] += rated.part(j) * (told[c] - to[c]);
  });
  return low_rank_model(guess.items(), from.shape[1], from.stride, std::move(vectors), guess.architecture());
}

}  // namespace encore
