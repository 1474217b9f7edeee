// What kind of table a text is, by its first lines: delimiter, names, JSON lines, Netflix' blocks. Not where the text comes from, and not
// what its columns mean.
#pragma once
#include <string>
#include <string_view>
#include <vector>
#include "table_text/json_row.h"
#include "table_text/row_splitter.h"

namespace encore {

enum class Layout : std::uint8_t {
  delimited,
  json_lines,
  netflix_ratings,  ///< blocks of user, rating and date under a line with the film's number and a colon
  netflix_films,    ///< number, year and title, in which there are commas
};

struct TableBeginning {
  std::string problem;  ///< to follow the file's name: why it is no table; else empty
  Layout layout = Layout::delimited;
  std::string delimiter = ",";
  bool quoted = true;
  bool last_unnamed = false;         ///< the first line ends in a delimiter
  std::vector<std::string> columns;  ///< the fields of the first line; keys of JSON; Netflix' by MovieLens' names
  std::vector<JsonShape> shapes;     ///< of JSON: what was seen under the keys
};

/// `text` is UTF-8, from the file's beginning; `whole`: there is no more. `quoted`: whether quotes may enclose fields. `films`: whether it
/// may be Netflix' table of films, which looks like any table without a line of names.
TableBeginning look_at_table(std::string_view text, bool whole, bool quoted, bool films);

/// How the rows of such a table are written; `header`: whether the first line is one of names.
RowFormat row_format(const TableBeginning& table, bool header);

}  // namespace encore
