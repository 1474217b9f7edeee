// Lines of the log: CSV as RFC 4180 has it, so that any tool reads them, and a sum at the end.
#include "events/event.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include "digest/crc32c.h"
#include "table_text/row_splitter.h"

namespace encore {
namespace {

void append_field(std::string& line, std::string_view text) {
  if (text.find_first_of("\",\r\n") == std::string_view::npos && (text.empty() || (text.front() != ' ' && text.back() != ' '))) {
    line += text;
  } else {
    line += '"';
    for (const char c : text) line.append(c == '"' ? 2 : 1, c);
    line += '"';
  }
  line += ',';
}

template <class Number>
std::optional<Number> number_of(std::string_view text, int base = 10) {
  Number number{};
  std::from_chars_result read{};
  if constexpr (std::is_floating_point_v<Number>) {
    read = std::from_chars(text.data(), text.data() + text.size(), number);
  } else {
    read = std::from_chars(text.data(), text.data() + text.size(), number, base);
  }
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

const std::vector<EventKindRow>& event_kinds() {
  using K = EventKind;
  static const std::vector<EventKindRow> table = {
      {K::rating, "rating", "The user rated the film with the stars of rating; the last rating counts.", true, true, true},
      {K::like, "like", "The user liked the film: the same as the most stars of the scale.", true, true, true},
      {K::seen, "seen", "The user has seen the film and said no more: it is no answer.", true, true, true},
      {K::dismissed, "dismissed", "The user does not want to be shown the film: it is no answer.", true, true, true},
      {K::shown, "shown", "The film was shown to the user; kept for later, answers stay as they are.", true, true, true},
      {K::undo, "undo", "What events before said of this user and film is taken back.", true, true, true},
      {K::remove, "remove", "The same, and a rating of the dataset does not count any more either.", true, true, true},
      {K::forget, "forget", "Nothing is known of the user any more (DELETE /v1/users/{id}).", false, true, false},
      {K::retire, "retire", "The film is no answer any more (DELETE /v1/items/{id}).", false, false, true},
      {K::restore, "restore", "The film may be an answer again (PUT /v1/items/{id}).", false, false, true},
      {K::erased, "erased", "An event of a forgotten user, of which `encore events erase` left number and time.", false, false, false},
  };
  return table;
}

const EventKindRow& row_of(EventKind kind) {
  const auto& table = event_kinds();
  return *std::find_if(table.begin(), table.end(), [&](const EventKindRow& row) { return row.kind == kind; });
}

std::optional<EventKind> event_kind(std::string_view name) {
  for (const EventKindRow& row : event_kinds()) {
    if (row.name == name) return row.kind;
  }
  return std::nullopt;
}

std::string event_line(const Event& event) {
  std::string line = fmt::format("{},{},", event.seq, event.time);
  append_field(line, event.user);
  append_field(line, event.item);
  line += fmt::format("{},{},", row_of(event.kind).name, event.value ? fmt::format("{}", *event.value) : "");
  append_field(line, event.source);
  append_field(line, event.id);
  const std::uint32_t sum = crc32c(std::string_view(line).substr(0, line.size() - 1));
  line += fmt::format("{:08x}\n", sum);
  return line;
}

std::optional<Event> parse_event_line(std::string_view line) {
  constexpr std::size_t sum_digits = 8, columns = 9;
  const auto comma = line.rfind(',');
  if (comma == std::string_view::npos || line.size() - comma - 1 != sum_digits) return std::nullopt;
  const auto sum = number_of<std::uint32_t>(line.substr(comma + 1), 16);
  if (!sum || *sum != crc32c(line.substr(0, comma))) return std::nullopt;
  static const RowFormat format{.delimiter = ",", .quoted = true, .columns = columns};
  RowSplitter rows(format, line);
  if (!rows.next() || rows.problem() != LineProblem::none) return std::nullopt;
  const auto fields = rows.fields();
  const auto seq = number_of<std::int64_t>(fields[0]), time = number_of<std::int64_t>(fields[1]);
  const auto kind = event_kind(fields[4]);
  std::optional<float> value;
  if (!fields[5].empty()) value = number_of<float>(fields[5]);
  if (!seq || !time || !kind || (!fields[5].empty() && !(value && std::isfinite(*value)))) return std::nullopt;
  return Event{*seq, *time, std::string(fields[2]), std::string(fields[3]), *kind, value, std::string(fields[6]),
               std::string(fields[7])};
}

}  // namespace encore
