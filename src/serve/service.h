// What the server answers: the table of paths, who may ask, the model that is open now. No sockets (http_server.h).
#pragma once
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#include "recommendation/desk.h"
#include "recommendation/title_search.h"
#include "events/event_log.h"
#include "serve/batcher.h"
#include "serve/checked_body.h"
#include "serve/http_message.h"
#include "serve/keys.h"
#include "serve/known_users.h"
#include "serve/metrics.h"
#include "serve/recommend_call.h"
#include "serve/retired_items.h"
#include "serve/workers.h"
#include "settings/serve_settings.h"

namespace encore::serve {

/// A model that is open, and what only the server needs of it.
struct OpenModel {
  explicit OpenModel(const std::string& folder);
  std::string stamp;  ///< changes when the folder is replaced; taken before it is read
  std::shared_ptr<const Desk> desk;
  TitleSearch search;
  std::chrono::steady_clock::time_point since;
};

class Service;

/// One row of the table of paths: the dispatch, /openapi.json and docs/serving.md follow from it.
struct Path {
  std::string_view method;
  std::string_view pattern;   ///< "/v1/items/{id}"
  std::string_view sentence;  ///< one sentence
  Access access;
  bool at_once;  ///< answered on the event loop; otherwise by a worker
  std::string_view request;  ///< name of the schema of its body; empty: none
  void (Service::*answer)(const HttpRequest&, const Reply&);
};

const std::vector<Path>& paths();
/// The description of all of it for programs (OpenAPI 3.1).
Json openapi();
/// How two stamps of a folder compare: equal as long as nobody replaced it.
std::string stamp_of(const std::string& folder, const char* file = "config.json");

class Service {
 public:
  /// Opens everything. Throws UserError.
  Service(const ServeSettings& settings, int threads, std::function<void(const std::string&)> say);

  /// Answers now or later, never throws; called on the event loop.
  void handle(const HttpRequest& request, const Reply& reply);
  /// On the event loop, for each finished request; returns its line of the access log.
  std::string done(const HttpRequest& request, int status, std::size_t bytes, double seconds);

  /// Opens the model (and what else is read again) beside the old one, which answers until then. Throws UserError, and
  /// the old one stays.
  void reload();
  /// The same on a worker, telling `say` how it ended; a second one while one runs is left out.
  void reload_later();
  /// Reloads when the folder was replaced; for --watch.
  void look_at_folder();

  std::function<void()> reload_more = [] {};  ///< what else a reload reads again; throws UserError
  std::function<std::string()> more_metrics = [] { return std::string(); };
  std::function<bool()> draining = [] { return false; };

  void show_live(const HttpRequest&, const Reply&);
  void show_ready(const HttpRequest&, const Reply&);
  void show_metrics(const HttpRequest&, const Reply&);
  void show_films_page(const HttpRequest&, const Reply&);
  void show_status_page(const HttpRequest&, const Reply&);
  void show_openapi(const HttpRequest&, const Reply&);
  void recommend(const HttpRequest&, const Reply&);
  void list_similar(const HttpRequest&, const Reply&);
  void search_items(const HttpRequest&, const Reply&);
  void show_item(const HttpRequest&, const Reply&);
  void show_user(const HttpRequest&, const Reply&);
  void take_events(const HttpRequest&, const Reply&);
  void forget_user(const HttpRequest&, const Reply&);
  void retire_item(const HttpRequest&, const Reply&);
  void restore_item(const HttpRequest&, const Reply&);
  void rate_item(const HttpRequest&, const Reply&);
  void describe_model(const HttpRequest&, const Reply&);
  void reload_now(const HttpRequest&, const Reply&);

 private:
  std::shared_ptr<const OpenModel> open() const;
  const Path* find(const HttpRequest& request) const;
  void require_origin(const HttpRequest& request) const;
  void answer(const Path& path, const HttpRequest& request, const Reply& reply);
  /// Answers with `answer` when the events are on the disk. Throws HttpError 409 without a log.
  void append(std::vector<Event> events, const Reply& reply, std::function<Json(const Appended&)> answer);
  void read_dataset_again();

  ServeSettings settings_;
  std::function<void(const std::string&)> say_;  ///< a remark for the operator
  Keys keys_;
  KnownUsers users_;
  bool knows_users_;  ///< there is a dataset or a log
  std::string dataset_stamp_;
  RetiredItems retired_;
  mutable std::mutex open_mutex_;
  std::shared_ptr<const OpenModel> open_;
  int threads_;
  std::mutex reload_mutex_, change_mutex_;
  std::atomic<bool> reloading_{false};
  std::atomic<std::int64_t> reloads_{0}, failed_reloads_{0}, in_work_{0}, turned_away_{0};
  std::string refused_stamp_;
  Metrics metrics_;
  Cursors cursors_;
  std::string started_ = fresh_token();
  // Last: their threads end before what they use.
  std::unique_ptr<EventLog> log_;
  Workers workers_;
  Batcher batcher_;
};

}  // namespace encore::serve
