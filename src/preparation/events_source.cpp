// From the log's events to the relations that the common texts know.
#include "preparation/events_source.h"

#include <charconv>
#include <fmt/format.h>
#include "database/row_source.h"
#include "events/event_files.h"
#include "events/event_rows.h"

namespace encore {
namespace {

/// As sql/10_ratings_parsed.sql has it: written as a number is written.
bool is_whole_number(const std::string& id) {
  std::int64_t number = 0;
  const auto read = std::from_chars(id.data(), id.data() + id.size(), number);
  return read.ec == std::errc() && read.ptr == id.data() + id.size() && std::to_string(number) == id;
}

bool says_of_a_film(EventKind kind) { return kind == EventKind::seen || kind == EventKind::shown || kind == EventKind::dismissed; }

bool can_change_a_rating(EventKind kind) {
  return kind == EventKind::rating || kind == EventKind::like || kind == EventKind::undo || kind == EventKind::remove ||
         kind == EventKind::forget;
}

}  // namespace

std::string id_of_event(const char* column, bool number) {
  if (!number) return column;
  return fmt::format("CASE WHEN CAST(TRY_CAST({0} AS BIGINT) AS VARCHAR) = {0} THEN TRY_CAST({0} AS BIGINT) END", column);
}

EventsSource::EventsSource(const std::filesystem::path& folder) : events_(std::make_shared<std::vector<Event>>()) {
  read_event_log(folder, [this](const Event& event) {
    if (!can_change_a_rating(event.kind) && !says_of_a_film(event.kind)) return;
    events_->push_back(event);
    events_->back().source.clear();
    events_->back().id.clear();
    if (!can_change_a_rating(event.kind)) return;
    ids_.text_users = ids_.text_users || !is_whole_number(event.user);
    ids_.text_movies = ids_.text_movies || (!event.item.empty() && !is_whole_number(event.item));
  });
}

void EventsSource::join(Database& database, Pipeline& pipeline, const Relations& relations, bool rated) {
  const auto events = events_;
  database.add_rows("event_log", std::make_shared<EventRows>([events, at = std::size_t{0}]() mutable -> std::optional<Event> {
                      if (at == events->size()) return std::nullopt;
                      return (*events)[at++];
                    }));
  database.run(fmt::format("CREATE TABLE raw_events AS SELECT seq, time, \"user\" AS userId, item AS movieId, kind, "
                           "{} AS value FROM event_log()",
                           rated ? "TRY_CAST(CAST(value AS VARCHAR) AS DOUBLE)" : "CAST(1 AS DOUBLE)"));
  events_->clear();
  events_->shrink_to_fit();
  pipeline.run("event_standing");
  database.run(fmt::format("CREATE VIEW events_typed AS SELECT {} AS userId, {} AS movieId, rating, time, movieId IS NULL AS forgotten, "
                           "userId AS user_source, movieId AS movie_source FROM event_standing",
                           id_of_event("userId", relations.user_is_number), id_of_event("movieId", relations.movie_is_number)));
  database.run("ALTER VIEW ratings_checked RENAME TO ratings_of_source");
  pipeline.run("ratings_checked_with_events");
  pipeline.pass_on("ratings_checked", "ratings_checked_with_events");
}

}  // namespace encore
