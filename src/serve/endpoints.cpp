// The paths that answer in one go: health, metrics, films, users, the model.
#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include "folder/model_folder.h"
#include "process/error.h"
#include "process/version.h"
#include "serve/pages.h"
#include "serve/path_id.h"
#include "serve/service.h"
#include "serve/similar_fields.h"

namespace encore::serve {
namespace {

void send(const Reply& reply, const Json& json) { reply({200, "application/json", json.dump() + "\n", {}}); }

std::int32_t known_item(const Desk& desk, const std::string& id, const std::string& field) {
  const auto item = desk.finder().by_id(id);
  if (!item) throw HttpError(404, fmt::format("the model knows no film with the id {}", id.substr(0, 64)), field);
  return *item;
}

const std::vector<std::string> all_keys = {"movieId", "title", "year", "genres", "ratings"};

}  // namespace

void Service::show_live(const HttpRequest&, const Reply& reply) { send(reply, {{"status", "live"}}); }

void Service::show_ready(const HttpRequest&, const Reply& reply) {
  if (draining()) return reply(error_reply(503, "the server is stopping"));
  send(reply, {{"status", "ready"}});
}

void Service::show_films_page(const HttpRequest&, const Reply& reply) { reply(page_reply(films_page())); }

void Service::show_status_page(const HttpRequest&, const Reply& reply) { reply(page_reply(status_page())); }

void Service::show_openapi(const HttpRequest&, const Reply& reply) {
  static const std::string text = openapi().dump() + "\n";
  reply({200, "application/json", text, {}});
}

void Service::show_metrics(const HttpRequest&, const Reply& reply) {
  const auto model = open();
  const double age = std::chrono::duration<double>(std::chrono::steady_clock::now() - model->since).count();
  std::string text = metrics_.text();
  text += "# HELP encore_batch_size Questions that were scored as one block.\n# TYPE encore_batch_size histogram\n";
  text += batcher_.sizes().lines("encore_batch_size", "");
  text += gauge("encore_waiting", "Questions that wait to be scored.", static_cast<double>(batcher_.waiting()));
  text += gauge("encore_in_work", "Requests between their arrival and their answer.", static_cast<double>(in_work_));
  text += counter("encore_turned_away_total", "Requests that got status 503 because too many were waiting.", turned_away_);
  text += gauge("encore_model_age_seconds", "Time since the model was opened.", age);
  text += gauge("encore_model_items", "Films of the model.", static_cast<double>(model->desk->model().items.size()));
  text += counter("encore_reloads_total", "Models that were opened in place of another.", reloads_);
  text += counter("encore_failed_reloads_total", "Models that were refused.", failed_reloads_);
  text += gauge("encore_users", "People whom a request may name.", static_cast<double>(users_.size()));
  text += gauge("process_resident_memory_bytes", "Memory of this process.", static_cast<double>(resident_bytes()));
  text += gauge("encore_retired_items", "Films that are no answer any more.", static_cast<double>(retired_.of(model->desk)->size()));
  if (log_) {
    text += counter("encore_events_total", "Events of the log, which are on the disk.", log_->last());
    text += counter("encore_event_writes_total", "Times that the log was written and synced.", log_->writes());
    text += gauge("encore_events_waiting", "Batches of events that wait for the disk.", static_cast<double>(log_->waiting()));
  }
  reply({200, "text/plain; version=0.0.4", text + more_metrics(), {}});
}

void Service::describe_model(const HttpRequest&, const Reply& reply) {
  const auto opened = open();
  const TrainedModel& model = opened->desk->model();
  const double age = std::chrono::duration<double>(std::chrono::steady_clock::now() - opened->since).count();
  send(reply, {{"model", model.model->architecture().at("model").get<std::string>()},
               {"items", model.items.size()},
               {"scale", {{"minimum", model.scale.minimum}, {"maximum", model.scale.maximum}, {"liked", model.scale.liked},
                          {"implicit", model.scale.implicit}, {"count", model.scale.log_counts ? "log" : "plain"}}},
               {"trainedBy", model.program_version},
               {"version", program_version()},
               {"users", knows_users_},
               {"events", log_ != nullptr},
               {"vectors", opened->desk->vectors().any()},
               {"secondsOpen", age}});
}

void Service::search_items(const HttpRequest& request, const Reply& reply) {
  std::int64_t k = 20;
  if (const auto given = request.asked("k"); !given.empty()) {
    const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), k);
    if (error != std::errc() || end != given.data() + given.size() || k < 1 || k > most_answers)
      throw HttpError(400, fmt::format("k must be a whole number from 1 to {}", most_answers), "k");
  }
  for (const auto& [key, value] : request.query) {
    if (key != "q" && key != "k") throw HttpError(400, "the query of this path knows q and k", key.substr(0, 64));
  }
  if (request.asked("q").size() > 1000) throw HttpError(400, "q is longer than 1000 bytes", "q");
  const auto model = open();
  Json items = Json::array();
  const auto retired = retired_.of(model->desk);
  for (const auto item : model->search.find(request.asked("q"), k + std::ssize(*retired))) {
    if (std::binary_search(retired->begin(), retired->end(), item)) continue;
    if (std::ssize(items) == k) break;
    items.push_back(film_object(model->desk->model().items, item, all_keys, nullptr));
  }
  send(reply, {{"items", std::move(items)}});
}

void Service::show_item(const HttpRequest& request, const Reply& reply) {
  const auto model = open();
  const auto item = known_item(*model->desk, id_in_path(request.path), "id");
  Json film = film_object(model->desk->model().items, item, all_keys, nullptr);
  const auto retired = retired_.of(model->desk);
  film["retired"] = std::binary_search(retired->begin(), retired->end(), item);
  send(reply, film);
}

void Service::list_similar(const HttpRequest& request, const Reply& reply) {
  const Json value = parsed_body(request.body);
  const CheckedObject body(value, "", similar_fields());
  const auto model = open();
  const Desk& desk = *model->desk;
  const auto id = body.id("movieId");
  const auto title = body.text("title");
  if (id.has_value() == title.has_value()) throw HttpError(400, "name one film, by movieId or by title");
  std::int32_t item = 0;
  FilmMask fits;
  std::string_view field = "title";
  try {
    item = id ? known_item(desk, *id, "movieId") : desk.finder().by_title(*title);
    field = "where";
    if (const auto where = body.text("where")) fits = desk.films_where(*where, "where");
    field = "";
    std::vector<std::uint8_t> allowed;
    if (fits) allowed = *fits;
    if (const auto retired = retired_.of(model->desk); !retired->empty()) {
      allowed.resize(static_cast<std::size_t>(desk.model().items.size()), 1);
      for (const auto gone : *retired) allowed[static_cast<std::size_t>(gone)] = 0;
    }
    const auto found = desk.vectors().similar(item, body.whole("k").value_or(10), allowed);
    Json items = Json::array();
    for (const auto& scored : found) items.push_back(film_object(desk.model().items, scored.item, {}, &scored.score));
    send(reply, {{"item", film_object(desk.model().items, item, {}, nullptr)},
                 {"items", std::move(items)},
                 {"score", desk.vectors().measure()}});
  } catch (const UserError& error) {
    throw HttpError(400, error.what(), std::string(field));
  }
}

void Service::show_user(const HttpRequest& request, const Reply& reply) {
  if (!knows_users_) throw HttpError(404, "this server knows no users; start it with --dataset or --events");
  const std::string user = id_in_path(request.path);
  const auto history = users_.find(user);
  if (!history) throw HttpError(404, fmt::format("nothing is known of the user {}", user.substr(0, 64)), "id");
  const auto model = open();
  const Catalogue& items = model->desk->model().items;
  Json list = Json::array();
  for (const auto& [id, opinion] : history->items) {
    const auto item = model->desk->finder().by_id(id);
    Json one = item ? film_object(items, *item, {}, nullptr)
                    : Json{{"movieId", id_json(id, items.numeric_ids)}, {"title", nullptr}, {"year", nullptr}};
    one["rating"] = opinion.stars ? Json(*opinion.stars) : Json(nullptr);
    one["liked"] = opinion.liked;
    one["seen"] = opinion.seen || opinion.rated();
    one["dismissed"] = opinion.dismissed;
    one["known"] = item.has_value();
    list.push_back(std::move(one));
  }
  send(reply, {{"user", user}, {"inDataset", history->in_dataset}, {"items", std::move(list)}});
}

void Service::reload_now(const HttpRequest&, const Reply& reply) {
  try {
    reload();
  } catch (const UserError& error) {
    throw HttpError(409, fmt::format("the model stays as it was: {}", error.what()));
  }
  send(reply, {{"status", "reloaded"}});
}

}  // namespace encore::serve
