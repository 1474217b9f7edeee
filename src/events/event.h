// What somebody did, as the log of events holds it, and the table of kinds. Not the log's files (event_log.h,
// event_files.h), and not what a model makes of it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace encore {

enum class EventKind : std::uint8_t { rating, like, seen, dismissed, shown, undo, remove, forget, retire, restore, erased };

/// One row of the table of kinds: the server's requests, its docs and the readers of the log follow from it.
struct EventKindRow {
  EventKind kind;
  std::string_view name;
  std::string_view sentence;
  bool by_client;  ///< may be sent to POST /v1/events; others have a path of their own
  bool has_user, has_item;
};

const std::vector<EventKindRow>& event_kinds();
const EventKindRow& row_of(EventKind kind);
/// Nothing for a name that no kind has.
std::optional<EventKind> event_kind(std::string_view name);

struct Event {
  std::int64_t seq = 0;   ///< 1 for the first event of a log, without a gap; the log gives it
  std::int64_t time = 0;  ///< seconds since 1970
  std::string user, item; ///< source ids; empty where the kind has none
  EventKind kind = EventKind::rating;
  std::optional<float> value;  ///< the stars of a rating
  std::string source;  ///< who says so, in the sender's words; may be empty
  std::string id;      ///< the sender's name of this event; a second one with it is left out; may be empty
};

/// The first line of a file of the log.
inline constexpr std::string_view event_header = "seq,time,user,item,kind,value,source,id,crc32c\n";

/// One line of CSV with its end; the last field is the CRC-32C of what stands before it and its comma. Texts must hold no
/// control characters.
std::string event_line(const Event& event);

/// Nothing for a line that is not whole: other bytes than its sum says, or no event. `line` without its end.
std::optional<Event> parse_event_line(std::string_view line);

}  // namespace encore
