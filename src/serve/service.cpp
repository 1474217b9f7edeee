// Dispatch: from a request to its row, past the keys, to the event loop or a worker; whatever goes wrong becomes JSON.
#include "serve/service.h"

#include <sys/stat.h>
#include <algorithm>
#include <ctime>
#include <fmt/format.h>
#include <new>
#include "digest/checksums.h"
#include "folder/dataset_folder.h"
#include "process/error.h"
#include "serve/http_server.h"

namespace encore::serve {
namespace {

bool fits(std::string_view pattern, std::string_view path) {
  const auto brace = pattern.find('{');
  if (brace == std::string_view::npos) return pattern == path;
  const std::string_view behind = pattern.substr(pattern.find('}') + 1);
  if (path.size() <= brace + behind.size() || !path.starts_with(pattern.substr(0, brace)) || !path.ends_with(behind)) return false;
  return path.substr(brace, path.size() - brace - behind.size()).find('/') == std::string_view::npos;
}

/// The reply for what is thrown now.
HttpReply failure_reply() {
  try {
    throw;
  } catch (const HttpError& error) {
    HttpReply reply = error_reply(error.status(), error.what(), error.field());
    if (error.status() == 503 || error.status() == 429) reply.headers.emplace_back("Retry-After", "1");
    if (error.status() == 401) reply.headers.emplace_back("WWW-Authenticate", "Bearer");
    return reply;
  } catch (const UserError& error) {
    return error_reply(400, error.what());
  } catch (const std::bad_alloc&) {
    return error_reply(503, "there is not enough memory for this request");
  } catch (const std::exception& error) {
    return error_reply(500, error.what());
  }
}

}  // namespace

std::string stamp_of(const std::string& folder, const char* file) {
  struct stat of_folder {}, of_config {};
  if (stat(folder.c_str(), &of_folder) != 0 || stat(fmt::format("{}/{}", folder, file).c_str(), &of_config) != 0) return {};
  return fmt::format("{}-{}-{}-{}", of_folder.st_ino, of_config.st_ino, of_config.st_mtim.tv_sec, of_config.st_mtim.tv_nsec);
}

OpenModel::OpenModel(const std::string& folder)
    : stamp(stamp_of(folder)), desk(std::make_shared<const Desk>(folder)), search(desk->model().items),
      since(std::chrono::steady_clock::now()) {
  // The index of titles is made before anybody waits for it.
  if (!desk->model().items.title.empty()) desk->finder().find("id:" + desk->model().items.id.front());
}

Service::Service(const ServeSettings& settings, int threads, std::function<void(const std::string&)> say)
    : settings_(settings),
      say_(std::move(say)),
      keys_(settings.key_file ? Keys(*settings.key_file) : Keys()),
      knows_users_(settings.dataset || settings.events),
      open_(std::make_shared<const OpenModel>(settings.model)),
      threads_(threads),
      workers_(threads),
      batcher_(threads) {
  read_dataset_again();
  if (!settings.events) return;
  const auto hear = [this](const Event& event) {
    users_.hear(event);
    retired_.hear(event);
  };
  log_ = std::make_unique<EventLog>(*settings.events, settings.seal_after, hear, say_);
}

/// A training may have begun with preparing the ratings anew.
void Service::read_dataset_again() {
  if (!settings_.dataset) return;
  const std::string stamp = stamp_of(*settings_.dataset, "dataset.json");
  if (stamp == dataset_stamp_) return;
  users_.use(read_dataset(*settings_.dataset));
  dataset_stamp_ = stamp;
}

std::shared_ptr<const OpenModel> Service::open() const {
  const std::lock_guard lock(open_mutex_);
  return open_;
}

const Path* Service::find(const HttpRequest& request) const {
  for (const Path& path : paths()) {
    if (path.method == (request.method == "HEAD" ? "GET" : request.method) && fits(path.pattern, request.path)) return &path;
  }
  return nullptr;
}

void Service::require_origin(const HttpRequest& request) const {
  if (request.origin.empty() || request.method == "GET" || request.method == "HEAD") return;
  const bool same = request.origin == "http://" + request.host || request.origin == "https://" + request.host;
  if (!same && std::find(settings_.cors.begin(), settings_.cors.end(), request.origin) == settings_.cors.end())
    throw HttpError(403, "pages of this origin may not ask here; start the server with --cors ORIGIN");
}

void Service::handle(const HttpRequest& request, const Reply& to_client) {
  const auto cors = std::find(settings_.cors.begin(), settings_.cors.end(), request.origin);
  Reply reply = to_client;
  if (cors != settings_.cors.end()) {
    reply = [to_client, origin = *cors](HttpReply answer) {
      answer.headers.emplace_back("Access-Control-Allow-Origin", origin);
      answer.headers.emplace_back("Vary", "Origin");
      to_client(std::move(answer));
    };
  }
  try {
    if (request.method == "OPTIONS") {
      HttpReply answer{204, "", "", {}};
      answer.headers.emplace_back("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE");
      answer.headers.emplace_back("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Api-Key, X-Request-Id");
      return reply(std::move(answer));
    }
    const Path* path = find(request);
    if (path == nullptr) {
      std::string allowed;
      for (const Path& row : paths()) {
        if (fits(row.pattern, request.path)) allowed += fmt::format("{}{}", allowed.empty() ? "" : ", ", row.method);
      }
      if (allowed.empty()) throw HttpError(404, "there is nothing at this path; GET /openapi.json lists all paths");
      HttpReply answer = error_reply(405, fmt::format("this path takes {}", allowed));
      answer.headers.emplace_back("Allow", allowed);
      return reply(std::move(answer));
    }
    require_origin(request);
    keys_.require(path->access, request.authorization);
    if (path->at_once) return answer(*path, request, reply);
    if (in_work_ >= settings_.waiting) {
      ++turned_away_;
      throw HttpError(503, "too many requests are waiting; try again in a moment");
    }
    ++in_work_;
    const Reply counted = [this, reply](HttpReply answered) {
      --in_work_;
      reply(std::move(answered));
    };
    workers_.post([this, path, request, counted] { answer(*path, request, counted); });
  } catch (...) {
    reply(failure_reply());
  }
}

void Service::answer(const Path& path, const HttpRequest& request, const Reply& reply) {
  try {
    (this->*path.answer)(request, reply);
  } catch (...) {
    reply(failure_reply());
  }
}

std::string Service::done(const HttpRequest& request, int status, std::size_t bytes, double seconds) {
  const Path* path = find(request);
  metrics_.count(path == nullptr ? "other" : path->pattern, status, seconds);
  if (!settings_.access_log) return {};
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::string time(32, '\0');
  time.resize(std::strftime(time.data(), time.size(), "%Y-%m-%dT%H:%M:%SZ", &utc));
  return Json{{"time", time}, {"id", request.id}, {"peer", request.peer}, {"method", request.method}, {"path", request.path},
              {"status", status}, {"bytes", bytes}, {"seconds", seconds}}
             .dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

void Service::reload() {
  const std::lock_guard one_at_a_time(reload_mutex_);
  try {
    auto fresh = std::make_shared<const OpenModel>(settings_.model);
    reload_more();
    read_dataset_again();
    const std::lock_guard lock(open_mutex_);
    open_ = std::move(fresh);
  } catch (...) {
    ++failed_reloads_;
    throw;
  }
  ++reloads_;
  cursors_.clear();
}

void Service::reload_later() {
  if (reloading_.exchange(true)) return;
  workers_.post([this] {
    notify_reloading();
    try {
      reload();
      say_(fmt::format("{} was opened again", settings_.model));
    } catch (const std::exception& error) {
      say_(fmt::format("the model stays as it was: {}", error.what()));
    }
    notify_manager("READY=1");
    reloading_ = false;
  });
}

void Service::look_at_folder() {
  const std::string stamp = stamp_of(settings_.model);
  if (stamp.empty() || stamp == open()->stamp || stamp == refused_stamp_) return;
  refused_stamp_ = stamp;  // a broken one is tried once
  reload_later();
}

}  // namespace encore::serve
