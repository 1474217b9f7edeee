// A second question, for the films with few ratings alone, brings the films to draw from.
#include "model/exploration.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <unordered_set>

#include "kernel/counter_hash.h"
#include "kernel/index.h"

namespace encore {
namespace {

constexpr std::int64_t pool_for_a_place = 10;

/// Numbers that depend on the seed, on what a person has rated, and on what is asked about.
class Draws {
 public:
  Draws(std::uint64_t seed, const Profile& person) : key_(kernel::mix(seed + 0x6578706C6F726564ULL)) {
    for (std::size_t i = 0; i < person.items.size(); ++i) {
      const auto item = static_cast<std::uint64_t>(person.items[i]);
      key_ = kernel::mix(key_ + (item << 32 | std::bit_cast<std::uint32_t>(person.stars[i])) * 0x9E3779B97F4A7C15ULL);
    }
  }
  enum class About : std::uint64_t { rounding = 1, place = 2, film = 3 };
  std::uint64_t operator()(About about, std::int64_t number) const {
    return kernel::mix(kernel::mix(key_ + static_cast<std::uint64_t>(about)) + static_cast<std::uint64_t>(number) * 0xD1B54A32D192ED03ULL);
  }
  std::int64_t places(std::int64_t k, double share) const {
    const double uniform = static_cast<double>((*this)(About::rounding, 0) >> 11) * 0x1p-53;
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(static_cast<double>(k) * share + uniform)), 0, k);
  }
  /// The `count` numbers below `all` whose draws are least, ascending.
  std::vector<std::int64_t> places_of(std::int64_t count, std::int64_t all) const {
    std::vector<std::int64_t> places(at(all));
    std::iota(places.begin(), places.end(), std::int64_t{0});
    std::ranges::stable_sort(places, {}, [&](std::int64_t place) { return (*this)(About::place, place); });
    places.resize(at(count));
    std::ranges::sort(places);
    return places;
  }

 private:
  std::uint64_t key_;
};

std::unordered_set<std::int32_t> films_of(std::span<const ScoredItem> list) {
  std::unordered_set<std::int32_t> films;
  for (const ScoredItem& one : list) films.insert(one.item);
  return films;
}

/// `places` of `pool` (best first) that are not in `first`, best first.
std::vector<ScoredItem> drawn(std::span<const ScoredItem> first, std::vector<ScoredItem> pool, std::int64_t places, std::int64_t size,
                              const Draws& draws) {
  std::erase_if(pool, [taken = films_of(first)](const ScoredItem& one) { return taken.contains(one.item); });
  if (std::ssize(pool) > size) pool.resize(at(size));
  std::vector<std::size_t> order(pool.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return draws(Draws::About::film, pool[i].item); });
  order.resize(std::min(order.size(), at(places)));
  std::ranges::sort(order);
  std::vector<ScoredItem> chosen;
  for (const std::size_t i : order) chosen.push_back(pool[i]);
  return chosen;
}

ExploredAnswer merged(Recommendation answer, std::vector<ScoredItem> chosen, std::int64_t k, const Draws& draws) {
  std::erase_if(answer.items, [taken = films_of(chosen)](const ScoredItem& one) { return taken.contains(one.item); });
  const std::int64_t rest = std::min(std::ssize(answer.items), k - std::ssize(chosen)), all = rest + std::ssize(chosen);
  const std::vector<std::int64_t> places = draws.places_of(std::ssize(chosen), all);
  ExploredAnswer made{{{}, answer.kind}, std::vector<std::uint8_t>(at(all))};
  std::size_t next = 0, other = 0;
  for (std::int64_t place = 0; place < all; ++place) {
    const bool is_explored = next < places.size() && places[next] == place;
    made.explored[at(place)] = is_explored;
    made.answer.items.push_back(is_explored ? chosen[next++] : answer.items[other++]);
  }
  return made;
}

/// Of the catalogue: 0 for what may be no answer, −1 for what nobody rated that may be one all the same.
std::vector<std::int64_t> counts_of(const Catalogue& items) {
  std::vector<std::int64_t> counts;
  for (std::int32_t item = 0; item < items.size(); ++item) {
    const std::int64_t ratings = items.training_ratings[at(item)];
    counts.push_back(!items.can_answer(item) ? 0 : ratings > 0 ? ratings : -1);
  }
  return counts;
}

}  // namespace

Explorer::Explorer(const TrainedModel& model, std::span<const std::uint8_t> candidate) : Explorer(counts_of(model.items), candidate) {}

Explorer::Explorer(std::vector<std::int64_t> training_ratings, std::span<const std::uint8_t> candidate)
    : ratings_(std::move(training_ratings)), rare_(ratings_.size()) {
  std::vector<std::uint8_t> answers;
  for (std::int64_t& count : ratings_) answers.push_back(count != 0), count = std::max<std::int64_t>(count, 0);
  std::vector<std::int64_t> counts;
  for (std::size_t item = 0; item < ratings_.size(); ++item)
    if (answers[item] != 0) counts.push_back(ratings_[item]);
  if (counts.empty()) return;
  const auto middle = counts.begin() + (std::ssize(counts) - 1) / 2;
  std::nth_element(counts.begin(), middle, counts.end());
  for (std::size_t item = 0; item < rare_.size(); ++item) {
    const bool may = answers[item] != 0 && (candidate.empty() || candidate[item] != 0);
    rare_[item] = may && ratings_[item] <= *middle;
  }
}

std::vector<std::uint8_t> Explorer::mask_for(const Question& question) const {
  std::vector<std::uint8_t> mask = rare_;
  if (!question.fits.empty())
    for (std::size_t item = 0; item < mask.size(); ++item) mask[item] &= question.fits[item] != 0;
  return mask;
}

std::vector<ScoredItem> Explorer::all_rare(const Question& question) const {
  const std::vector<std::uint8_t> mask = mask_for(question);
  std::vector<ScoredItem> all;
  for (std::int32_t item = 0; item < std::ssize(ratings_); ++item)
    if (mask[at(item)] != 0 && !std::ranges::binary_search(question.person->hidden, item))
      all.push_back({item, static_cast<float>(ratings_[at(item)])});
  return all;
}

std::vector<ExploredAnswer> Explorer::explored(const Recommender& recommender, std::span<const Question> questions,
                                               std::vector<Recommendation> answers, std::span<const Exploration> wishes,
                                               int threads) const {
  std::vector<ExploredAnswer> made(questions.size());
  std::vector<std::vector<std::uint8_t>> masks(questions.size());
  std::vector<Question> further;
  std::vector<std::size_t> whose;
  std::vector<std::int64_t> places(questions.size());
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const Question& question = questions[i];
    places[i] = wishes[i].share <= 0 ? 0 : Draws(wishes[i].seed, *question.person).places(question.k, wishes[i].share);
    if (places[i] == 0 || answers[i].kind == ScoreKind::ratings) continue;
    masks[i] = mask_for(question);
    further.push_back({question.person, pool_for_a_place * places[i] + question.k - places[i], masks[i]});
    whose.push_back(i);
  }
  std::vector<std::vector<ScoredItem>> pools(questions.size());
  if (!further.empty()) {
    auto found = recommender.answer(further, threads);
    for (std::size_t n = 0; n < whose.size(); ++n) pools[whose[n]] = std::move(found[n].items);
  }
  for (std::size_t i = 0; i < questions.size(); ++i) {
    if (places[i] == 0) {
      const std::size_t count = answers[i].items.size();
      made[i] = {std::move(answers[i]), std::vector<std::uint8_t>(count)};
      continue;
    }
    const Draws draws(wishes[i].seed, *questions[i].person);
    const bool taste_unknown = answers[i].kind == ScoreKind::ratings;
    const auto first = std::span(answers[i].items).first(std::min(answers[i].items.size(), at(questions[i].k - places[i])));
    std::vector<ScoredItem> pool = taste_unknown ? all_rare(questions[i]) : std::move(pools[i]);
    const std::int64_t size = taste_unknown ? std::ssize(pool) : pool_for_a_place * places[i];
    std::vector<ScoredItem> chosen = drawn(first, std::move(pool), places[i], size, draws);
    made[i] = merged(std::move(answers[i]), std::move(chosen), questions[i].k, draws);
  }
  return made;
}

std::vector<Recommendation> Explorer::recommend(const Recommender& recommender, const std::vector<Profile>& people, std::int64_t k,
                                                const Exploration& wish) const {
  std::vector<Question> questions;
  for (const Profile& person : people) questions.push_back({&person, k});
  const std::vector<Exploration> wishes(people.size(), wish);
  std::vector<Recommendation> lists;
  for (ExploredAnswer& one : explored(recommender, questions, recommender.answer(questions, 1), wishes, 1))
    lists.push_back(std::move(one.answer));
  return lists;
}

}  // namespace encore
