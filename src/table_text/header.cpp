// The splitter with any number of columns.
#include "table_text/header.h"

namespace encore {

std::size_t byte_order_mark(std::string_view text) { return text.starts_with("\xEF\xBB\xBF") ? 3 : 0; }

std::optional<Header> read_header(RowFormat format, std::string_view text, bool last) {
  format.columns = 0;
  const std::size_t mark = byte_order_mark(text);
  RowSplitter splitter(format, text.substr(mark), {}, last);
  if (!splitter.next()) return std::nullopt;
  Header header{{}, mark + splitter.taken(), splitter.place()};
  for (const std::string_view field : splitter.fields()) header.fields.emplace_back(field);
  if (splitter.problem() == LineProblem::none) return header;
  format.quoted = false;
  RowSplitter plain(format, splitter.line_text());
  header.fields.clear();
  if (plain.next())
    for (const std::string_view field : plain.fields()) header.fields.emplace_back(field);
  return header;
}

}  // namespace encore
