// What goes into a model and what comes out of it: a few users' ratings as sparse rows, and the scores of one block of items.
// Not what a model does in between (model.h).
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>
#include "dataset/dataset.h"

namespace encore {

enum class Input : std::uint8_t { ratings, binary };  ///< rating ÷ scale maximum, or what each liked rating weighs

std::string_view name_of(Input);
Input input_named(std::string_view);  ///< throws UserError that lists the names
std::vector<std::string_view> input_names();

/// What a model's input holds for a rating of `stars`: stars ÷ scale maximum (0 for a rating of 0, which is a value like any
/// other: its film was rated), or weight_of_like for a liked one; nothing when a binary input takes no notice of it.
std::optional<float> input_value(Input, const RatingScale&, float stars);

/// 1; of counts that weigh (RatingScale::log_counts) log(1 + count) ÷ log(1 + the least liked count), which is 1 where liking begins.
float weight_of_like(const RatingScale&, float stars);

/// A few users' inputs as sparse rows with the *model's* values (already rating ÷ maximum or 1; whether they are normalised
/// is the model's affair).
struct InputRows {
  std::vector<std::int64_t> start{0};
  std::vector<std::int32_t> item;  ///< ascending within a row
  std::vector<float> value;
  std::int64_t size() const { return static_cast<std::int64_t>(start.size()) - 1; }
  void clear() { start.assign(1, 0), item.clear(), value.clear(); }
  /// Appends one user's ratings in stars as the model's input wants them: divided by the scale's maximum, or 1 for
  /// liked ones.
  void add(Input, const RatingScale&, std::span<const std::int32_t> items, std::span<const float> stars);
  /// The same for those ratings only whose part is `only`.
  void add(Input, const RatingScale&, std::span<const std::int32_t> items, std::span<const float> stars,
           std::span<const Part> parts, Part only);
};

/// Users that a model scores at once.
constexpr std::int64_t rows_at_once = 64;

/// The scores of one block of items for all rows of the batch: item-major, score[i * stride + row] belongs to item
/// first + i. Before a softmax they are the logits z (they rank alike); otherwise the output itself.
struct ScoreBlock {
  std::int64_t first, items;
  std::int64_t rows, stride;
  float* score;
};

using VisitBlock = std::function<void(const ScoreBlock&)>;

}  // namespace encore
