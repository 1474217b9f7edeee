// The first row of a table: the names of its columns, or, in formats without a header, what shows how many there are.
#pragma once
#include <optional>
#include <string>
#include <vector>
#include "table_text/row_splitter.h"

namespace encore {

struct Header {
  std::vector<std::string> fields;
  std::size_t bytes = 0;  ///< up to the row behind it, with what stands before
  TextPlace next;         ///< where that row begins
};

/// The first row of a text that begins where the file does, a byte order mark and blank lines being passed over. A line
/// whose quotes make no row is taken apart without them. Nothing when there is no row, or, unless `last`, none that is
/// whole.
std::optional<Header> read_header(RowFormat format, std::string_view text, bool last);

/// What a byte order mark takes of the text: 0 or 3 bytes.
std::size_t byte_order_mark(std::string_view text);

}  // namespace encore
