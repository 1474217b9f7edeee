// Reading requests: every mistake names its place in the body.
#include "serve/recommend_call.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <map>
#include <set>
#include "process/error.h"
#include "serve/http_message.h"

namespace encore::serve {

std::int64_t RecommendCall::wanted() const {
  return diversity > 0 ? std::max<std::int64_t>(10 * k, 200) : k;
}

namespace {

constexpr std::size_t most_excluded = 100'000;
constexpr std::int64_t most_diverse = 100;  ///< films are compared pairwise

/// Films by item, ascending, with their stars; and what may be no answer.
struct Collected {
  std::map<std::int32_t, float> stars;
  std::set<std::int32_t> seen, excluded;
};

void take_rating(const Json& value, const std::string& place, const Desk& desk, Collected& collected,
                 std::vector<std::string>& unknown) {
  const CheckedObject rating(value, place, rating_fields());
  const RatingScale& scale = desk.model().scale;
  const auto id = rating.id("movieId");
  const auto title = rating.text("title");
  if (id.has_value() == title.has_value())
    throw HttpError(400, fmt::format("{} must name its film by movieId or by title", place), place);
  auto stars = rating.number("rating");
  if (!stars && !scale.implicit) throw HttpError(400, fmt::format("{} is missing", rating.place("rating")), rating.place("rating"));
  if (!stars) stars = scale.maximum;
  if (!scale.implicit && (*stars < scale.minimum || *stars > scale.maximum)) {
    throw HttpError(400, fmt::format("{} must be on the scale of this model, {:g} to {:g}", rating.place("rating"), scale.minimum,
                                     scale.maximum), rating.place("rating"));
  }
  std::optional<std::int32_t> item;
  try {
    item = id ? desk.finder().by_id(*id) : desk.finder().find(*title);
  } catch (const UserError& error) {
    throw HttpError(400, error.what(), rating.place("title"));
  }
  if (!item) return unknown.push_back(id ? *id : *title);
  collected.stars[*item] = static_cast<float>(*stars);
  collected.seen.insert(*item);
}

void take_user(const std::string& user, const KnownUsers* users, const Desk& desk, Collected& collected, RecommendCall& call) {
  if (users == nullptr)
    throw HttpError(400, "this server knows no users; name ratings, or start it with --dataset or --events", "user");
  call.user = user;
  const auto history = users->find(user);
  if (!history) {
    call.notes.push_back(fmt::format("nothing is known of the user {} yet", user.substr(0, 64)));
    return;
  }
  for (const auto& [id, opinion] : history->items) {
    const auto item = desk.finder().by_id(id);
    if (!item) {
      call.unknown.push_back(id);
      continue;
    }
    if (opinion.rated()) collected.stars[*item] = opinion.stars.value_or(static_cast<float>(desk.model().scale.maximum));
    if (opinion.rated() || opinion.seen) collected.seen.insert(*item);
    if (opinion.dismissed) collected.excluded.insert(*item);
  }
}

/// The films that a list of ids names.
void take_films(const CheckedObject& body, std::string_view field, const Desk& desk, std::set<std::int32_t>& films,
                std::vector<std::string>& unknown) {
  std::size_t i = 0;
  for (const Json* id : body.list(field, most_excluded)) {
    const std::string id_of_film = id_text(*id, fmt::format("{}[{}]", body.place(field), i++));
    if (const auto item = desk.finder().by_id(id_of_film)) {
      films.insert(*item);
    } else {
      unknown.push_back(id_of_film);
    }
  }
}

std::vector<std::string> fields_of(const CheckedObject& body) {
  std::vector<std::string> names;
  std::size_t i = 0;
  for (const Json* name : body.list("fields", 16)) {
    const std::string place = fmt::format("{}[{}]", body.place("fields"), i++);
    if (!name->is_string() || std::find(item_keys().begin(), item_keys().end(), name->get<std::string>()) == item_keys().end())
      throw HttpError(400, fmt::format("{} must be one of movieId, title, year, genres, ratings, score", place), place);
    names.push_back(name->get<std::string>());
  }
  return names;
}

RecommendCall continued(const CheckedObject& body, const std::string& cursor, const std::shared_ptr<const Desk>& desk,
                        const std::vector<std::int32_t>& retired, const Cursors& cursors) {
  for (const Field& field : recommend_fields()) {
    if (!body.has(field.name) || field.name == "cursor" || field.name == "k" || field.name == "explain" || field.name == "fields")
      continue;
    throw HttpError(400, fmt::format("{} cannot change while a list goes on; leave it out beside cursor", body.place(field.name)),
                    body.place(field.name));
  }
  RecommendCall call = cursors.find(cursor, desk);
  std::vector<std::int32_t> hidden;
  std::set_union(call.person.hidden.begin(), call.person.hidden.end(), retired.begin(), retired.end(), std::back_inserter(hidden));
  call.person.hidden = std::move(hidden);
  if (const auto k = body.whole("k")) call.k = *k;
  if (const auto explain = body.boolean("explain")) call.explain = *explain;
  if (body.has("fields")) call.fields = fields_of(body);
  return call;
}

}  // namespace

RecommendCall understood(const Json& value, const std::string& place, const std::shared_ptr<const Desk>& desk, const KnownUsers* users,
                         const std::vector<std::int32_t>& retired, double explore, const Cursors& cursors) {
  const CheckedObject body(value, place, recommend_fields());
  if (const auto cursor = body.text("cursor")) return continued(body, *cursor, desk, retired, cursors);
  RecommendCall call;
  call.desk = desk;
  call.k = body.whole("k").value_or(10);
  call.diversity = body.number("diversity").value_or(0);
  call.explore = {body.number("explore").value_or(call.diversity > 0 ? 0 : explore),
                  static_cast<std::uint64_t>(body.whole("seed").value_or(42))};
  if (body.whole("seed") && call.explore.share == 0)
    throw HttpError(400, fmt::format("{} is about the draws of explore, of which there are none", body.place("seed")), body.place("seed"));
  call.explain = body.boolean("explain").value_or(false);
  call.fields = fields_of(body);
  if (call.diversity > 0 && !desk->vectors().any())
    throw HttpError(400, "this model has no vectors of films, which diversity compares", body.place("diversity"));
  if (call.diversity > 0 && call.explore.share > 0)
    throw HttpError(400, fmt::format("{} and diversity both decide the places of a list; leave one of them out", body.place("explore")),
                    body.place("explore"));
  if (call.diversity > 0 && call.k > most_diverse)
    throw HttpError(400, fmt::format("k is at most {} with diversity", most_diverse), body.place("k"));
  Collected collected;
  if (const auto user = body.id("user")) take_user(*user, users, *desk, collected, call);
  std::size_t i = 0;
  for (const Json* rating : body.list("ratings", most_ratings))
    take_rating(*rating, fmt::format("{}[{}]", body.place("ratings"), i++), *desk, collected, call.unknown);
  const bool include_seen = body.boolean("includeSeen").value_or(false);
  if (include_seen && !body.list("seen", most_excluded).empty())
    throw HttpError(400, fmt::format("{} names films that are no answers, and includeSeen makes seen films answers; leave one of them out",
                                     body.place("seen")), body.place("seen"));
  take_films(body, "seen", *desk, collected.seen, call.unknown);
  take_films(body, "exclude", *desk, collected.excluded, call.unknown);
  for (const auto& [item, stars] : collected.stars) {
    call.person.items.push_back(item);
    call.person.stars.push_back(stars);
  }
  for (const std::int32_t item : collected.seen)
    if (!collected.stars.contains(item)) call.person.seen.push_back(item);
  if (!include_seen) collected.excluded.insert(collected.seen.begin(), collected.seen.end());
  collected.excluded.insert(retired.begin(), retired.end());
  call.person.hidden.assign(collected.excluded.begin(), collected.excluded.end());
  if (const auto where = body.text("where")) {
    if (where->size() > 4096) throw HttpError(400, "where is longer than 4096 bytes", body.place("where"));
    try {
      call.fits = desk->films_where(*where, "where");
    } catch (const UserError& error) {
      throw HttpError(400, error.what(), body.place("where"));
    }
  }
  return call;
}

}  // namespace encore::serve
