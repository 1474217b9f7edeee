// Writing answers: lists, reasons, cursors.
#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>
#include <random>
#include "recommendation/diversity.h"
#include "recommendation/reasons.h"
#include "serve/http_message.h"
#include "serve/recommend_call.h"

namespace encore::serve {
namespace {

constexpr std::size_t most_reasons = 3;

void add_reasons(const RecommendCall& call, const std::vector<ScoredItem>& chosen, Json& items) {
  std::vector<std::int32_t> films;
  for (const auto& scored : chosen) films.push_back(scored.item);
  const auto reasons = reasons_for(call.desk->model(), call.desk->recommender(), call.person, films, most_reasons);
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    Json list = Json::array();
    for (const auto& reason : reasons[i]) {
      Json film = film_object(call.desk->model().items, reason.item, {}, nullptr);
      film["gain"] = reason.gain;
      list.push_back(std::move(film));
    }
    items[i]["reasons"] = std::move(list);
  }
}

/// The same question for the films that this page has not given.
RecommendCall next_page(const RecommendCall& call, const std::vector<ScoredItem>& chosen) {
  RecommendCall next = call;
  std::vector<std::int32_t> given;
  for (const auto& scored : chosen) given.push_back(scored.item);
  next.delivered.insert(next.delivered.end(), given.begin(), given.end());
  std::sort(given.begin(), given.end());
  std::vector<std::int32_t> hidden;
  std::set_union(call.person.hidden.begin(), call.person.hidden.end(), given.begin(), given.end(), std::back_inserter(hidden));
  next.person.hidden = std::move(hidden);
  next.unknown.clear();
  next.notes.clear();
  return next;
}

}  // namespace

Json id_json(const std::string& id, bool numeric) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  return numeric && error == std::errc() && end == id.data() + id.size() ? Json(number) : Json(id);
}

Json film_object(const Catalogue& items, std::int32_t item, const std::vector<std::string>& fields, const float* score) {
  const auto row = static_cast<std::size_t>(item);
  const auto wanted = [&](std::string_view key, bool usual) {
    return fields.empty() ? usual : std::find(fields.begin(), fields.end(), key) != fields.end();
  };
  Json film = Json::object();
  if (wanted("movieId", true)) film["movieId"] = id_json(items.id[row], items.numeric_ids);
  if (wanted("title", true)) film["title"] = items.title[row];
  if (wanted("year", true)) film["year"] = items.year[row] ? Json(*items.year[row]) : Json(nullptr);
  if (wanted("genres", false)) film["genres"] = items.genres[row];
  if (wanted("ratings", false)) film["ratings"] = items.ratings[row];
  if (score != nullptr && wanted("score", true)) film["score"] = *score;
  return film;
}

Json answer_json(const RecommendCall& call, const Recommendation& answer, Cursors& cursors) {
  const Desk& desk = *call.desk;
  std::vector<ScoredItem> chosen = answer.items;
  std::vector<std::uint8_t> is_explored;
  if (call.explore.share > 0) {
    Question question{&call.person, call.k};
    if (call.fits) question.fits = *call.fits;
    ExploredAnswer made = desk.explorer().explored(desk.recommender(), {&question, 1}, {answer}, {&call.explore, 1}, 1).front();
    chosen = std::move(made.answer.items), is_explored = std::move(made.explored);
  }
  if (call.diversity > 0) chosen = diversified(desk.vectors(), chosen, call.k, call.diversity, call.delivered);
  Json items = Json::array();
  for (const auto& scored : chosen) items.push_back(film_object(desk.model().items, scored.item, call.fields, &scored.score));
  for (std::size_t i = 0; i < is_explored.size(); ++i) items[i]["explored"] = is_explored[i] != 0;
  const bool own_opinion = answer.kind != ScoreKind::ratings && desk.model().model->listens();
  if (call.explain && own_opinion) add_reasons(call, chosen, items);
  Json json = {{"recommId", fresh_token()}};
  if (call.user) json["user"] = *call.user;
  json["items"] = std::move(items);
  json["score"] = name_of(answer.kind);
  json["unknown"] = call.unknown;
  const bool more = std::ssize(chosen) == call.k;
  json["cursor"] = more ? Json(cursors.keep(next_page(call, chosen))) : Json(nullptr);
  std::vector<std::string> notes = call.notes;
  Question question{&call.person, call.k};
  if (call.fits) question.fits = *call.fits;
  const std::string note = note_of(desk, question, {chosen, answer.kind}, "where");
  if (!note.empty()) notes.push_back(note);
  if (!call.unknown.empty()) notes.push_back(fmt::format("{} {} not known to the model and left out", call.unknown.size(),
                                                         call.unknown.size() == 1 ? "id is" : "ids are"));
  if (call.explain && !own_opinion) notes.emplace_back("popular films have no reasons");
  if (call.explain && call.person.items.size() > most_left_out)
    notes.push_back(fmt::format("reasons were looked for among {} of the {} ratings", most_left_out, call.person.items.size()));
  if (!notes.empty()) json["note"] = fmt::format("{}", fmt::join(notes, "; "));
  return json;
}

std::string Cursors::keep(RecommendCall next) {
  std::string token = fresh_token();
  auto kept = std::make_shared<const RecommendCall>(std::move(next));
  const std::lock_guard lock(mutex_);
  kept_.emplace_front(token, std::move(kept));
  index_[token] = kept_.begin();
  if (kept_.size() > most) {
    index_.erase(kept_.back().first);
    kept_.pop_back();
  }
  return token;
}

void Cursors::clear() {
  const std::lock_guard lock(mutex_);
  kept_.clear();
  index_.clear();
}

RecommendCall Cursors::find(const std::string& token, const std::shared_ptr<const Desk>& desk) const {
  std::shared_ptr<const RecommendCall> call;
  {
    const std::lock_guard lock(mutex_);
    const auto found = index_.find(token);
    if (found != index_.end()) call = found->second->second;
  }
  if (!call) throw HttpError(410, "this cursor is not kept any more; ask for the first page again", "cursor");
  if (call->desk != desk) throw HttpError(410, "the model was replaced since this cursor; ask for the first page again", "cursor");
  return *call;
}

std::string fresh_token() {
  thread_local std::random_device device;
  return fmt::format("{:08x}{:08x}", device(), device());
}

}  // namespace encore::serve
