// POST /v1/events and what else becomes an event: forgetting a user, retiring a film. Answered when it is on the disk.
#include <algorithm>
#include <ctime>
#include <fmt/format.h>
#include <set>
#include "process/error.h"
#include "serve/event_fields.h"
#include "serve/path_id.h"
#include "serve/service.h"

namespace encore::serve {
namespace {

constexpr std::size_t most_events = 100'000;  ///< of one request
constexpr std::size_t most_unknown = 100;     ///< ids that an answer lists
constexpr std::size_t longest_text = 256;

/// A line of the log is one line, and of any tool's text.
void require_plain(const std::string& text, const std::string& place) {
  if (text.size() > longest_text) throw HttpError(400, fmt::format("{} is longer than {} bytes", place, longest_text), place);
  if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
    throw HttpError(400, fmt::format("{} holds a control character", place), place);
}

std::string list_of_kinds() {
  std::string names;
  for (const EventKindRow& row : event_kinds()) {
    if (row.by_client) names += fmt::format("{}{}", names.empty() ? "" : ", ", row.name);
  }
  return names;
}

EventKind kind_of(const CheckedObject& body) {
  const auto name = body.text("kind");
  if (!name && body.has("rating")) return EventKind::rating;
  const auto kind = name ? event_kind(*name) : std::nullopt;
  if (!kind || !row_of(*kind).by_client)
    throw HttpError(400, fmt::format("{} must be one of {}", body.place("kind"), list_of_kinds()), body.place("kind"));
  if ((*kind == EventKind::rating) != body.has("rating")) {
    throw HttpError(400, fmt::format("{} is {} of the kind {}", body.place("rating"),
                                     *kind == EventKind::rating ? "missing in an event" : "no key of an event", *name),
                    body.place("rating"));
  }
  return *kind;
}

void take_item(const CheckedObject& body, const Desk& desk, Event& event, std::set<std::string>& unknown) {
  const auto id = body.id("movieId");
  const auto title = body.text("title");
  const std::string at = body.place("movieId");
  if (id.has_value() == title.has_value()) throw HttpError(400, fmt::format("{} or title must name one film", at), at);
  if (id) {
    require_plain(*id, at);
    event.item = *id;
    if (!desk.finder().by_id(*id)) unknown.insert(*id);
    return;
  }
  try {
    event.item = desk.model().items.id[static_cast<std::size_t>(desk.finder().by_title(*title))];
  } catch (const UserError& error) {
    throw HttpError(400, error.what(), body.place("title"));
  }
}

Event event_of(const Json& value, const std::string& place, const Desk& desk, std::int64_t now, std::set<std::string>& unknown) {
  const CheckedObject body(value, place, event_fields());
  Event event;
  event.kind = kind_of(body);
  const auto user = body.id("user");
  if (!user) throw HttpError(400, fmt::format("{} is missing", body.place("user")), body.place("user"));
  require_plain(*user, body.place("user"));
  event.user = *user;
  take_item(body, desk, event, unknown);
  if (const auto stars = body.number("rating")) {
    const RatingScale& scale = desk.model().scale;
    if (!scale.implicit && (*stars < scale.minimum || *stars > scale.maximum)) {
      throw HttpError(400, fmt::format("{} must be on the scale of this model, {:g} to {:g}", body.place("rating"), scale.minimum,
                                       scale.maximum), body.place("rating"));
    }
    event.value = static_cast<float>(*stars);
  }
  event.time = body.whole("time").value_or(now);
  event.id = body.text("id").value_or("");
  event.source = body.text("source").value_or("");
  require_plain(event.id, body.place("id"));
  require_plain(event.source, body.place("source"));
  return event;
}

Event about(EventKind kind, std::string user, std::string item) {
  require_plain(user.empty() ? item : user, "id");
  Event event;
  event.kind = kind;
  event.time = std::time(nullptr);
  event.user = std::move(user);
  event.item = std::move(item);
  return event;
}

}  // namespace

void Service::append(std::vector<Event> events, const Reply& reply, std::function<Json(const Appended&)> answer) {
  if (!log_) throw HttpError(409, "this server keeps no events; start it with --events FOLDER");
  log_->append(std::move(events), [reply, answer = std::move(answer)](const Appended* appended, std::exception_ptr failure) {
    try {
      if (failure) std::rethrow_exception(failure);
      reply({200, "application/json", answer(*appended).dump() + "\n", {}});
    } catch (const std::exception& error) {
      reply(error_reply(503, fmt::format("nothing of it was kept: {}", error.what())));
    }
  });
}

void Service::take_events(const HttpRequest& request, const Reply& reply) {
  if (!log_) throw HttpError(409, "this server keeps no events; start it with --events FOLDER");
  const auto desk = open()->desk;
  const std::int64_t now = std::time(nullptr);
  std::vector<Event> events;
  std::set<std::string> unknown;
  const auto take = [&](const Json& value, const std::string& place) {
    if (events.size() == most_events) throw HttpError(413, fmt::format("a request holds at most {} events", most_events));
    events.push_back(event_of(value, place, *desk, now, unknown));
  };
  if (request.content_type == "application/x-ndjson") {
    std::size_t number = 0;
    for (std::string_view rest = request.body; !rest.empty();) {
      const auto end = std::min(rest.find('\n'), rest.size());
      const std::string_view line = rest.substr(0, end);
      ++number;
      if (line.find_first_not_of(" \t\r") != std::string_view::npos) {
        const std::string place = fmt::format("line {}", number);
        try {
          take(parsed_body(line), place);
        } catch (const HttpError& error) {
          if (!error.field().empty() || error.status() != 400) throw;
          throw HttpError(400, fmt::format("{}: {}", place, error.what()), place);
        }
      }
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  } else {
    const Json body = parsed_body(request.body);
    std::size_t i = 0;
    if (!body.is_array()) take(body, "");
    else for (const Json& one : body) take(one, fmt::format("[{}]", i++));
  }
  append(std::move(events), reply, [unknown = std::move(unknown)](const Appended& appended) {
    Json answer = {{"added", appended.added}, {"repeated", appended.repeated}, {"last", appended.last}};
    answer["unknown"] = std::vector<std::string>(unknown.begin(), std::next(unknown.begin(), std::min(unknown.size(), most_unknown)));
    if (!unknown.empty())
      answer["note"] = fmt::format("{} {} not known to the model; what was said of them is kept for the next training", unknown.size(),
                                   unknown.size() == 1 ? "film is" : "films are");
    return answer;
  });
}

void Service::forget_user(const HttpRequest& request, const Reply& reply) {
  const std::string user = id_in_path(request.path);
  append({about(EventKind::forget, user, "")}, reply, [user](const Appended&) { return Json{{"user", user}, {"status", "forgotten"}}; });
}

void Service::retire_item(const HttpRequest& request, const Reply& reply) {
  const std::string asked = id_in_path(request.path);
  const auto model = open();
  const auto place = model->desk->finder().by_id(asked);
  if (!place) throw HttpError(404, fmt::format("the model knows no film with the id {}", asked.substr(0, 64)), "id");
  const Catalogue& items = model->desk->model().items;
  const std::string item = items.id[static_cast<std::size_t>(*place)];  // "007" is 7
  append({about(EventKind::retire, "", item)}, reply, [id = id_json(item, items.numeric_ids)](const Appended&) {
    return Json{{"movieId", id}, {"status", "retired"}};
  });
}

void Service::restore_item(const HttpRequest& request, const Reply& reply) {
  const std::string asked = id_in_path(request.path);
  const auto model = open();
  const auto place = model->desk->finder().by_id(asked);
  if (!place) {
    throw HttpError(404, fmt::format("the model knows no film with the id {}; a new film comes with the next training or `encore items "
                                     "add`", asked.substr(0, 64)), "id");
  }
  const Catalogue& items = model->desk->model().items;
  if (items.is_retired(*place)) {
    throw HttpError(409, fmt::format("the film with the id {} is retired in the model's folder; `encore items restore` makes it an "
                                     "answer again", asked.substr(0, 64)), "id");
  }
  const std::string item = items.id[static_cast<std::size_t>(*place)];
  append({about(EventKind::restore, "", item)}, reply, [id = id_json(item, items.numeric_ids)](const Appended&) {
    return Json{{"movieId", id}, {"status", "active"}};
  });
}

}  // namespace encore::serve
