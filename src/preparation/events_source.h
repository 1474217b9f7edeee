// A log of events beside the source of ratings: what it says of a user and a film counts instead of what the source says.
// Not the log's files (events/), and not the rules (sql/06_event_standing.sql).
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>
#include "database/database.h"
#include "events/event.h"
#include "preparation/pipeline.h"
#include "preparation/relations.h"

namespace encore {

/// An id of the log as the source has it: `column` as text, or as a number where it is one.
std::string id_of_event(const char* column, bool number);

class EventsSource {
 public:
  /// Reads and checks all events; keeps those that can change a rating, and those of seen, shown and dismissed films. Throws UserError as
  /// read_event_log does.
  explicit EventsSource(const std::filesystem::path& folder);
  /// Whether ids of the log's ratings are no whole numbers.
  const OtherIds& ids() const { return ids_; }
  /// Puts the log's ratings into ratings_checked. `rated`: the source has ratings; else every event of one counts 1.
  void join(Database& database, Pipeline& pipeline, const Relations& relations, bool rated);

 private:
  std::shared_ptr<std::vector<Event>> events_;
  OtherIds ids_;
};

}  // namespace encore
