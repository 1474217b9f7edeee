// Any bytes as a table, taken apart at once and in pieces: the same rows, every line accounted for.
#include <cstdlib>
#include <string>

#include "table_text/line_count.h"
#include "table_text/row_splitter.h"
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
  const encore::RowFormat format{.delimiter = data[0] & 1 ? "::" : ",", .quoted = (data[0] & 2) != 0,
                                 .columns = static_cast<std::size_t>(data[0] >> 2 & 7), .last_may_lack = (data[0] & 32) != 0};
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  if (read(format, text, SIZE_MAX).rows != read(format, text, 1 + data[1] % 32).rows) std::abort();
  return 0;
}
