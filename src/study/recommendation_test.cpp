// Drawing users, and asking the model.
#include "study/recommendation_test.h"

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "folder/model_folder.h"
#include "kernel/counter_hash.h"
#include "model/recommender.h"
#include "recommendation/film_finder.h"
#include "recommendation/profile.h"

namespace encore {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t rated_shown = 5, recommended_shown = 10;

/// The users with the smallest hashes, in that order.
std::vector<std::int32_t> drawn_users(const Dataset& dataset, std::uint64_t seed, std::int64_t count) {
  const kernel::CounterHash random(seed, kernel::Purpose::test_users, 0);
  std::vector<std::int32_t> users(static_cast<std::size_t>(dataset.users.size()));
  std::iota(users.begin(), users.end(), 0);
  const auto kept = static_cast<std::ptrdiff_t>(std::min(count, static_cast<std::int64_t>(users.size())));
  std::partial_sort(users.begin(), users.begin() + kept, users.end(), [&](std::int32_t a, std::int32_t b) {
    return random(static_cast<std::uint64_t>(a), 0) < random(static_cast<std::uint64_t>(b), 0);
  });
  users.resize(static_cast<std::size_t>(kept));
  return users;
}

Json film(const Catalogue& items, std::int32_t item) {
  const auto i = static_cast<std::size_t>(item);
  return {{"title", items.title[i]}, {"year", items.year[i] ? Json(*items.year[i]) : Json(nullptr)}};
}

Json id_of(const UserTable& users, std::int32_t user) {
  const std::string& id = users.id[static_cast<std::size_t>(user)];
  return users.numeric_ids ? Json::parse(id) : Json(id);
}

/// What the user rated, highest first; of equal ratings the film that more people rated.
Json highest_rated(const Dataset& dataset, std::int32_t user) {
  const auto items = dataset.ratings.items_of(user);
  const auto stars = dataset.ratings.ratings_of(user);
  std::vector<std::size_t> order(items.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto popularity = [&](std::size_t i) { return dataset.items.ratings[static_cast<std::size_t>(items[i])]; };
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return stars[a] != stars[b] ? stars[a] > stars[b] : popularity(a) > popularity(b);
  });
  order.resize(std::min(order.size(), rated_shown));
  Json rated = Json::array();
  for (const std::size_t i : order) {
    rated.push_back(film(dataset.items, items[i]));
    rated.back()["rating"] = stars[i];
  }
  return rated;
}

/// The films that most people rated.
Json popular_films(const Catalogue& items) {
  std::vector<std::int32_t> order(static_cast<std::size_t>(items.size()));
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, [&](std::int32_t a, std::int32_t b) {
    return items.ratings[static_cast<std::size_t>(a)] > items.ratings[static_cast<std::size_t>(b)];
  });
  order.resize(std::min(order.size(), recommended_shown));
  Json popular = Json::array();
  for (const std::int32_t item : order) {
    popular.push_back(film(items, item));
    popular.back()["ratings"] = items.ratings[static_cast<std::size_t>(item)];
  }
  return popular;
}

}  // namespace

Json recommendation_test(const std::filesystem::path& model_folder, const Dataset& dataset, std::uint64_t seed,
                         std::int64_t users) {
  const TrainedModel model = read_model(model_folder);
  if (model.items.id != dataset.items.id) throw std::logic_error("the model has other films than its dataset");
  const FilmFinder finder(model.items);
  const std::vector<std::int32_t> model_items = model_items_of(dataset.items, finder);
  const std::vector<std::uint8_t> everything(static_cast<std::size_t>(model.items.size()), 1);
  const Recommender recommender(model, everything, static_cast<std::int64_t>(recommended_shown));
  Json people = Json::array();
  for (const std::int32_t user : drawn_users(dataset, seed, users)) {
    const Profile profile = profile_of(dataset, user, model_items, {}, false, nullptr);
    const Recommendation answer = recommender.recommend({profile}).front();
    Json recommended = Json::array();
    for (const auto& [item, score] : answer.items) {
      recommended.push_back(film(model.items, item));
      recommended.back()["score"] = score;
      recommended.back()["ratings"] = dataset.items.ratings[static_cast<std::size_t>(item)];
    }
    people.push_back({{"user", id_of(dataset.users, user)},
                      {"fold", dataset.users.fold[static_cast<std::size_t>(user)] == Fold::train ? "train" : "test"},
                      {"ratings", dataset.ratings.items_of(user).size()},
                      {"rated", highest_rated(dataset, user)},
                      {"recommended", recommended}});
  }
  return {{"seed", seed}, {"users", people}, {"popular", popular_films(dataset.items)}};
}

}  // namespace encore
