// One pass over the bytes; only a row that quotes spread over several lines is looked at twice.
#include "table_text/row_splitter.h"

#include <algorithm>
#include <cstring>

#include "table_text/json_row.h"
#include "table_text/line_count.h"
#include "table_text/stray_quote.h"

namespace encore {
namespace {

constexpr char control_z = '\x1A';
constexpr std::ptrdiff_t longest_heading = 18;

const char* find(const char* from, const char* to, char byte) {
  return static_cast<const char*>(std::memchr(from, byte, static_cast<std::size_t>(to - from)));
}

std::string with_single_quotes(std::string_view text) {
  std::string undone;
  undone.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    undone += text[at];
    if (text[at] == '"') ++at;
  }
  return undone;
}

}  // namespace

std::string_view describe(LineProblem problem) {
  switch (problem) {
    case LineProblem::none:
      return "";
    case LineProblem::too_few_fields:
      return "too few fields";
    case LineProblem::too_many_fields:
      return "too many fields";
    case LineProblem::open_quote:
    case LineProblem::swallowed_lines:
      return "a quote is opened and not closed";
    case LineProblem::text_behind_quote:
      return "text behind a closing quote";
    case LineProblem::too_long:
      return "longer than 2 MB";
    case LineProblem::not_utf8:
      return "not UTF-8";
    case LineProblem::not_json:
      return "not a JSON object";
  }
  return "";
}

RowSplitter::RowSplitter(const RowFormat& format, std::string_view text, TextPlace place, bool last)
    : format_(format),
      begin_(text.data()),
      end_(text.data() + text.size()),
      at_(text.data()),
      last_(last),
      blanks_around_quotes_(format.delimiter.front() != ' '),
      place_(place) {
  for (const char stop : {'\n', '\r', format.delimiter.front()}) stops_[static_cast<unsigned char>(stop)] = true;
}

bool RowSplitter::next() {
  fields_.clear();
  undone_.clear();
  many_lines_.clear();
  lines_in_row_ = 1;
  problem_ = LineProblem::none;
  if (!skip_long_line() || !skip_blank_lines()) return false;
  if (format_.headings && !take_headings()) return false;
  row_begin_ = at_;
  row_line_ = place_.line;
  switch (format_.keys.empty() ? split() : split_json()) {
    case Outcome::row:
      return take_row();
    case Outcome::broken:
      return take_first_line(problem_);
    case Outcome::unfinished:
      break;
  }
  return give_up_or_wait();
}

std::string_view RowSplitter::line_text() const {
  const char* end = find_line_end(row_begin_);
  return {row_begin_, static_cast<std::size_t>((end == nullptr ? end_ : end) - row_begin_)};
}

/// What is left of a line that has been reported as too long.
bool RowSplitter::skip_long_line() {
  if (!place_.within_long_line) return true;
  const char* end = find_line_end(at_);
  const char* next = end == nullptr ? nullptr : after_line_end(end);
  if (next == nullptr && !last_) {
    at_ = end == nullptr ? end_ : end;
    return false;
  }
  at_ = next == nullptr ? end_ : next;
  ++place_.line;
  place_.within_long_line = false;
  return true;
}

/// False when nothing but blanks is left, or what is left may be blanks.
bool RowSplitter::skip_blank_lines() {
  while (at_ < end_) {
    const char* at = at_;
    while (at < end_ && (*at == ' ' || (*at == '\t' && format_.delimiter.front() != '\t'))) ++at;
    if (at < end_ && *at == control_z) ++at;
    if (at == end_) {
      if (last_) at_ = end_, ++place_.line;
      return false;
    }
    if (!is_line_end(at)) return true;
    const char* next = after_line_end(at);
    if (next == nullptr) return false;
    at_ = next;
    ++place_.line;
  }
  return false;
}

/// Passes over lines that are headings; false when a line that may be one is not whole yet, or nothing is left.
bool RowSplitter::take_headings() {
  while (true) {
    const char* at = at_;
    while (at < end_ && *at >= '0' && *at <= '9') ++at;
    if (at == end_) return last_ || at - at_ > longest_heading;
    if (at == at_ || *at != ':' || at - at_ > longest_heading) return true;
    const char* end = at + 1;
    if (end == end_ && !last_) return false;
    if (end < end_ && !is_line_end(end)) return true;
    const char* next = end == end_ ? end : after_line_end(end);
    if (next == nullptr) return false;
    place_.heading.assign(at_, at);
    ++place_.line;
    at_ = next;
    if (!skip_blank_lines()) return false;
  }
}

/// A line as the values of a JSON object.
RowSplitter::Outcome RowSplitter::split_json() {
  const char* end = find_line_end(at_);
  if (!last_ && (end == nullptr || after_line_end(end) == nullptr)) return Outcome::unfinished;
  row_end_ = end == nullptr ? end_ : end;
  std::string_view line(at_, static_cast<std::size_t>(row_end_ - at_));
  if (end == nullptr && line.ends_with(control_z)) line.remove_suffix(1);
  if (line.size() <= longest_row && read_json_row(line, format_.keys, undone_)) {
    fields_.assign(undone_.begin(), undone_.end());
    return Outcome::row;
  }
  problem_ = LineProblem::not_json;
  return Outcome::broken;
}

/// The fields from at_ on, up to row_end_.
RowSplitter::Outcome RowSplitter::split() {
  const char* at = at_;
  if (format_.headings) fields_.emplace_back(place_.heading);
  while (true) {
    const char* quote = at;
    if (format_.quoted && blanks_around_quotes_)
      while (quote < end_ && *quote == ' ') ++quote;
    if (format_.quoted && quote < end_ && *quote == '"') {
      at = quote + 1;
      if (const Outcome outcome = quoted_field(at); outcome != Outcome::row) return outcome;
    } else {
      const char* begin = at;
      while (at < end_ && (!stops_[static_cast<unsigned char>(*at)] || !(is_line_end(at) || is_delimiter(at)))) ++at;
      fields_.emplace_back(begin, static_cast<std::size_t>(at - begin));
      if (at == end_ && last_ && fields_.back().ends_with(control_z)) fields_.back().remove_suffix(1);
    }
    if (at == end_ || is_line_end(at)) {
      row_end_ = at;
      return !last_ && (at == end_ || after_line_end(at) == nullptr) ? Outcome::unfinished : Outcome::row;
    }
    at += format_.delimiter.size();
  }
}

/// `at` is behind the opening quote, and comes to stand behind the field.
RowSplitter::Outcome RowSplitter::quoted_field(const char*& at) {
  const char* begin = at;
  const char* limit = std::min(end_, row_begin_ + std::min<std::ptrdiff_t>(end_ - row_begin_, longest_row + 1));
  bool doubled = false;
  while (true) {
    const char* quote = find(at, limit, '"');
    if (quote == nullptr || (quote + 1 == end_ && !last_)) {
      problem_ = LineProblem::open_quote;
      return limit == end_ && !last_ ? Outcome::unfinished : Outcome::broken;
    }
    at = quote + 1;
    if (at == end_ || *at != '"') break;
    doubled = true;
    ++at;
  }
  const std::string_view text(begin, static_cast<std::size_t>(at - 1 - begin));
  while (blanks_around_quotes_ && at < end_ && *at == ' ') ++at;
  if (last_ && at + 1 == end_ && *at == control_z) ++at;
  const auto left = static_cast<std::size_t>(end_ - at);
  if (!last_ && left < format_.delimiter.size()) return Outcome::unfinished;
  if (text.find_first_of("\n\r") != std::string_view::npos) {
    lines_in_row_ += count_line_ends(text);
    many_lines_.push_back(fields_.size());
  }
  if (left > 0 && !is_line_end(at) && !is_delimiter(at)) {
    problem_ = lines_in_row_ > 1 ? LineProblem::open_quote : LineProblem::text_behind_quote;
    return Outcome::broken;
  }
  fields_.push_back(doubled ? std::string_view(undone_.emplace_back(with_single_quotes(text))) : text);
  return Outcome::row;
}

bool RowSplitter::take_row() {
  const bool many = lines_in_row_ > 1;
  if (static_cast<std::size_t>(row_end_ - row_begin_) > longest_row)
    return take_first_line(many ? LineProblem::open_quote : LineProblem::too_long);
  fit_fields_to_columns();
  if (problem_ != LineProblem::none) return take_first_line(many ? LineProblem::open_quote : problem_);
  if (many && lines_are_rows()) return take_first_line(LineProblem::swallowed_lines);
  place_.line += lines_in_row_;
  at_ = row_end_ == end_ ? end_ : after_line_end(row_end_);
  return true;
}

bool RowSplitter::take_first_line(LineProblem problem) {
  problem_ = problem;
  const char* end = find_line_end(row_begin_);
  const char* next = end == nullptr ? end_ : after_line_end(end);
  if (next == nullptr || (end == nullptr && !last_)) return give_up_or_wait();
  if (line_text().size() > longest_row) problem_ = LineProblem::too_long;
  at_ = next;
  ++place_.line;
  return true;
}

/// The row is not whole in this text: its first line is no row when it is too long already.
bool RowSplitter::give_up_or_wait() {
  if (static_cast<std::size_t>(end_ - row_begin_) <= longest_row + 1) return false;
  const char* end = find_line_end(row_begin_);
  const char* next = end == nullptr ? nullptr : after_line_end(end);
  if (next != nullptr && end - row_begin_ <= static_cast<std::ptrdiff_t>(longest_row)) {
    problem_ = LineProblem::open_quote;
    at_ = next;
    ++place_.line;
    return true;
  }
  problem_ = LineProblem::too_long;
  at_ = next == nullptr ? (end == nullptr ? end_ : end) : next;
  place_.line += next != nullptr;
  place_.within_long_line = next == nullptr;
  return true;
}

bool RowSplitter::is_delimiter(const char* at) const {
  const std::string& delimiter = format_.delimiter;
  return *at == delimiter.front() &&
         (delimiter.size() == 1 || (static_cast<std::size_t>(end_ - at) >= delimiter.size() &&
                                    std::memcmp(at, delimiter.data(), delimiter.size()) == 0));
}

const char* RowSplitter::find_line_end(const char* from) const {
  const char* feed = find(from, end_, '\n');
  const char* end = find(from, feed == nullptr ? end_ : feed, '\r');
  return end == nullptr ? feed : end;
}

/// Null when it is not known yet whether a line feed follows a carriage return.
const char* RowSplitter::after_line_end(const char* at) const {
  if (*at == '\n') return at + 1;
  if (at + 1 == end_) return last_ ? end_ : nullptr;
  return at + (at[1] == '\n' ? 2 : 1);
}

void RowSplitter::fit_fields_to_columns() {
  const std::size_t columns = format_.columns;
  if (columns == 0) return;
  if (format_.last_takes_rest && fields_.size() > columns) {
    const char* begin = fields_[columns - 1].data();
    fields_.resize(columns);
    fields_.back() = {begin, static_cast<std::size_t>(row_end_ - begin)};
  }
  if (fields_.size() == columns + 1 && fields_.back().empty()) fields_.pop_back();
  if (fields_.size() + 1 == columns && format_.last_may_lack) fields_.emplace_back();
  if (fields_.size() < columns) problem_ = LineProblem::too_few_fields;
  if (fields_.size() > columns) problem_ = LineProblem::too_many_fields;
}

bool RowSplitter::lines_are_rows() const {
  return has_stray_quote({row_begin_, static_cast<std::size_t>(row_end_ - row_begin_)}, format_.delimiter, fields_,
                         many_lines_);
}

}  // namespace encore
