// A piece without quotes ends behind its last line; only where there are quotes the splitter says where a row ends.
#include "preparation/block_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "table_text/header.h"
#include "table_text/line_count.h"

namespace encore {
namespace {

constexpr std::size_t block_bytes = 1 << 19;

double size_of(const std::vector<TablePart>& parts) {
  double sum = 0;
  for (const TablePart& part : parts) {
    std::error_code error;
    const auto size = std::filesystem::file_size(part.place.opened, error);
    sum += error ? 0 : static_cast<double>(size);
  }
  return sum;
}

/// The last heading in whole lines of the text, if one stands there.
std::optional<std::string> last_heading(std::string_view text) {
  while (true) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::size_t before = text.find_last_of("\r\n", colon), begin = before == std::string_view::npos ? 0 : before + 1;
    const std::string_view number = text.substr(begin, colon - begin);
    const bool alone = colon + 1 == text.size() || text[colon + 1] == '\n' || text[colon + 1] == '\r';
    if (alone && !number.empty() && number.find_first_not_of("0123456789") == std::string_view::npos) return std::string(number);
    text = text.substr(0, colon);
  }
}

/// Behind the last line end of which it is certain that it is a whole one.
std::size_t last_line_end(std::string_view text, bool ended) {
  if (ended) return text.size();
  if (text.ends_with('\r')) text.remove_suffix(1);
  const std::size_t end = text.find_last_of("\r\n");
  return end == std::string_view::npos ? 0 : end + 1;
}

}  // namespace

BlockReader::BlockReader(const TableFile& file)
    : format_(row_format(file)), header_(file.has_header_line()), parts_(file.parts), file_bytes_(size_of(file.parts)) {
  stream_.emplace(parts_.front().place);
}

void BlockReader::read_more() {
  const std::size_t before = waiting_.size();
  waiting_.resize(before + block_bytes);
  const std::size_t got = stream_->read(waiting_.data() + before, block_bytes);
  waiting_.resize(before + got);
  ended_ = got < block_bytes;
  bytes_ += static_cast<std::int64_t>(got);
}

/// Passes over a byte order mark and the header.
void BlockReader::begin() {
  begun_ = true;
  read_more();
  waiting_.erase(0, byte_order_mark(waiting_));
  if (!header_) return;
  std::optional<Header> header;
  while (!(header = read_header(format_, waiting_, ended_)) && !ended_) read_more();
  if (!header) return waiting_.clear();
  const auto lines = count_line_ends(std::string_view(waiting_).substr(0, header->bytes));
  const bool open = ended_ && header->bytes == waiting_.size() && !waiting_.ends_with('\n') && !waiting_.ends_with('\r');
  place_ = header->next;
  if (place_.line != 1 + lines + open) lines_do_not_add_up(1, lines + open, place_.line - 1);
  waiting_.erase(0, header->bytes);
}

/// How many of the bytes that wait are whole rows.
std::size_t BlockReader::rows_end() {
  const bool quotes = format_.quoted && waiting_.find('"') != std::string::npos;
  if (!quotes && !place_.within_long_line) {
    if (const std::size_t end = last_line_end(waiting_, ended_); end > 0 || waiting_.size() <= longest_row) {
      const std::string_view text = std::string_view(waiting_).substr(0, end);
      next_place_ = {place_.line + count_line_ends(text), false, place_.heading};
      if (format_.headings) next_place_.heading = last_heading(text).value_or(place_.heading);
      return end;
    }
  }
  RowSplitter splitter(format_, waiting_, place_, ended_);
  while (splitter.next()) {
  }
  next_place_ = splitter.place();
  return splitter.taken();
}

bool BlockReader::begin_next_part() {
  if (part_ + 1 == parts_.size()) return false;
  stream_.emplace(parts_[++part_].place);
  waiting_.clear();
  place_ = next_place_ = {};
  begun_ = ended_ = given_last_ = false;
  return true;
}

bool BlockReader::next(TextBlock& block) {
  const std::lock_guard lock(mutex_);
  if (given_last_ && !begin_next_part()) return false;
  if (!begun_) begin();
  if (!ended_ && waiting_.size() < block_bytes) read_more();
  std::size_t end = rows_end();
  for (; end == 0 && !ended_; end = rows_end()) read_more();
  block.text.assign(waiting_, 0, end);
  block.part = part_;
  block.place = place_;
  block.last = given_last_ = ended_ && end == waiting_.size();
  block.lines = block.last ? count_lines(block.text) : count_line_ends(block.text);
  place_ = next_place_;
  waiting_.erase(0, end);
  return end > 0 || part_ + 1 < parts_.size();
}

double BlockReader::percentage() const {
  return file_bytes_ > 0 ? std::min(100.0, 100 * static_cast<double>(bytes_) / file_bytes_) : 0;
}

RowSplitter rows_of(const TextBlock& block, const RowFormat& format) {
  return {format, block.text, block.place, block.last || block.text.ends_with('\r')};
}

void require_all_lines(const RowSplitter& splitter, const TextBlock& block) {
  const std::int64_t accounted = splitter.place().line - block.place.line;
  if (splitter.taken() != block.text.size() || accounted != block.lines)
    lines_do_not_add_up(block.place.line, block.lines, accounted);
}

void lines_do_not_add_up(std::int64_t from, std::int64_t lines, std::int64_t accounted) {
  throw std::runtime_error(fmt::format(
      "from line {} on the file has {} lines, of which {} were read; please report this, and read no table from it", from,
      lines, accounted));
}

}  // namespace encore
