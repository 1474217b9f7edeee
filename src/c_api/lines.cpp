// encore_lines_*: a text table taken apart for whoever has its bytes (table_text/row_splitter.h), into columns as Arrow
// has them.
#include <nlohmann/json.hpp>

#include "c_api/guard.h"
#include "table_text/beginning.h"
#include "table_text/encoding.h"
#include "table_text/header.h"
#include "table_text/line_count.h"
#include "table_text/row_splitter.h"
#include "table_text/utf8.h"

namespace encore::c_api {
namespace {

/// Text with nulls: Arrow's utf8.
struct TextColumn {
  std::vector<std::int32_t> offsets = {0};
  std::string data;
  std::vector<std::uint8_t> valid;  ///< a bit a row

  void clear() { offsets.assign(1, 0), data.clear(), valid.clear(); }
  void add(std::string_view text, bool is_there) {
    const std::size_t row = offsets.size() - 1;
    if (row % 8 == 0) valid.push_back(0);
    if (is_there) valid.back() |= static_cast<std::uint8_t>(1U << (row % 8)), data += text;
    if (data.size() > INT32_MAX) throw std::runtime_error("more than 2 GB of text at once");
    offsets.push_back(static_cast<std::int32_t>(data.size()));
  }
};

}  // namespace
}  // namespace encore::c_api

namespace c_api = encore::c_api;

struct encore_lines {
  encore::RowFormat format;
  std::vector<std::size_t> take;
  bool header = false, begun = false;
  encore::ToUtf8 to_utf8{encore::Encoding::utf8};
  encore::TextPlace place;
  std::string waiting;
  // what the latest push has given
  std::vector<std::int64_t> line;
  std::vector<c_api::TextColumn> columns;  ///< those taken, then the problem

  bool pass_header(bool last) {
    if (!begun) waiting.erase(0, place.line == 1 ? encore::byte_order_mark(waiting) : 0);
    if (header) {
      const auto found = encore::read_header(format, waiting, last);
      if (!found) return false;
      require_lines(place.line, found->next.line, std::string_view(waiting).substr(0, found->bytes),
                    last && found->bytes == waiting.size());
      place = found->next;
      waiting.erase(0, found->bytes);
    }
    return begun = true;
  }

  static void require_lines(std::int64_t from, std::int64_t to, std::string_view text, bool last) {
    const std::int64_t lines = last ? encore::count_lines(text) : encore::count_line_ends(text);
    if (to - from != lines)
      throw std::runtime_error("from line " + std::to_string(from) + " on the file has " + std::to_string(lines) +
                               " lines, of which " + std::to_string(to - from) + " were read; please report this");
  }

  void push(std::string_view bytes, bool last) {
    line.clear();
    for (auto& column : columns) column.clear();
    to_utf8.take(bytes, last, waiting);
    if (!begun && !pass_header(last)) return;
    encore::RowSplitter rows(format, waiting, place, last);
    while (rows.next()) add(rows);
    require_lines(place.line, rows.place().line, std::string_view(waiting).substr(0, rows.taken()), last);
    place = rows.place();
    waiting.erase(0, rows.taken());
  }

  void add(const encore::RowSplitter& rows) {
    using encore::LineProblem;
    LineProblem problem = rows.problem();
    if (problem == LineProblem::none)
      for (const std::size_t column : take)
        if (!encore::is_utf8(rows.fields()[column])) problem = LineProblem::not_utf8;
    const bool good = problem == LineProblem::none;
    line.push_back(rows.line());
    for (std::size_t place_in_row = 0; place_in_row < take.size(); ++place_in_row) {
      const std::string_view field = good ? rows.fields()[take[place_in_row]] : std::string_view();
      columns[place_in_row].add(field, !field.empty());
    }
    columns.back().add(good ? "" : std::string(encore::describe(problem)) + ": " + encore::shown(rows.line_text()), !good);
  }
};

namespace encore::c_api {
namespace {

const char* name_of(Layout layout) {
  switch (layout) {
    case Layout::delimited:
      return "delimited";
    case Layout::json_lines:
      return "json-lines";
    case Layout::netflix_ratings:
      return "netflix-ratings";
    case Layout::netflix_films:
      return "netflix-films";
  }
  return "";
}

nlohmann::ordered_json look(std::string_view bytes, bool whole, const nlohmann::ordered_json& asked) {
  const std::string encoding = asked.at("encoding");
  const Encoding found = encoding == "auto" ? encoding_at(bytes) : encoding_named(encoding);
  std::string text;
  ToUtf8(found).take(bytes, whole, text);
  const TableBeginning table = look_at_table(text, whole, asked.at("quoted"), asked.at("films"));
  const RowFormat format = row_format(table, true);
  nlohmann::ordered_json shapes = nlohmann::ordered_json::array();
  for (const JsonShape shape : table.shapes)
    shapes.push_back(shape == JsonShape::object ? "object" : shape == JsonShape::list ? "list" : "value");
  return {{"problem", table.problem}, {"layout", name_of(table.layout)}, {"columns", table.columns}, {"shapes", shapes},
          {"last_unnamed", table.last_unnamed}, {"encoding", name_of(found)},
          {"format", {{"delimiter", format.delimiter}, {"quoted", format.quoted}, {"columns", format.columns},
                      {"last_may_lack", format.last_may_lack}, {"headings", format.headings},
                      {"last_takes_rest", format.last_takes_rest}, {"keys", format.keys}}}};
}

}  // namespace
}  // namespace encore::c_api

extern "C" {

int encore_lines_look(const uint8_t* bytes, int64_t size, int whole, const char* asked_json, char** json) {
  return c_api::guarded([&] {
    const auto asked = nlohmann::ordered_json::parse(c_api::require(asked_json, "asked_json"));
    const std::string_view text(reinterpret_cast<const char*>(c_api::require(bytes, "bytes")), static_cast<std::size_t>(size));
    *c_api::require(json, "json") =
        c_api::handed_out(c_api::look(text, whole != 0, asked).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  });
}

int encore_lines_new(const char* format_json, int64_t first_line, encore_lines** lines) {
  return c_api::guarded([&] {
    c_api::require(lines, "lines");
    const auto json = nlohmann::ordered_json::parse(c_api::require(format_json, "format_json"));
    auto made = std::make_unique<encore_lines>();
    made->format = {json.at("delimiter"), json.at("quoted"), json.at("columns"), json.at("last_may_lack")};
    made->format.headings = json.value("headings", false);
    made->format.last_takes_rest = json.value("last_takes_rest", false);
    made->format.keys = json.value("keys", std::vector<std::string>());
    made->take = json.at("take").get<std::vector<std::size_t>>();
    for (const std::size_t column : made->take)
      if (column >= made->format.columns) throw c_api::Misuse("a column to take is none of the table's");
    if (made->format.delimiter.empty()) throw c_api::Misuse("a delimiter is empty");
    made->header = json.at("header");
    made->to_utf8 = encore::ToUtf8(encore::encoding_named(json.at("encoding").get<std::string>()));
    made->place.line = first_line;
    made->columns.resize(made->take.size() + 1);
    *lines = made.release();
  });
}

int encore_lines_push(encore_lines* lines, const uint8_t* bytes, int64_t size, int last, int64_t* rows) {
  return c_api::guarded([&] {
    c_api::require(lines, "lines")->push({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)}, last != 0);
    *c_api::require(rows, "rows") = static_cast<std::int64_t>(lines->line.size());
  });
}

int encore_lines_column(const encore_lines* lines, int column, const int32_t** offsets, const uint8_t** data,
                        const uint8_t** valid) {
  return c_api::guarded([&] {
    const auto& columns = c_api::require(lines, "lines")->columns;
    if (column < 0 || static_cast<std::size_t>(column) >= columns.size()) throw c_api::Misuse("no such column");
    const auto& found = columns[static_cast<std::size_t>(column)];
    *c_api::require(offsets, "offsets") = found.offsets.data();
    *c_api::require(data, "data") = reinterpret_cast<const std::uint8_t*>(found.data.data());
    *c_api::require(valid, "valid") = found.valid.data();
  });
}

const int64_t* encore_lines_numbers(const encore_lines* lines) { return lines ? lines->line.data() : nullptr; }

void encore_lines_free(encore_lines* lines) { delete lines; }

}  // extern "C"
