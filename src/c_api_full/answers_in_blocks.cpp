// encore_answers_films, _people, _catalogue and _top: what a table of many people's recommendations is made of, block by block
// in arrays. Not single questions (commands.cpp) and not the file of all users (recommendation/bulk.h).
#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "c_api/guard.h"
#include "c_api_full/handles.h"
#include "kernel/parallel.h"
#include "model/recommender.h"
#include "options/settings_json.h"
#include "process/error.h"
#include "process/interruption.h"
#include "process/resources.h"
#include "recommendation/bulk.h"
#include "model/exploration.h"
#include "recommendation/profile.h"

namespace encore::c_api {
namespace {

using Json = nlohmann::ordered_json;

RecommendSettings settings_in(const char* options_json) {
  return settings_from_json(recommend_options(), require(options_json, "options_json"));
}

OpenedModel::People& people_in(const encore_answers& answers, const RecommendSettings& settings) {
  if (!settings.dataset) throw UserError("--user needs --dataset, the folder that holds the users' ratings");
  return answers.opened.people_of(*settings.dataset);
}

/// What there is to say about films that do not count.
Json notes_of(const TrainedModel& model, std::span<const std::int32_t> items, std::span<const std::string> unknown) {
  Json notes = Json::array();
  for (const std::string& note : {note_of_unknown(unknown), note_of_many(model, items)})
    if (!note.empty()) notes.push_back(note);
  return notes;
}

/// Makes the profile of row r; called from several threads.
using ProfileOfRow = std::function<Profile(std::int32_t row)>;

struct Lists {
  std::int64_t k;
  std::int32_t* item;
  float* score;
  std::int32_t* count;
  std::int8_t* popular;

  void put(std::int64_t row, const Recommendation& answer) const {
    std::fill_n(item + row * k, k, -1);
    std::fill_n(score + row * k, k, std::numeric_limits<float>::quiet_NaN());
    for (std::int64_t rank = 0; rank < std::ssize(answer.items); ++rank) {
      item[row * k + rank] = answer.items[static_cast<std::size_t>(rank)].item;
      score[row * k + rank] = answer.items[static_cast<std::size_t>(rank)].score;
    }
    count[row] = static_cast<std::int32_t>(answer.items.size());
    popular[row] = answer.kind == ScoreKind::ratings;
  }
};

void answer_rows(const ListsFor& recommend, std::int64_t rows, const ProfileOfRow& profile, int threads,
                 const Lists& lists) {
  constexpr std::int64_t size = rows_at_once;
  kernel::parallel_for((rows + size - 1) / size, threads, [&](std::int64_t run) {
    stop_if_interrupted();
    std::vector<Profile> people;
    for (std::int64_t row = run * size; row < std::min(rows, (run + 1) * size); ++row)
      people.push_back(profile(static_cast<std::int32_t>(row)));
    const auto answers = recommend(people);
    for (std::size_t i = 0; i < answers.size(); ++i) lists.put(run * size + static_cast<std::int64_t>(i), answers[i]);
  });
}

/// A row of the model's items, ascending.
Profile profile_in(const encore_users& users, std::int64_t row, const std::vector<std::int32_t>& excluded,
                   bool include_seen) {
  Profile person;
  for (std::int64_t cell = users.start[row]; cell < users.start[row + 1]; ++cell) {
    person.items.push_back(users.item[cell]);
    person.stars.push_back(users.stars[cell]);
  }
  person.hidden = excluded;
  if (!include_seen) {
    person.hidden.clear();
    std::ranges::set_union(person.items, excluded, std::back_inserter(person.hidden));
  }
  return person;
}

void require_rows(const encore_users& users, std::int32_t items) {
  for (std::int64_t row = 0; row < users.rows; ++row) {
    if (users.start[row] > users.start[row + 1]) throw Misuse("a row ends before it starts");
    for (std::int64_t cell = users.start[row]; cell < users.start[row + 1]; ++cell) {
      const bool ascends = cell == users.start[row] || users.item[cell] > users.item[cell - 1];
      if (!ascends || users.item[cell] < 0 || users.item[cell] >= items) throw Misuse("an item is out of order or range");
    }
  }
}

}  // namespace
}  // namespace encore::c_api

using namespace encore;         // NOLINT: what follows is C's
using namespace encore::c_api;  // NOLINT

extern "C" {

int encore_answers_catalogue(const encore_answers* answers, char** json) {
  return guarded([&] {
    const TrainedModel& model = require(answers, "answers")->opened.desk.model();
    Json years = Json::array();
    for (const auto& year : model.items.year) years.push_back(year ? Json(*year) : Json(nullptr));
    const Json object = {{"numeric_ids", model.items.numeric_ids},
                         {"movieId", model.items.id},
                         {"title", model.items.title},
                         {"year", std::move(years)}};
    *require(json, "json") = handed_out(object.dump());
  });
}

int encore_answers_films(const encore_answers* answers, const char* films_json, char** json) {
  return guarded([&] {
    const Desk& desk = require(answers, "answers")->opened.desk;
    std::vector<std::int32_t> items;
    std::vector<std::string> unknown;
    for (const auto& film : Json::parse(require(films_json, "films_json"))) {
      const auto text = film.get<std::string>();
      items.push_back(desk.finder().find(text).value_or(-1));
      if (items.back() < 0) unknown.push_back(text.starts_with("id:") ? text.substr(3) : text);
    }
    const Json object = {{"items", items}, {"notes", notes_of(desk.model(), items, unknown)}};
    *require(json, "json") = handed_out(object.dump());
  });
}

int encore_answers_people(const encore_answers* answers, const char* options_json, int64_t first, int64_t count,
                          char** json) {
  return guarded([&] {
    OpenedModel::People& people = people_in(*require(answers, "answers"), settings_in(options_json));
    const auto from = static_cast<std::int32_t>(std::clamp<std::int64_t>(first, 0, people.users.size()));
    const auto wanted = static_cast<std::int32_t>(std::clamp<std::int64_t>(count, 0, people.users.size() - from));
    const Json ids = wanted == 0 ? Json::array() : Json(people.users.in_order(from, wanted).users.id);
    Json object = {{"users", people.users.size()}, {"numeric_ids", people.users.numeric_ids()}, {"ids", ids}};
    if (first == 0 && count == 0) object["notes"] = notes_of(answers->opened.desk.model(), people.model_items, people.unknown);
    *require(json, "json") = handed_out(object.dump());
  });
}

int encore_answers_top(const encore_answers* answers, const char* options_json, const char* user_ids_json,
                       const encore_users* users, const encore_stop* stop, int32_t* item, float* score, int32_t* count,
                       int8_t* popular) {
  return guarded([&] {
    const InterruptionScope scope(stop == nullptr ? nullptr : &stop->interruption);
    const Desk& desk = require(answers, "answers")->opened.desk;
    const RecommendSettings settings = settings_in(options_json);
    const std::vector<std::uint8_t> everything(static_cast<std::size_t>(desk.model().items.size()), 1);
    const FilmMask fits = settings.where ? desk.films_where(*settings.where) : nullptr;
    ProfileBuilder builder(desk.finder(), desk.model().scale);
    for (const auto& film : settings.exclude) builder.exclude(film);
    const std::vector<std::int32_t> excluded = builder.profile(true).hidden;
    const std::vector<std::uint8_t>& candidate = fits ? *fits : everything;
    const Recommender recommender(desk.model(), candidate, settings.k);
    const Explorer explorer(desk.model(), candidate);
    const Exploration wish{settings.explore, static_cast<std::uint64_t>(settings.seed.value_or(42))};
    if (settings.seed && settings.explore == 0) throw UserError("--seed is about the draws of --explore SHARE, which is missing");
    const auto recommend = [&](const std::vector<Profile>& people) { return explorer.recommend(recommender, people, settings.k, wish); };
    const Lists lists{settings.k, require(item, "item"), require(score, "score"), require(count, "count"),
                      require(popular, "popular")};
    const int threads = threads_to_use(settings.threads);
    if (users != nullptr) {
      require_rows(*users, desk.model().items.size());
      const auto profile = [&](std::int32_t row) { return profile_in(*users, row, excluded, settings.include_seen); };
      return answer_rows(recommend, users->rows, profile, threads, lists);
    }
    OpenedModel::People& people = people_in(*answers, settings);
    const Dataset& found = people.users.with_ids(Json::parse(require(user_ids_json, "user_ids_json")));
    const auto profile = [&](std::int32_t row) {
      return profile_of(found, row, people.model_items, excluded, settings.include_seen, nullptr);
    };
    answer_rows(recommend, found.users.size(), profile, threads, lists);
  });
}
}
