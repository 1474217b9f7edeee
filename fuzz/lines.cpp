// Any bytes as a table, taken apart at once and in pieces: the same rows, every line accounted for.
#include <cstdlib>
#include <string>

#include "table_text/beginning.h"
#include "table_text/encoding.h"
#include "table_text/line_count.h"
#include "table_text/row_splitter.h"
#include "table_text/utf8.h"
#include "target.h"

namespace {

struct Seen {
  std::string rows;
  std::int64_t lines = 0;
};

Seen read(const encore::RowFormat& format, std::string_view text, std::size_t piece) {
  Seen seen;
  encore::TextPlace place;
  std::string waiting;
  while (true) {
    const std::size_t size = std::min(piece, text.size());
    waiting += text.substr(0, size);
    text.remove_prefix(size);
    encore::RowSplitter rows(format, waiting, place, text.empty());
    while (rows.next()) {
      seen.rows += std::to_string(rows.line()) + char('0' + static_cast<int>(rows.problem()));
      for (const auto field : rows.fields())
        if (rows.problem() == encore::LineProblem::none) (seen.rows += field) += '\1';
    }
    place = rows.place();
    const auto taken = std::string_view(waiting).substr(0, rows.taken());
    seen.lines += text.empty() ? encore::count_lines(taken) : encore::count_line_ends(taken);
    waiting.erase(0, rows.taken());
    if (text.empty()) break;
  }
  if (seen.lines != place.line - 1 || !waiting.empty()) std::abort();
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  encore::RowFormat format{.delimiter = data[0] & 1 ? "::" : ",", .quoted = (data[0] & 2) != 0,
                                 .columns = static_cast<std::size_t>(data[0] >> 2 & 7), .last_may_lack = (data[0] & 32) != 0};
  if (data[0] & 64) format.headings = format.last_takes_rest = true, format.quoted = false, format.columns = 4;
  if (data[0] & 128) format.keys = {"a", "b", "\xC3\xA9"}, format.quoted = format.headings = false, format.columns = 3;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const encore::TableBeginning look = encore::look_at_table(text, data[1] & 1, data[1] & 2, data[1] & 4);
  if (look.problem.empty() == look.columns.empty()) std::abort();
  if (look.problem.empty()) read(encore::row_format(look, true), text, 1 + data[1] % 32);
  std::string at_once, in_pieces;  // and in UTF-16
  encore::ToUtf8(encore::Encoding::utf16_little).take(text, true, at_once);
  encore::ToUtf8 converter(encore::Encoding::utf16_little);
  for (std::size_t at = 0; at < text.size(); at += 3) converter.take(text.substr(at, 3), at + 3 >= text.size(), in_pieces);
  if (at_once != in_pieces || !encore::is_utf8(at_once)) std::abort();
  if (read(format, text, SIZE_MAX).rows != read(format, text, 1 + data[1] % 32).rows) std::abort();
  return 0;
}
