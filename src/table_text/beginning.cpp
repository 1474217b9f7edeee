// The first line decides; only JSON and Netflix' blocks need more of them.
#include "table_text/beginning.h"

#include <algorithm>

#include "table_text/foreign_format.h"
#include "table_text/header.h"

namespace encore {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Lines that are not empty, one after another.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}
  /// Empty when nothing is left; `whole`: a line end stands behind it.
  std::string_view next(bool& whole) {
    text_.remove_prefix(std::min(text_.find_first_not_of("\r\n"), text_.size()));
    const std::size_t end = text_.find_first_of("\r\n");
    const std::string_view line = text_.substr(0, end);
    whole = end != std::string_view::npos;
    text_.remove_prefix(line.size());
    return line;
  }

 private:
  std::string_view text_;
};

std::size_t occurrences(std::string_view text, std::string_view of) {
  std::size_t count = 0;
  for (std::size_t at = text.find(of); at != std::string_view::npos; at = text.find(of, at + of.size())) ++count;
  return count;
}

/// At least three words with one blank between each two of them.
bool is_words(std::string_view line) {
  return occurrences(line, " ") >= 2 && line.front() != ' ' && line.back() != ' ' && line.find("  ") == std::string_view::npos &&
         line.find('"') == std::string_view::npos;
}

/// The separator that occurs most; "::" holds no other one. Blanks only where nothing else separates anything.
std::string delimiter_of(std::string_view line) {
  if (line.find("::") != std::string_view::npos) return "::";
  std::string best = ",";
  for (const std::string candidate : {"\t", ";", "|"})
    if (occurrences(line, candidate) > occurrences(line, best)) best = candidate;
  return occurrences(line, best) == 0 && is_words(line) ? " " : best;
}

bool is_json_lines(std::string_view text, bool all, TableBeginning& table) {
  std::vector<JsonKey> keys;
  Lines lines(text);
  bool whole = false;
  for (std::string_view line = lines.next(whole); !line.empty(); line = lines.next(whole))
    if ((whole || all) && !collect_json_keys(line, keys) && keys.empty()) return false;
  if (keys.empty()) return false;
  table.layout = Layout::json_lines;
  table.quoted = false;
  for (const auto& [name, shape] : keys) table.columns.push_back(name), table.shapes.push_back(shape);
  return true;
}

bool is_json_array(std::string_view text) {
  const std::size_t open = text.find_first_not_of(" \t\r\n");
  if (open == std::string_view::npos || text[open] != '[') return false;
  const std::size_t inside = text.find_first_not_of(" \t\r\n", open + 1);
  return inside != std::string_view::npos && text[inside] == '{';
}

/// "123:", then "user,rating,date".
bool is_netflix_ratings(std::string_view text) {
  Lines lines(text);
  bool whole = false;
  std::string_view heading = lines.next(whole), row = lines.next(whole);
  if (!heading.ends_with(':') || !all_digits(heading.substr(0, heading.size() - 1))) return false;
  const std::size_t first = row.find(','), second = row.find(',', first + 1);
  return first != std::string_view::npos && all_digits(row.substr(0, first)) && second != std::string_view::npos &&
         all_digits(row.substr(first + 1, second - first - 1)) && row.find(',', second + 1) == std::string_view::npos;
}

/// "8,2004,What the #$*! Do We Know!?": two numbers, of which the second is a year.
bool is_netflix_films(std::string_view text) {
  Lines lines(text);
  bool whole = false;
  for (int rows = 0; rows < 10; ++rows) {
    const std::string_view line = lines.next(whole);
    if (line.empty()) return rows >= 2;
    const std::size_t first = line.find(','), second = line.find(',', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) return !whole && rows >= 2;
    const std::string_view year = line.substr(first + 1, second - first - 1), title = line.substr(second + 1);
    const bool no_number = title.find_first_not_of("0123456789.,:-eE +\"") != std::string_view::npos;
    if (!all_digits(line.substr(0, first)) || !((all_digits(year) && year.size() == 4) || year == "NULL")) return false;
    if (rows == 0 && !no_number) return false;
  }
  return true;
}

TableBeginning no_table(std::string problem) {
  TableBeginning table;
  table.problem = std::move(problem);
  return table;
}

}  // namespace

TableBeginning look_at_table(std::string_view text, bool whole, bool quoted, bool films) {
  if (std::string foreign = foreign_format(text); !foreign.empty()) return no_table(std::move(foreign));
  const std::string_view begin = text.substr(byte_order_mark(text));
  bool line_is_whole = false;
  const std::string_view line = Lines(begin).next(line_is_whole);
  if (line.empty()) return no_table("is empty");
  if (line.find('\0') != std::string_view::npos) return no_table("is neither text nor Parquet");
  TableBeginning table;
  const std::size_t first = line.find_first_not_of(" \t");
  if (first != std::string_view::npos && line[first] == '{' && is_json_lines(begin, whole, table)) return table;
  if (is_json_array(begin))
    return no_table("is one array of JSON; write one object a line, for example with jq -c '.[]'");
  if (is_netflix_ratings(begin)) {
    table.layout = Layout::netflix_ratings, table.quoted = false;
    table.columns = {"movieId", "userId", "rating", "timestamp"};
    return table;
  }
  if (films && is_netflix_films(begin)) {
    table.layout = Layout::netflix_films, table.quoted = false;
    table.columns = {"movieId", "year", "title"};
    return table;
  }
  table.delimiter = delimiter_of(line);
  table.quoted = quoted;
  const RowFormat format{.delimiter = table.delimiter, .quoted = quoted};
  auto header = read_header(format, text, whole);
  if (!header) header = read_header(format, text, true);  // kilobytes without an end: no names that anybody asks for
  if (header) table.columns = std::move(header->fields);
  if (table.columns.empty()) return no_table("has no first line that is one");
  table.last_unnamed = table.columns.size() > 1 && table.columns.back().empty();
  return table;
}

RowFormat row_format(const TableBeginning& table, bool header) {
  RowFormat format{.delimiter = table.delimiter, .quoted = table.quoted, .columns = table.columns.size(),
                   .last_may_lack = table.last_unnamed && header};
  format.headings = table.layout == Layout::netflix_ratings;
  format.last_takes_rest = table.layout == Layout::netflix_films;
  if (table.layout == Layout::json_lines) format.keys = table.columns;
  return format;
}

}  // namespace encore
