// What a line of a table is: bytes taken apart into rows of fields, or into lines that are none, each with the number of
// the line on which it begins. The one reader of text on every engine. Not where the bytes come from, and not what the
// fields mean.
#pragma once
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace encore {

/// How a table's rows are written: fields between delimiters, or JSON objects, one a line.
struct RowFormat {
  std::string delimiter = ",";
  bool quoted = true;       ///< whether double quotes enclose fields (RFC 4180); else they are characters like others
  std::size_t columns = 0;  ///< fields of a row; 0: any number
  bool last_may_lack = false;  ///< the last column has no name: a delimiter at the header's end only
  /// A line such as "123:" is no row but the first field of those that follow it (Netflix' files); `columns` counts it, too.
  bool headings = false;
  bool last_takes_rest = false;   ///< delimiters in the last field are text
  std::vector<std::string> keys;  ///< of JSON objects, one for each column; empty: no JSON
};

/// Why a line is no row.
enum class LineProblem : std::uint8_t {
  none,
  too_few_fields,
  too_many_fields,
  open_quote,         ///< not closed within the longest row
  text_behind_quote,  ///< between a closing quote and the next delimiter
  swallowed_lines,    ///< a quote that is closed, but in another row: the lines between are rows of their own
  too_long,
  not_utf8,  ///< in a field that is used; found by whoever uses it
  not_json,  ///< no JSON object
};

/// The words for it; empty for none.
std::string_view describe(LineProblem problem);

/// A row with all its lines, or a line without its end, may have so many bytes.
inline constexpr std::size_t longest_row = 2'000'000;

/// Where in a text a piece of it begins.
struct TextPlace {
  std::int64_t line = 1;          ///< number of the piece's first line
  bool within_long_line = false;  ///< that line began before, was too long and is reported already
  std::string heading;            ///< that stands above it
};

/// Takes a text apart, row by row. Rules:
/// - \n, \r\n and \r each end a line, also several kinds in one file. Lines of nothing but blanks are no rows, nor is a
///   Ctrl-Z (0x1A) at the end, as old systems write it.
/// - A quote opens a field only at its beginning, blanks in front and behind the quotes belong to neither side; within
///   quotes "" is one quote, and delimiters and line ends are text. Elsewhere a quote is a character like any other.
/// - A row has as many fields as the table has columns; an empty one more is a delimiter at the line's end.
/// - What is no row is one line: reading goes on with the next, whatever a quote in it has opened.
/// - A quoted field that holds line ends is taken for a quote gone astray when its lines are rows for themselves: the
///   first and the last and at least half of all have the right number of fields, of the same kinds (numbers, texts,
///   nothing) as the row's other fields.
class RowSplitter {
 public:
  /// `text` begins at a line, or within a long one. `last`: nothing follows; else rows are given only as long as it is
  /// certain where they end.
  RowSplitter(const RowFormat& format, std::string_view text, TextPlace place = {}, bool last = true);

  /// Moves to the next row or line that is none; false when there is no further one in this text.
  bool next();

  std::int64_t line() const { return row_line_; }   ///< on which it begins
  LineProblem problem() const { return problem_; }  ///< none: it is a row
  /// The row's fields, or with a problem as far as they were read; quotes undone. Valid until the next `next()`.
  std::span<const std::string_view> fields() const { return fields_; }
  /// Its first line as it stands there, without its end.
  std::string_view line_text() const;

  /// After the last row: how many bytes are done with; a next piece must begin with the others.
  std::size_t taken() const { return static_cast<std::size_t>(at_ - begin_); }
  /// Where the next piece begins; after the whole text its line is the number of lines + 1.
  TextPlace place() const { return place_; }

 private:
  enum class Outcome { row, broken, unfinished };

  bool skip_long_line();
  bool skip_blank_lines();
  Outcome split();
  Outcome split_json();
  bool take_headings();
  Outcome quoted_field(const char*& at);
  bool take_row();
  bool take_first_line(LineProblem problem);
  bool give_up_or_wait();
  bool is_delimiter(const char* at) const;
  bool is_line_end(const char* at) const { return *at == '\n' || *at == '\r'; }
  const char* find_line_end(const char* from) const;
  const char* after_line_end(const char* at) const;
  void fit_fields_to_columns();
  bool lines_are_rows() const;

  const RowFormat& format_;
  const char *begin_, *end_, *at_;
  bool last_, blanks_around_quotes_;
  TextPlace place_;
  bool stops_[256] = {};  ///< bytes at which an unquoted field may end
  // the row
  const char *row_begin_ = nullptr, *row_end_ = nullptr;
  std::int64_t row_line_ = 0, lines_in_row_ = 1;
  LineProblem problem_ = LineProblem::none;
  std::vector<std::string_view> fields_;
  std::deque<std::string> undone_;       ///< of fields whose doubled quotes became single ones
  std::vector<std::size_t> many_lines_;  ///< fields with line ends in them
};

}  // namespace encore
