// The films leave the model and come in again from their features, whatever was folded in before; then the ratings.
#include "catalogue/film_ratings.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <unordered_map>

#include "catalogue/film_addition.h"
#include "catalogue/film_removal.h"
#include "dataset/judging_rows.h"
#include "dataset/same_scale.h"
#include "folder/dataset_folder.h"
#include "kernel/index.h"
#include "models/rated_items.h"
#include "process/error.h"

namespace encore {
namespace {

/// The training users' rows with the model's places; films that the model has forgotten are left out.
Dataset in_places_of(const Catalogue& items, const Dataset& dataset, std::unordered_map<std::string_view, std::int32_t>& row_of) {
  std::unordered_map<std::string_view, std::int32_t> place_of;
  for (std::int32_t item = 0; item < items.size(); ++item) place_of.emplace(items.id[at(item)], item);
  std::vector<std::int32_t> place;
  for (const std::string& id : dataset.items.id) {
    const auto found = place_of.find(id);
    place.push_back(found == place_of.end() ? -1 : found->second);
  }
  Dataset users;
  users.scale = dataset.scale, users.items = items, users.users.numeric_ids = dataset.users.numeric_ids;
  for (const std::int32_t user : dataset.users_in(Fold::train)) {
    const auto rated = dataset.ratings.items_of(user);
    const auto stars = dataset.ratings.ratings_of(user);
    for (std::size_t i = 0; i < rated.size(); ++i) {
      if (place[at(rated[i])] < 0) continue;
      users.ratings.item.push_back(place[at(rated[i])]), users.ratings.rating.push_back(stars[i]);
    }
    row_of.emplace(dataset.users.id[at(user)], users.ratings.users());
    users.ratings.start.push_back(users.ratings.size());
    users.users.id.push_back(dataset.users.id[at(user)]), users.users.fold.push_back(Fold::train);
  }
  return users;
}

void leave_out(LeftOut& what, const NewRating& rating) {
  if (what.count++ == 0) what.first = rating;
}

/// The ratings of films that came after the training, by users of the training.
RatedItems sorted_out(RatedModel& rated, const Dataset& dataset, const std::vector<NewRating>& ratings) {
  const Catalogue& items = rated.model.items;
  std::unordered_map<std::string_view, std::int32_t> row_of, place_of;
  RatedItems counted{.users = in_places_of(items, dataset, row_of), .place = {}, .ratings = {}};
  for (std::int32_t item = 0; item < items.size(); ++item) place_of.emplace(items.id[at(item)], item);
  const std::set<std::string_view> everybody(dataset.users.id.begin(), dataset.users.id.end());
  std::map<std::int32_t, std::vector<ItemRating>> of;
  for (const NewRating& one : ratings) {
    const auto place = place_of.find(one.film);
    const auto row = row_of.find(one.user);
    if (place == place_of.end()) leave_out(rated.of_unknown_films, one);
    else if (!items.is_added(place->second)) leave_out(rated.of_trained_films, one);
    else if (row == row_of.end()) leave_out(everybody.contains(one.user) ? rated.of_held_out_users : rated.of_unknown_users, one);
    else of[place->second].push_back({row->second, one.stars});
  }
  for (auto& [place, one] : of) {
    std::ranges::sort(one, {}, &ItemRating::user);
    const auto liked = std::ranges::count_if(one, [&](const ItemRating& rating) {
      return dataset.scale.implicit || static_cast<double>(rating.stars) >= dataset.scale.liked;
    });
    rated.films.push_back({place, std::ssize(one), liked});
    counted.place.push_back(place), counted.ratings.push_back(std::move(one));
  }
  return counted;
}

/// The model with the numbers that these films get from their features, in the same places.
std::shared_ptr<const Model> guess_of(const TrainedModel& model, const ItemFeatures& features, const std::vector<std::int32_t>& places,
                                      int threads) {
  const ShrunkModel before = without_films(model, features, {places.begin(), places.end()});
  std::vector<NewFilm> films;
  for (const std::int32_t place : places) {
    films.push_back({.id = model.items.id[at(place)], .title = model.items.title[at(place)], .genres = model.items.genres[at(place)],
                     .year = model.items.year[at(place)], .features = {}});
    if (!features.empty()) films.back().features = features[at(place)];
  }
  const GrownModel again = with_new_films(before.model, before.features, films, threads);
  if (again.places != places) throw std::logic_error("films that came in again stand elsewhere");
  return again.model.model;
}

}  // namespace

Dataset dataset_of_training(const TrainedModel& model, const std::string& name, const std::string& folder) {
  Dataset dataset = model.dataset_fingerprint.ends_with(of_all_ratings) ? read_whole_dataset(folder) : read_dataset(folder);
  require_same_scale(model.scale, dataset.scale, name, folder);
  if (!model.dataset_fingerprint.ends_with(dataset.fingerprint))
    throw UserError(fmt::format("{} was trained on another dataset than {}, so that what its users liked then is not known; name the one "
                                "that it was trained on",
                                name, folder));
  return dataset;
}

RatedModel with_ratings(const TrainedModel& model, const ItemFeatures& features, const Dataset& dataset,
                        const std::vector<NewRating>& ratings, int threads) {
  require_rated(*model.model);
  if (model.scale.log_counts)
    throw UserError("the model's counts weigh log(1 + count) (prepare --count log), and counts of new films are learned in the next "
                    "training only; train it again");
  RatedModel rated{.model = model, .films = {}};
  RatedItems counted = sorted_out(rated, dataset, ratings);
  if (rated.films.empty()) {
    const LeftOut& films = rated.of_trained_films.count > 0 ? rated.of_trained_films : rated.of_unknown_films;
    throw UserError(fmt::format("none of the {} ratings is of a film that came after the training, by a user whom the training knew{}; "
                                "nothing was changed",
                                ratings.size(),
                                films.count > 0 ? fmt::format(" (line {}: film {}, user {})", films.first.line, films.first.film,
                                                              films.first.user)
                                                : ""));
  }
  counted.threads = threads;
  const auto guess = guess_of(model, features, counted.place, threads);
  rated.model.model = with_rated_items(*guess, model.block_items, counted);
  for (const RatedModel::Film& film : rated.films) rated.model.items.ratings[at(film.place)] = film.ratings;
  return rated;
}

}  // namespace encore
