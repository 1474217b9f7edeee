// A draw for each rating below the liked ones, by the seed of the dataset, so that every model is asked the same.
#include "evaluation/given_parts.h"

#include <array>

#include "kernel/counter_hash.h"
#include "model/named_value.h"

namespace encore {
namespace {

constexpr std::array gives{Named{Give::liked, "liked"}, Named{Give::all, "all"}, Named{Give::seen, "seen"}};

constexpr float share_given = 0.8F;
constexpr std::uint64_t apart = 98;  ///< from other draws of judged users

}  // namespace

Give give_named(std::string_view name) { return value_in(gives, "choice of what is given", name); }
std::vector<std::string_view> give_names() { return names_in(gives); }

std::vector<Part> given_parts(const Dataset& dataset, std::int32_t user, std::int32_t number, Give give) {
  if (dataset.ratings.part.empty()) return {};
  const auto before = dataset.ratings.parts_of(user);
  std::vector<Part> parts(before.begin(), before.end());
  if (give == Give::liked) return parts;
  const kernel::CounterHash random(dataset.seed, kernel::Purpose::test_users, apart);
  const auto items = dataset.ratings.items_of(user);
  const auto stars = dataset.ratings.ratings_of(user);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool is_liked = dataset.scale.implicit || stars[i] >= dataset.scale.liked;
    if (is_liked && parts[i] == Part::given && give == Give::seen) parts[i] = Part::hidden;
    if (is_liked || parts[i] != Part::none) continue;
    if (random.uniform(static_cast<std::uint64_t>(number), static_cast<std::uint64_t>(items[i])) < share_given) parts[i] = Part::given;
  }
  return parts;
}

}  // namespace encore
