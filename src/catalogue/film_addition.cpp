// The grown catalogue first, then features and weights, then the model of its kind (models/added_items.h).
#include "catalogue/film_addition.h"

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <numeric>
#include <span>

#include "catalogue/feature_numbers.h"
#include "kernel/index.h"
#include "kernel/parallel.h"
#include "models/added_items.h"
#include "process/error.h"

namespace encore {
namespace {

/// Chosen on validation items of ml-latest-small (docs/results.md): ρ, and the ratings at which half of a film's numbers is believed.
constexpr double rho = 24, half_trust = 3;
/// A new film is less liked than the mean of films like it, because those that many know are trusted most. Chosen there, too: so that
/// the films that were there lose less than one percent of their NDCG@100 to the new ones.
constexpr float level = 0.45F;
constexpr std::ptrdiff_t shown_alike = 3;

/// The matrix to invert has as many rows as there are films to learn from, or features, whichever are fewer. From more films than the
/// first number only so many features count as the second says.
constexpr std::int64_t most_teaching = 8192, most_features = 4096;

/// Where films of this id stand: by value where ids are numbers, else by bytes.
bool comes_before(const std::string& a, const std::string& b, bool numeric) {
  return numeric ? std::stoll(a) < std::stoll(b) : a < b;
}

template <class T>
std::vector<T> placed(std::int64_t items, const std::vector<T>& old, const AddedItems& added, T otherwise) {
  std::vector<T> all(at(items), otherwise);
  for (std::size_t i = 0; i < old.size(); ++i) all[at(added.old_place[i])] = old[i];
  return all;
}

AddedItems places_of(const Catalogue& old, const std::vector<NewFilm>& films) {
  std::vector<std::size_t> order(films.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) { return comes_before(films[a].id, films[b].id, old.numeric_ids); });
  AddedItems added;
  added.new_place.resize(films.size());
  std::size_t next = 0;
  std::int32_t place = 0;
  for (std::int32_t item = 0; item < old.size(); ++item) {
    for (; next < order.size() && comes_before(films[order[next]].id, old.id[at(item)], old.numeric_ids); ++next)
      added.new_place[order[next]] = place++;
    added.old_place.push_back(place++);
  }
  for (; next < order.size(); ++next) added.new_place[order[next]] = place++;
  added.items = place;
  return added;
}

Catalogue grown_catalogue(const Catalogue& old, const std::vector<NewFilm>& films, const AddedItems& added) {
  Catalogue all{.numeric_ids = old.numeric_ids};
  all.id = placed(added.items, old.id, added, std::string());
  all.title = placed(added.items, old.title, added, std::string());
  all.year = placed(added.items, old.year, added, std::optional<std::int32_t>());
  all.genres = placed(added.items, old.genres, added, std::string());
  all.ratings = placed(added.items, old.ratings, added, std::int64_t{0});
  all.training_ratings = placed(added.items, old.training_ratings, added, std::int64_t{0});
  all.added = placed(added.items, old.added, added, std::uint8_t{0});
  if (!old.retired.empty()) all.retired = placed(added.items, old.retired, added, std::uint8_t{0});
  for (std::size_t j = 0; j < films.size(); ++j) {
    const auto place = at(added.new_place[j]);
    all.id[place] = films[j].id, all.title[place] = films[j].title, all.year[place] = films[j].year;
    all.genres[place] = films[j].genres, all.added[place] = 1;
  }
  return all;
}

/// What somebody told of each film; empty when nothing was told.
ItemFeatures told_features(const ItemFeatures& old, const std::vector<NewFilm>& films, const AddedItems& added) {
  ItemFeatures told = placed(added.items, old, added, std::vector<NamedFeature>());
  bool any = !old.empty();
  for (std::size_t j = 0; j < films.size(); ++j) {
    any |= !films[j].features.empty();
    told[at(added.new_place[j])] = films[j].features;
  }
  return any ? told : ItemFeatures();
}

/// What was told and what the catalogue tells; of one name what was told.
ItemFeatures all_features(const Catalogue& items, const ItemFeatures& told, int threads) {
  ItemFeatures all(at(items.size()));
  kernel::parallel_for(items.size(), threads, [&](std::int64_t item) {
    std::vector<NamedFeature> features = told.empty() ? std::vector<NamedFeature>() : told[at(item)];
    for (NamedFeature& one : features_of_film(items, static_cast<std::int32_t>(item))) features.push_back(std::move(one));
    std::ranges::stable_sort(features, {}, &NamedFeature::name);
    const auto same = [](const NamedFeature& a, const NamedFeature& b) { return a.name == b.name; };
    features.erase(std::unique(features.begin(), features.end(), same), features.end());
    all[at(item)] = std::move(features);
  });
  return all;
}

FeatureRows rows_at(const FeatureRows& rows, const std::vector<std::int32_t>& places) {
  FeatureRows some;
  for (const std::int32_t place : places) {
    const auto begin = rows.start[at(place)], end = rows.start[at(place) + 1];
    some.feature.insert(some.feature.end(), rows.feature.begin() + begin, rows.feature.begin() + end);
    some.value.insert(some.value.end(), rows.value.begin() + begin, rows.value.begin() + end);
    some.start.push_back(static_cast<std::int64_t>(some.value.size()));
  }
  return some;
}

/// What a ridge regression makes of the new films' features.
class RidgeParts final : public ItemWeights {
 public:
  RidgeParts(FeatureRidge ridge, FeatureRows of_new, int threads)
      : ridge_(std::move(ridge)), of_new_(std::move(of_new)), threads_(threads) {}
  void weights(std::int64_t first, std::int64_t count, float* to) const override { ridge_.weights(of_new_, first, count, to); }
  std::optional<kernel::AlignedFloats> sums(const float* rows, std::int64_t stride, std::int64_t width) const override {
    if (!ridge_.has_sums()) return std::nullopt;
    return ridge_.sums(of_new_, rows, stride, width, threads_);
  }
  bool is_unlike_all(std::int64_t film) const { return of_new_.start[at(film)] == of_new_.start[at(film + 1)]; }

 private:
  FeatureRidge ridge_;
  FeatureRows of_new_;
  int threads_;
};

/// Of one new film: the films that it has most of.
std::vector<std::int32_t> most_alike(std::span<const float> weights, const AddedItems& added) {
  std::array<std::int32_t, shown_alike> best{};
  std::ptrdiff_t found = 0;
  float least = 0;  // that the next must exceed: of equal ones the first stay
  for (std::int32_t item = 0; item < std::ssize(weights); ++item) {
    if (!(weights[at(item)] > least)) continue;
    found = std::min(found + 1, shown_alike);
    best[at(found - 1)] = item;
    for (auto place = found - 1; place > 0 && weights[at(best[at(place)])] > weights[at(best[at(place - 1)])]; --place)
      std::swap(best[at(place)], best[at(place - 1)]);
    if (found == shown_alike) least = weights[at(best.back())];
  }
  std::vector<std::int32_t> alike;
  for (std::ptrdiff_t i = 0; i < found; ++i) alike.push_back(added.old_place[at(best[at(i)])]);
  return alike;
}

/// Of each new film; a few share a pass over the known ones, whose weights nobody keeps.
std::vector<std::vector<std::int32_t>> most_alike(const RidgeParts& parts, const AddedItems& added) {
  std::vector<std::vector<std::int32_t>> alike(at(added.added()));
  constexpr std::int64_t run = 16;
  kernel::parallel_for((added.added() + run - 1) / run, added.threads, [&](std::int64_t part) {
    const std::int64_t first = part * run, count = std::min(run, added.added() - first);
    std::vector<float> weights(at(count * added.known()));
    parts.weights(first, count, weights.data());
    for (std::int64_t j = 0; j < count; ++j)
      if (!parts.is_unlike_all(first + j))
        alike[at(first + j)] = most_alike(std::span(weights).subspan(at(j * added.known()), at(added.known())), added);
  });
  return alike;
}

}  // namespace

void mark_changed_catalogue(TrainedModel& model) {
  constexpr std::string_view mark = "added-items:";
  if (!model.dataset_fingerprint.starts_with(mark)) model.dataset_fingerprint.insert(0, mark);
}

GrownModel with_new_films(const TrainedModel& model, const ItemFeatures& features, const std::vector<NewFilm>& films, int threads) {
  require_growing(*model.model);
  AddedItems added = places_of(model.items, films);
  added.level = level, added.threads = threads;
  GrownModel grown{.model = model, .features = {}, .places = added.new_place, .alike = {}};
  grown.model.items = grown_catalogue(model.items, films, added);
  mark_changed_catalogue(grown.model);
  grown.features = told_features(features, films, added);

  std::vector<float> trust;
  std::vector<std::uint8_t> learned(at(added.items));
  for (std::int32_t item = 0; item < model.items.size(); ++item) {
    const auto ratings = static_cast<double>(model.items.training_ratings[at(item)]);
    const bool counts = ratings > 0 && model.model->knows(item);
    trust.push_back(counts ? static_cast<float>(ratings / (ratings + half_trust)) : 0);
    learned[at(added.old_place[at(item)])] = counts;
  }
  if (std::ranges::none_of(trust, [](float one) { return one > 0; }))
    throw UserError("the model has learned nothing of any film, so that nothing can be told of new ones; train it on more ratings");
  const auto teaching = std::ranges::count_if(trust, [](float one) { return one > 0; });
  const std::int64_t most = teaching <= most_teaching ? std::numeric_limits<std::int32_t>::max() : most_features;
  const FeatureNumbers numbers = feature_numbers(all_features(grown.model.items, grown.features, threads), learned, most);
  const auto parts = std::make_shared<const RidgeParts>(
      FeatureRidge(rows_at(numbers.rows, added.old_place), std::move(trust), numbers.features, rho, threads),
      rows_at(numbers.rows, added.new_place), threads);
  added.parts = parts;
  grown.alike = most_alike(*parts, added);
  grown.model.model = with_added_items(*model.model, model.block_items, added);
  return grown;
}

}  // namespace encore
