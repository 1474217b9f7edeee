// What goes into a model and what comes out of it: a few users' ratings as sparse rows, and the scores of one block of items.
// Not what a model does in between (model.h).
#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>
#include "dataset/dataset.h"

namespace encore {

/// rating ÷ scale maximum; what each liked rating weighs; or that, and beside it what was seen without being liked, in channels.
enum class Input : std::uint8_t { ratings, binary, channels };

/// How an item that is no liked one goes into an input of channels: by a value that no weight can have.
enum class InputChannel : std::uint8_t {
  liked,    ///< the value is the weight
  seen,     ///< −1: rated neither high nor low, or seen without a rating
  disliked  ///< −2: see is_disliked
};
constexpr int channels_beside_liked = 2;
constexpr float value_of(InputChannel channel) { return -static_cast<float>(channel); }
constexpr InputChannel channel_of(float value) {
  return value < 0 ? static_cast<InputChannel>(static_cast<int>(-value)) : InputChannel::liked;
}

/// In the place of stars: seen, and nothing else is known. Such an item is an input of channels, and of no other.
constexpr float seen_without_stars = std::numeric_limits<float>::quiet_NaN();

/// Rated at most half the way from the scale's least rating to what counts as liked: 2 of 0.5–5 stars where 4 are liked.
bool is_disliked(const RatingScale&, float stars);

std::string_view name_of(Input);
Input input_named(std::string_view);  ///< throws UserError that lists the names
std::vector<std::string_view> input_names();

/// What a model's input holds for a rating of `stars`: stars ÷ scale maximum (0 for a rating of 0, which is a value like any
/// other: its film was rated), weight_of_like for a liked one, or the value of its channel; nothing when the input takes no
/// notice of it.
std::optional<float> input_value(Input, const RatingScale&, float stars);

/// 1; of counts that weigh (RatingScale::log_counts) log(1 + count) ÷ log(1 + the least liked count), which is 1 where liking begins.
float weight_of_like(const RatingScale&, float stars);

/// A few users' inputs as sparse rows with the *model's* values (already rating ÷ maximum or 1; whether they are normalised
/// is the model's affair).
struct InputRows {
  std::vector<std::int64_t> start{0};
  std::vector<std::int32_t> item;  ///< ascending within a row
  std::vector<float> value;        ///< negative: of a channel (see InputChannel)
  std::int64_t size() const { return static_cast<std::int64_t>(start.size()) - 1; }
  void clear() { start.assign(1, 0), item.clear(), value.clear(); }
  /// Appends one user's ratings in stars as the model's input wants them: divided by the scale's maximum, or 1 for
  /// liked ones.
  void add(Input, const RatingScale&, std::span<const std::int32_t> items, std::span<const float> stars);
  /// The same for those ratings only whose part is `only`.
  void add(Input, const RatingScale&, std::span<const std::int32_t> items, std::span<const float> stars,
           std::span<const Part> parts, Part only);
};

/// A user's ratings and, among them, what they have seen without rating it (seen_without_stars, with the part `of_seen`): for
/// whoever asks a model of channels, or must not answer with what was seen.
struct KnownRow {
  std::vector<std::int32_t> item;  ///< ascending
  std::vector<float> stars;
  std::vector<Part> part;  ///< none of a rating where `parts` is empty
  KnownRow(std::span<const std::int32_t> rated, std::span<const float> stars_of, std::span<const Part> parts,
           std::span<const std::int32_t> seen, Part of_seen = Part::none);
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
