// `encore recommend`: films for a new user, for a user of a dataset, or for all of them.
#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <iterator>
#include <fmt/ranges.h>
#include <memory>
#include <nlohmann/json.hpp>
#include "commands/command.h"
#include "commands/film_json.h"
#include "commands/opened_model.h"
#include "console/progress.h"
#include "console/table.h"
#include "dataset/same_scale.h"
#include "folder/dataset_folder.h"
#include "process/resources.h"
#include "process/error.h"
#include "process/staged_file.h"
#include "recommendation/bulk.h"
#include "model/exploration.h"
#include "recommendation/dataset_user.h"
#include "recommendation/profile.h"
#include "recommendation/ratings_file.h"
#include "recommendation/reasons.h"
#include "recommendation/same_catalogue.h"
#include "settings/recommend_settings.h"

namespace encore {
namespace {

using Json = nlohmann::ordered_json;

/// For each film of the dataset the model's. Throws UserError when the two do not belong together.
std::vector<std::int32_t> films_of_model(const Desk& desk, const Catalogue& films, const RatingScale& scale,
                                         const std::string& dataset_folder) {
  require_same_stars(desk.model().scale, scale, desk.folder(), dataset_folder);
  std::vector<std::int32_t> found = model_items_of(films, desk.finder());
  require_common_films(desk.model().items, films, found, desk.folder(), dataset_folder);
  return found;
}

/// Everything that one run of the command shares.
struct Session {
  const RecommendSettings& settings;
  const Output& output;
  const Desk& desk;
  const FilmMask& fits;  ///< of --where; null: all films
  const TrainedModel& model;
  const FilmFinder& finder;
  const OpenedModel& opened;
};

void require_one_source(const RecommendSettings& settings) {
  for (const auto& option : recommend_options())
    if (option.group == "The file of --ratings" && !settings.ratings && is_given(settings, option))
      throw UserError(fmt::format("{} says how the file of --ratings is to be read, and there is none", option.name));
  const bool names_films = !settings.rate.empty() || settings.ratings;
  if (static_cast<int>(names_films) + static_cast<int>(settings.user.has_value()) + static_cast<int>(settings.all) >
      1) {
    throw UserError("say for whom in one way: --rate and --ratings for a new user, or --user, or --all");
  }
  if (settings.seed && settings.explore == 0) throw UserError("--seed is about the draws of --explore SHARE, which is missing");
  if (settings.all && settings.explain)
    throw UserError("--explain answers for one person; ask with --user, --rate or --ratings instead of --all");
  if (settings.all && !settings.seen.empty()) {
    throw UserError("--seen says what one person has seen; with --all leave a film out of everybody's list with --exclude");
  }
  if (settings.include_seen && !settings.seen.empty())
    throw UserError("--seen names films that are no answers, and --include-seen makes seen films answers; leave one of them out");
  if ((settings.user || settings.all) && !settings.dataset) {
    throw UserError(
        fmt::format("{} needs --dataset, the folder that holds the users' ratings", settings.all ? "--all" : "--user"));
  }
  if (!settings.user && !settings.all && settings.dataset) throw UserError("--dataset goes with --user or --all");
  if (settings.all != settings.output.has_value()) {
    throw UserError(settings.all ? "--all needs --output, the file to write"
                                 : "--output goes with --all; other answers are printed");
  }
}

void remark_if_any(const Output& output, const std::string& note) {
  if (!note.empty()) output.remark(note);
}

std::string score_text(ScoreKind kind, float score) {
  switch (kind) {
    case ScoreKind::probability:
      return fmt::format("{:.3g} %", 100 * score);
    case ScoreKind::stars:
      return fmt::format("{:.2f}", score);
    case ScoreKind::score:
      return fmt::format("{:.4f}", score);
    case ScoreKind::likes:
    case ScoreKind::ratings:
      return with_thousands(static_cast<long long>(score));
  }
  return "";
}

/// For each film of the answer its reasons; empty where none were asked for, or popular films are all there is.
using Reasons = std::vector<std::vector<Reason>>;
constexpr std::size_t most_reasons = 2;

Reasons reasons_of(const Session& session, const Profile& person, const Recommendation& answer) {
  if (!session.settings.explain || answer.kind == ScoreKind::ratings || answer.kind == ScoreKind::likes) return {};
  std::vector<std::int32_t> films;
  for (const auto& scored : answer.items) films.push_back(scored.item);
  return reasons_for(session.model, session.desk.recommender(), person, films, most_reasons);
}

/// `explored`: of each film; empty where nobody asked.
Json items_json(const Catalogue& catalogue, const std::vector<ScoredItem>& items, const Reasons& reasons,
                const std::vector<std::uint8_t>& explored) {
  Json json = Json::array();
  for (std::size_t i = 0; i < items.size(); ++i) {
    json.push_back(film_json(catalogue, items[i].item));
    json.back()["score"] = items[i].score;
    if (!explored.empty()) json.back()["explored"] = explored[i] != 0;
    if (reasons.empty()) continue;
    Json list = Json::array();
    for (const auto& reason : reasons[i]) {
      list.push_back(film_json(catalogue, reason.item));
      list.back()["gain"] = reason.gain;
    }
    json.back()["reasons"] = std::move(list);
  }
  return json;
}

std::string items_text(const Catalogue& catalogue, const Recommendation& answer, const Reasons& reasons,
                       const std::vector<std::uint8_t>& explored) {
  std::vector<TableColumn> columns = {{"", true}, {"film"}, {"year", true}, {"genres"}, {std::string(name_of(answer.kind)), true}};
  if (!explored.empty()) columns.push_back({"its place"});
  if (!reasons.empty()) columns.push_back({"because of your rating of"});
  Table table(columns);
  for (std::size_t rank = 0; rank < answer.items.size(); ++rank) {
    const auto row = static_cast<std::size_t>(answer.items[rank].item);
    std::vector<std::string> cells = {std::to_string(rank + 1), catalogue.title[row],
                                      catalogue.year[row] ? std::to_string(*catalogue.year[row]) : "", catalogue.genres[row],
                                      score_text(answer.kind, answer.items[rank].score)};
    if (!explored.empty()) cells.emplace_back(explored[rank] != 0 ? "explored" : "");
    if (!reasons.empty()) {
      std::vector<std::string> titles;
      for (const auto& reason : reasons[rank]) titles.push_back(catalogue.title[static_cast<std::size_t>(reason.item)]);
      cells.push_back(titles.empty() ? "-" : fmt::format("{}", fmt::join(titles, ", ")));
    }
    table.add(cells);
  }
  return table.text();
}

Exploration exploration_of(const RecommendSettings& settings) {
  return {settings.explore, static_cast<std::uint64_t>(settings.seed.value_or(42))};
}

void answer_one(const Session& session, const Profile& person, const Json& user,
                const std::vector<std::string>& unknown) {
  remark_if_any(session.output, note_of_unknown(unknown));
  const RecommendSettings& settings = session.settings;
  Question question{&person, settings.k};
  if (session.fits) question.fits = *session.fits;
  const int threads = threads_to_use(settings.threads);
  const Exploration wish = exploration_of(settings);
  ExploredAnswer made{session.desk.recommender().answer({&question, 1}, threads).front(), {}};
  if (wish.share > 0)
    made = session.desk.explorer().explored(session.desk.recommender(), {&question, 1}, {made.answer}, {&wish, 1}, threads).front();
  const Recommendation& answer = made.answer;
  const std::string note = note_of(session.desk, question, answer, "--where");
  const Reasons reasons = reasons_of(session, person, answer);
  Json json;
  if (!user.is_null()) json["user"] = user;
  json["items"] = items_json(session.model.items, answer.items, reasons, made.explored);
  Json whole = {{"users", Json::array({json})}, {"score", name_of(answer.kind)}, {"unknown", unknown}};
  if (!note.empty()) whole["note"] = note;
  session.output.object(whole.dump());
  if (!answer.items.empty()) session.output.result(items_text(session.model.items, answer, reasons, made.explored));
  remark_if_any(session.output, note);
}

ProfileBuilder builder_of(const Session& session) {
  ProfileBuilder builder(session.finder, session.model.scale);
  for (const auto& title : session.settings.exclude) builder.exclude(title);
  for (const auto& title : session.settings.seen) builder.seen(title);
  return builder;
}

/// What is said of a film twice: the rating says more.
void name_seen_and_rated(const Session& session, const ProfileBuilder& builder, const Profile& person) {
  for (const auto item : builder.seen_films()) {
    if (!std::binary_search(person.items.begin(), person.items.end(), item)) continue;
    session.output.remark(fmt::format("{} is rated, too, and counts as that: --seen adds nothing",
                                      session.model.items.title[static_cast<std::size_t>(item)]));
  }
}

/// How the file of --ratings is to be read.
RatingsFileFormat format_of(const RecommendSettings& settings) {
  RatingsFileFormat format{settings.item_column, settings.title_column, settings.year_column, settings.rating_column};
  if (settings.encoding != "auto") format.encoding = encoding_named(settings.encoding);
  format.quoted = settings.quote == "double";
  return format;
}

void recommend_to_new_user(const Session& session) {
  ProfileBuilder builder = builder_of(session);
  if (session.settings.ratings) {
    std::string guessed;
    const auto ratings = read_ratings_file(*session.settings.ratings, format_of(session.settings), &guessed);
    if (!guessed.empty()) session.output.remark(guessed);
    for (const auto& rating : ratings) {
      try {
        builder.rate_row(rating.film, rating.is_id, rating.stars, rating.time);
      } catch (const UserError& error) {
        throw UserError(fmt::format("{}, line {}: {}", *session.settings.ratings, rating.line, error.what()));
      }
    }
  }
  if (builder.repeated() > 0) {
    session.output.remark(fmt::format("{} of {} in several rows: the latest counts, of equal times the highest rating",
                                      builder.repeated() == 1 ? "1 film" : with_thousands(builder.repeated()) + " films",
                                      *session.settings.ratings));
  }
  for (const auto& rating : session.settings.rate) builder.rate(rating);
  const Profile person = builder.profile(session.settings.include_seen);
  name_seen_and_rated(session, builder, person);
  answer_one(session, person, nullptr, builder.unknown());
}

void recommend_to_user(const Session& session) {
  const RecommendSettings& settings = session.settings;
  OpenedModel::People& people = session.opened.people_of(*settings.dataset);
  const Dataset& dataset = people.users.with_ids({*settings.user});
  const ProfileBuilder builder = builder_of(session);
  std::vector<std::string> unknown = builder.unknown();
  const Profile named = builder.profile(true);
  Profile person = profile_of(dataset, 0, people.model_items, named.hidden, settings.include_seen, &unknown);
  person.seen = united(person.seen, named.seen);
  name_seen_and_rated(session, builder, person);
  answer_one(session, person, id_json(dataset.users.id.front(), dataset.users.numeric_ids), unknown);
}

void tell_bulk(const Session& session, const BulkResult& result, const std::vector<std::string>& unknown,
               double seconds) {
  session.output.object(Json{
      {"output", *session.settings.output},
      {"rows", result.rows},
      {"user_count", result.users},
      {"popular_for", result.popular},
      {"nothing_for", result.without},
      {"unknown", unknown},
      {"seconds", seconds}}.dump());
  session.output.result(fmt::format(
      "{}: {} films for {} users in {} ({} users a second){}", *session.settings.output, with_thousands(result.rows),
      with_thousands(result.users), readable_seconds(seconds),
      with_thousands(static_cast<long long>(static_cast<double>(result.users) / seconds)),
      result.popular == 0 ? ""
                          : fmt::format("; {} of them get popular films, because the model looks at none of "
                                        "their ratings",
                                        with_thousands(result.popular))));
  if (result.without > 0) {
    session.output.remark(fmt::format("{} {} no row in it, because no film is left to recommend", with_thousands(result.without),
                                      result.without == 1 ? "user has" : "users have"));
  }
}

std::vector<std::string> ids_without_item(const Catalogue& dataset, const std::vector<std::int32_t>& model_items) {
  std::vector<std::string> ids;
  for (std::size_t item = 0; item < model_items.size(); ++item)
    if (model_items[item] < 0) ids.push_back(dataset.id[item]);
  return ids;
}

void recommend_to_all_users(const Session& session) {
  const RecommendSettings& settings = session.settings;
  const Dataset dataset = read_whole_dataset(*settings.dataset);
  const ProfileBuilder builder = builder_of(session);
  const std::vector<std::int32_t> excluded = builder.profile(true).hidden;
  const std::vector<std::int32_t> model_items = films_of_model(session.desk, dataset.items, dataset.scale, *settings.dataset);
  std::vector<std::string> unknown = builder.unknown();
  std::ranges::copy(ids_without_item(dataset.items, model_items), std::back_inserter(unknown));
  StagedFile staged(*settings.output);  // before anything is remarked: what is wrong with it is all that there is to say
  remark_if_any(session.output, note_of_unknown(unknown));
  remark_if_any(session.output, note_of_many(session.model, model_items));
  const auto began = std::chrono::steady_clock::now();
  const int threads = threads_to_use(settings.threads);
  const bool parquet = std::filesystem::path(*settings.output).extension() == ".parquet";
  const std::vector<std::uint8_t> everything(static_cast<std::size_t>(session.model.items.size()), 1);
  const std::vector<std::uint8_t>& candidate = session.fits ? *session.fits : everything;
  const Recommender recommender(session.model, candidate, settings.k);
  const Explorer explorer(session.model, candidate);
  const auto lists = [&](const std::vector<Profile>& people) {
    return explorer.recommend(recommender, people, settings.k, exploration_of(settings));
  };
  BulkResult result;
  {
    Progress progress(session.output, "recommend", "users", dataset.users.size());
    const auto profile = [&](std::int32_t user) {
      return profile_of(dataset, user, model_items, excluded, settings.include_seen, nullptr);
    };
    const auto report = [&](std::int64_t users) { progress.update(static_cast<double>(users)); };
    const auto write = parquet ? write_all_as_parquet : write_all_as_csv;
    result = write(session.model, lists, dataset.users, profile, staged.path(), threads, report);
  }
  staged.commit();
  tell_bulk(session, result, unknown, std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
}

}  // namespace

OpenedModel::People::People(const std::string& dataset_folder, const Desk& desk)
    : folder(dataset_folder),
      users(dataset_folder),
      model_items(films_of_model(desk, users.items(), users.scale(), dataset_folder)),
      unknown(ids_without_item(users.items(), model_items)) {}

OpenedModel::People& OpenedModel::people_of(const std::string& dataset_folder) const {
  if (!people_ || people_->folder != dataset_folder || !people_->users.current())
    people_ = std::make_unique<People>(dataset_folder, desk);
  return *people_;
}

void recommend(const OpenedModel& opened, const RecommendSettings& settings, const Output& output) {
  require_one_source(settings);
  const Desk& desk = opened.desk;
  const FilmMask fits = settings.where ? desk.films_where(*settings.where) : nullptr;
  const Session session{settings, output, desk, fits, desk.model(), desk.finder(), opened};
  if (settings.all) {
    recommend_to_all_users(session);
  } else if (settings.user) {
    recommend_to_user(session);
  } else {
    recommend_to_new_user(session);
  }
}

namespace {

int run_recommend(const RecommendSettings& settings, const Output& output) {
  require_one_source(settings);
  // One pass over the films needs no tables in memory; reasons and explorers make several.
  const bool one_pass = !settings.all && !settings.explain && settings.explore == 0;
  recommend(OpenedModel(settings.model, one_pass ? Weights::in_file : Weights::in_memory), settings, output);
  return 0;
}

}  // namespace

Command recommend_command() {
  return make_command<RecommendSettings>(
      "recommend", "Recommend films to a new user who names a few, to a user of a dataset, or to all of them.",
      {"encore recommend fifties.model --rate \"Rear Window (1954)=5\" --rate \"Vertigo (1958)=4.5\" -k 10",
       "encore recommend fifties.model --rate \"Some Like It Hot=5\" --where \"genres LIKE '%Comedy%' AND year < "
       "1955\"",
       "encore recommend fifties.model --user 42 --dataset fifties --explain",
       "encore recommend fifties.model --all --dataset fifties -o top10.csv"},
      recommend_options(), run_recommend);
}

}  // namespace encore
