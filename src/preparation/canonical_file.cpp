// A look at every byte, and the reading of what it has found good; about a gigabyte a second, each thread.
#include "preparation/canonical_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "preparation/block_reader.h"
#include "process/error.h"

namespace encore {
namespace {

constexpr std::size_t longest_line = 256;

enum class Role { user, item, rating, time };

std::optional<std::vector<Role>> roles_of(const Source& source) {
  std::vector<Role> roles;
  for (const auto& column : source.ratings.columns) {
    if (column == source.user_column)
      roles.push_back(Role::user);
    else if (column == source.item_column)
      roles.push_back(Role::item);
    else if (source.rating_column && column == *source.rating_column)
      roles.push_back(Role::rating);
    else if (source.time_column && column == *source.time_column)
      roles.push_back(Role::time);
    else
      return std::nullopt;
  }
  return roles;
}

bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

/// Digits from `at` on, at most `most`; null when there are none or too many.
const char* whole_number(const char* at, int most, std::int64_t& number) {
  const char* begin = at;
  number = 0;
  for (; is_digit(*at); ++at) {
    if (at - begin == most) return nullptr;
    number = number * 10 + (*at - '0');
  }
  return at == begin ? nullptr : at;
}

/// What a line says.
struct Line {
  std::int64_t user = 0, item = 0, time = 0;
  std::int64_t whole = 0;  ///< of the rating, in front of the point
  bool half = true;        ///< the rating is a multiple of a half
  std::int64_t halves = 0;
  std::string_view rating = {};
};

class LineReader {
 public:
  LineReader(std::vector<Role> roles, char delimiter) : roles_(std::move(roles)), delimiter_(delimiter) {}

  /// One line, behind which a line end stands. Returns what is behind that; null when it is not canonical.
  const char* read(const char* at, Line& line) const {
    for (std::size_t field = 0; field < roles_.size(); ++field) {
      switch (roles_[field]) {
        case Role::user:
          at = id(at, line.user);
          break;
        case Role::item:
          at = id(at, line.item);
          break;
        case Role::time:
          at = whole_number(at, 18, line.time);
          break;
        case Role::rating:
          at = rating(at, line);
      }
      if (at == nullptr) return nullptr;
      if (field + 1 < roles_.size()) {
        if (*at++ != delimiter_) return nullptr;
      } else {
        if (*at == '\r') ++at;
        if (*at++ != '\n') return nullptr;
      }
    }
    return at;
  }

 private:
  static const char* id(const char* at, std::int64_t& number) {
    if (at[0] == '0' && is_digit(at[1])) return nullptr;  // 007 is not 7 to everybody
    return whole_number(at, 18, number);
  }

  static const char* rating(const char* at, Line& line) {
    constexpr std::int64_t exact_halves_end = 1 << 23;
    const char* begin = at;
    at = whole_number(at, 9, line.whole);
    if (at == nullptr) return nullptr;
    std::int64_t fraction = 0;
    const char* point = at;
    if (*at == '.') at = whole_number(at + 1, 9, fraction);
    if (at == nullptr) return nullptr;
    line.half = (fraction == 0 || (fraction == 5 && at == point + 2)) && line.whole < exact_halves_end;
    line.halves = 2 * line.whole + (fraction != 0);
    line.rating = {begin, static_cast<std::size_t>(at - begin)};
    return at;
  }

  std::vector<Role> roles_;
  char delimiter_;
};

void add(CanonicalScan& scan, const Line& line, Line& before) {
  scan.ascending = scan.ascending && (line.user > before.user || (line.user == before.user && line.item > before.item));
  scan.largest_id = std::max({scan.largest_id, line.user, line.item});
  scan.largest_time = std::max(scan.largest_time, line.time);
  scan.half_stars = scan.half_stars && line.half;
  scan.fewest_halves = std::min(scan.fewest_halves, line.halves);
  scan.most_halves = std::max(scan.most_halves, line.halves);
  ++scan.rows;
  before = line;
}

/// The text ends in a line feed, as the reader of lines wants it; false where a line may not.
bool end_with_line_feed(TextBlock& block) {
  if (block.last && !block.text.empty() && block.text.back() != '\n') block.text += '\n';
  return block.text.empty() || block.text.back() == '\n';
}

double number_of(std::string_view text) {
  double number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

std::optional<CanonicalScan> scan_canonical(const Source& source) {
  const TableFile& file = source.ratings;
  const auto roles = roles_of(source);
  const bool plain = !file.parquet && file.layout == Layout::delimited && file.partition_columns.empty();
  if (!plain || file.delimiter.size() != 1 || !roles) return std::nullopt;
  const LineReader reader(*roles, file.delimiter[0]);
  BlockReader blocks(file);
  TextBlock block;
  CanonicalScan scan;
  Line line, before{.user = -1};
  while (blocks.next(block)) {
    if (!end_with_line_feed(block)) return std::nullopt;
    const char *at = block.text.data(), *end = at + block.text.size();
    for (std::int64_t rows = 0; at < end; add(scan, line, before)) {
      at = reader.read(at, line);
      if (at == nullptr || ++rows > block.lines) return std::nullopt;
    }
    scan.lines += block.lines;
  }
  if (scan.lines != scan.rows) return std::nullopt;
  scan.half_stars = scan.half_stars && scan.fewest_halves <= scan.most_halves;
  return scan;
}

struct CanonicalRows::Scan : RowScan {
  Scan(const CanonicalRows& owner, std::vector<std::size_t> columns)
      : table(owner), wanted(std::move(columns)), blocks(owner.file_) {}
  std::unique_ptr<RowReader> reader() override;
  const CanonicalRows& table;
  const std::vector<std::size_t> wanted;
  BlockReader blocks;
};

class CanonicalRows::Reader : public RowReader {
 public:
  explicit Reader(Scan& scan)
      : scan_(scan), roles_(*roles_of(scan.table.source_)), lines_(roles_, scan.table.file_.delimiter[0]) {}

  std::size_t fill(RowSink& sink) override {
    std::size_t row = 0;
    for (; row < sink.capacity() && has_line(); ++row) {
      Line line;
      at_ = lines_.read(at_, line);
      if (at_ == nullptr) changed();
      for (std::size_t place = 0; place < scan_.wanted.size(); ++place)
        take(sink, place, scan_.wanted[place], row, line);
      ++line_;
    }
    return row;
  }

 private:
  [[noreturn]] void changed() const {
    throw UserError(fmt::format("{} was changed while it was read", scan_.table.file_.path.string()));
  }

  bool has_line() {
    while (at_ == end_) {
      if (line_ - block_.place.line != block_.lines)
        lines_do_not_add_up(block_.place.line, block_.lines, line_ - block_.place.line);
      if (!scan_.blocks.next(block_)) {
        block_ = {}, line_ = block_.place.line;
        return false;
      }
      if (!end_with_line_feed(block_)) changed();
      at_ = block_.text.data(), end_ = at_ + block_.text.size();
      line_ = block_.place.line;
    }
    return true;
  }

  template <class Whole>
  Whole whole(Role role, const Line& line) const {
    return static_cast<Whole>(role == Role::user ? line.user : role == Role::item ? line.item : line.time);
  }

  void take(RowSink& sink, std::size_t place, std::size_t column, std::size_t row, const Line& line) const {
    if (column == roles_.size())
      sink.values<std::int64_t>(place)[row] = (static_cast<std::int64_t>(block_.part) << part_shift) + line_;
    if (column >= roles_.size()) return;
    const Role role = roles_[column];
    switch (scan_.table.columns_[column].type) {
      case ColumnType::int32:
        sink.values<std::int32_t>(place)[row] = whole<std::int32_t>(role, line);
        break;
      case ColumnType::int64:
        sink.values<std::int64_t>(place)[row] = whole<std::int64_t>(role, line);
        break;
      case ColumnType::float32:
        sink.values<float>(place)[row] = static_cast<float>(line.halves) / 2;
        break;
      default:
        sink.values<double>(place)[row] = line.half ? static_cast<double>(line.halves) / 2 : number_of(line.rating);
    }
  }

  Scan& scan_;
  const std::vector<Role> roles_;
  const LineReader lines_;
  TextBlock block_;
  const char *at_ = nullptr, *end_ = nullptr;
  std::int64_t line_ = 1;
};

std::unique_ptr<RowReader> CanonicalRows::Scan::reader() { return std::make_unique<Reader>(*this); }

CanonicalRows::CanonicalRows(const Source& source, const CanonicalScan& scan, bool narrow)
    : source_(source), file_(source.ratings) {
  const auto whole = [&](std::int64_t largest) {
    return narrow && largest <= std::numeric_limits<std::int32_t>::max() ? ColumnType::int32 : ColumnType::int64;
  };
  const std::vector<Role> roles = *roles_of(source);
  for (std::size_t column = 0; column < roles.size(); ++column) {
    const Role role = roles[column];
    const ColumnType type = role == Role::rating ? (narrow && scan.half_stars ? ColumnType::float32 : ColumnType::float64)
                                                 : whole(role == Role::time ? scan.largest_time : scan.largest_id);
    columns_.push_back({text_column(column), type});
  }
  columns_.push_back({"line", ColumnType::int64});
}

std::shared_ptr<RowScan> CanonicalRows::scan(const std::vector<std::size_t>& wanted) {
  return latest_.keep(std::make_shared<Scan>(*this, wanted));
}

double CanonicalRows::percentage() const {
  const auto scan = latest_.get();
  return scan ? scan->blocks.percentage() : -1;
}

}  // namespace encore
