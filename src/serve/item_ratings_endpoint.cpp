// PUT /v1/items/{id}/ratings: what `encore items rate` does for one film. The model's folder is written anew, in one step, and opened again
// before the answer goes out: so the ratings count for the next question, and after a restart.
#include <fmt/format.h>
#include <map>
#include "catalogue/changed_folder.h"
#include "process/error.h"
#include "serve/item_rating_fields.h"
#include "serve/path_id.h"
#include "serve/service.h"
#include "settings/value_text.h"

namespace encore::serve {
namespace {

NewRating rating_in(const Json& value, const std::string& place, const RatingScale& scale) {
  const CheckedObject body(value, place, item_rating_fields());
  NewRating one;
  const auto user = body.id("user");
  if (!user || user->empty()) throw HttpError(400, fmt::format("{} is missing", body.place("user")), body.place("user"));
  one.user = *user;
  const auto stars = body.number("rating");
  if (scale.implicit) return one;
  if (!stars) throw HttpError(400, fmt::format("{} is missing", body.place("rating")), body.place("rating"));
  if (*stars < scale.minimum || *stars > scale.maximum) {
    throw HttpError(400, fmt::format("{} must be on the scale of this model, {:g} to {:g}", body.place("rating"), scale.minimum,
                                     scale.maximum), body.place("rating"));
  }
  one.stars = static_cast<float>(*stars);
  return one;
}

std::vector<NewRating> ratings_in(const std::string& text, const RatingScale& scale) {
  const Json body = parsed_body(text);
  if (!body.is_array()) return {rating_in(body, "", scale)};
  if (body.empty()) throw HttpError(400, "the list of ratings is empty");
  std::vector<NewRating> ratings;
  for (const Json& one : body) ratings.push_back(rating_in(one, fmt::format("[{}]", ratings.size()), scale));
  return ratings;
}

/// Of one user the last; "007" is user 7 where ids are numbers.
std::vector<NewRating> once_each(const std::vector<NewRating>& ratings, const Dataset& dataset, const std::string& film) {
  std::map<std::string, NewRating> of_user;
  for (NewRating one : ratings) {
    const auto number = dataset.users.numeric_ids ? parse_whole_number(one.user) : std::nullopt;
    if (number) one.user = std::to_string(*number);
    one.film = film;
    of_user[one.user] = one;
  }
  std::vector<NewRating> once;
  for (auto& [user, one] : of_user) once.push_back(std::move(one));
  return once;
}

}  // namespace

void Service::rate_item(const HttpRequest& request, const Reply& reply) {
  const std::string asked = id_in_path(request.path);
  const std::lock_guard one_at_a_time(change_mutex_);
  const auto desk = open()->desk;
  const TrainedModel& model = desk->model();
  const auto place = desk->finder().by_id(asked);
  if (!place) {
    throw HttpError(404, fmt::format("the model knows no film with the id {}; `encore items add` brings it in", asked.substr(0, 64)), "id");
  }
  if (!model.items.is_added(*place)) {
    throw HttpError(409, fmt::format("the film with the id {} was there when the model was trained; ratings of it are events (POST "
                                     "/v1/events), and count in the next training", asked.substr(0, 64)), "id");
  }
  const std::vector<NewRating> ratings = ratings_in(request.body, model.scale);
  if (!settings_.dataset)
    throw HttpError(409, "what users liked before is not known; start the server with --dataset, the one that the model was trained on");
  const std::string film = model.items.id[static_cast<std::size_t>(*place)];
  RatedModel rated;
  try {
    const auto once = [&](const Dataset& dataset) { return once_each(ratings, dataset, film); };
    rated = rate_folder(settings_.model, *settings_.dataset, once, threads_);
  } catch (const UserError& error) {
    throw HttpError(409, error.what());
  }
  reload();
  const RatedModel::Film& of_film = rated.films.front();
  const Json answer = {{"movieId", id_json(film, model.items.numeric_ids)},
                       {"ratings", of_film.ratings},
                       {"liked", of_film.liked},
                       {"leftOut", {{"byUnknownUsers", rated.of_unknown_users.count}, {"byHeldOutUsers", rated.of_held_out_users.count}}}};
  reply({200, "application/json", answer.dump() + "\n", {}});
}

}  // namespace encore::serve
