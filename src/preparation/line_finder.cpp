// One pass over the bytes, field by field.
#include "preparation/line_finder.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "preparation/byte_stream.h"
#include "settings/value_text.h"

namespace encore {
namespace {

constexpr std::size_t longest_row = 1 << 21;  // as DuckDB's reader has it; a longer one was no row

/// Takes bytes and hands out rows of fields.
class RowSplitter {
 public:
  using OnRow = std::function<void(std::int64_t line, std::vector<std::string>& fields)>;
  RowSplitter(const TableFile& file, OnRow on_row) : file_(file), on_row_(std::move(on_row)) {}

  void take(char c) {
    if (++size_ > longest_row) fields_.assign(1, {}), broken_ = true;
    if (c == '\n') ++line_;
    if (file_.quoted && c == '"') {
      // A quote inside of quotes is doubled: the second of them begins the field again, and stands for one.
      if (!inside_ && was_quote_) fields_.back() += '"';
      inside_ = !inside_;
      was_quote_ = true;
      return;
    }
    was_quote_ = false;
    if (c == '\n' && !inside_) return end_row();
    fields_.back() += c;
    if (inside_ || !fields_.back().ends_with(file_.delimiter)) return;
    fields_.back().resize(fields_.back().size() - file_.delimiter.size());
    fields_.emplace_back();
  }

  void end() {
    ++line_;
    if (!inside_ && size_ > 0) end_row();
  }

 private:
  void end_row() {
    if (fields_.back().ends_with('\r')) fields_.back().pop_back();
    if (!broken_) on_row_(begin_, fields_);
    fields_.assign(1, {});
    begin_ = line_, size_ = 0, broken_ = false, was_quote_ = false;
  }

  const TableFile& file_;
  OnRow on_row_;
  std::vector<std::string> fields_ = std::vector<std::string>(1);
  std::int64_t line_ = 1, begin_ = 1;
  std::size_t size_ = 0;
  bool inside_ = false, was_quote_ = false, broken_ = false;
};

std::string same_number(std::string_view text) {
  const bool plain = !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
  if (const auto whole = plain ? parse_whole_number(text) : std::nullopt) return std::to_string(*whole);
  if (const auto number = plain ? parse_number(text) : std::nullopt) {
    const auto whole = static_cast<std::int64_t>(*number);
    return static_cast<double>(whole) == *number && *number < 1e15 ? std::to_string(whole) : fmt::format("{}", *number);
  }
  return std::string(text);
}

}  // namespace

std::string row_key(const RowTexts& row) {
  std::string key;
  for (const std::string& text : row) {
    key += same_number(text);
    key += '\0';
  }
  return key;
}

void for_each_line(const Source& source, const std::function<void(std::int64_t, const std::string&)>& take) {
  const TableFile& file = source.ratings;
  if (file.parquet) return;
  const std::array<std::optional<std::string>, 4> roles = {source.user_column, source.item_column, source.rating_column,
                                                           source.time_column};
  std::array<std::optional<std::size_t>, 4> places;
  for (std::size_t role = 0; role < roles.size(); ++role)
    if (const auto found = roles[role] ? std::ranges::find(file.columns, *roles[role]) : file.columns.end();
        found != file.columns.end())
      places[role] = static_cast<std::size_t>(found - file.columns.begin());
  bool header = file.header;
  RowSplitter splitter(file, [&](std::int64_t line, std::vector<std::string>& fields) {
    if (fields.size() != file.columns.size()) return;
    if (header) return void(header = false);
    RowTexts row;
    for (std::size_t role = 0; role < row.size(); ++role)
      if (places[role]) row[role] = fields[*places[role]];
    take(line, row_key(row));
  });
  ByteStream stream(file.path);
  std::vector<char> buffer(1 << 18);
  while (const std::size_t size = stream.read(buffer.data(), buffer.size()))
    for (std::size_t at = 0; at < size; ++at) splitter.take(buffer[at]);
  splitter.end();
}

}  // namespace encore
