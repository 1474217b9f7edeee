// Stars → the values of a model's input.
#include "model/input_rows.h"

#include <cmath>

#include "model/named_value.h"

namespace encore {
namespace {

constexpr std::array inputs{Named{Input::ratings, "ratings"}, Named{Input::binary, "binary"},
                            Named{Input::channels, "channels"}};

template <class Keep>
void append_row(InputRows& rows, Input input, const RatingScale& scale, std::span<const std::int32_t> items,
                std::span<const float> stars, const Keep& keep) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::optional<float> value = input_value(input, scale, stars[i]);
    if (!value || !keep(i)) continue;
    rows.item.push_back(items[i]);
    rows.value.push_back(*value);
  }
  rows.start.push_back(static_cast<std::int64_t>(rows.item.size()));
}

}  // namespace

std::string_view name_of(Input v) { return name_in(inputs, v); }
Input input_named(std::string_view name) { return value_in(inputs, "input", name); }
std::vector<std::string_view> input_names() { return names_in(inputs); }

std::optional<float> input_value(Input input, const RatingScale& scale, float stars) {
  if (std::isnan(stars)) return input == Input::channels ? std::optional(value_of(InputChannel::seen)) : std::nullopt;
  if (scale.implicit) return 1;
  if (input == Input::ratings) return static_cast<float>(static_cast<double>(stars) / scale.maximum);
  if (static_cast<double>(stars) >= scale.liked) return weight_of_like(scale, stars);
  if (input == Input::binary) return std::nullopt;
  return value_of(is_disliked(scale, stars) ? InputChannel::disliked : InputChannel::seen);
}

bool is_disliked(const RatingScale& scale, float stars) {
  return !scale.implicit && !scale.log_counts && 2 * (static_cast<double>(stars) - scale.minimum) <= scale.liked - scale.minimum;
}

float weight_of_like(const RatingScale& scale, float stars) {
  if (!scale.log_counts) return 1;
  return static_cast<float>(std::log1p(static_cast<double>(stars)) / std::log1p(scale.liked));
}

KnownRow::KnownRow(std::span<const std::int32_t> rated, std::span<const float> stars_of, std::span<const Part> parts,
                   std::span<const std::int32_t> seen, Part of_seen) {
  std::size_t next = 0;
  const auto put_seen_before = [&](std::int32_t end) {
    for (; next < seen.size() && seen[next] < end; ++next) {
      item.push_back(seen[next]), stars.push_back(seen_without_stars), part.push_back(of_seen);
    }
  };
  for (std::size_t i = 0; i < rated.size(); ++i) {
    put_seen_before(rated[i]);
    if (next < seen.size() && seen[next] == rated[i]) ++next;  // the rating says more
    item.push_back(rated[i]), stars.push_back(stars_of[i]), part.push_back(parts.empty() ? Part::none : parts[i]);
  }
  put_seen_before(std::numeric_limits<std::int32_t>::max());
}

void InputRows::add(Input input, const RatingScale& scale, std::span<const std::int32_t> items,
                    std::span<const float> stars) {
  append_row(*this, input, scale, items, stars, [](std::size_t) { return true; });
}

void InputRows::add(Input input, const RatingScale& scale, std::span<const std::int32_t> items,
                    std::span<const float> stars, std::span<const Part> parts, Part only) {
  append_row(*this, input, scale, items, stars, [&](std::size_t i) { return parts[i] == only; });
}

}  // namespace encore
