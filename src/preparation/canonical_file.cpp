// A look at every byte, and the reading of what it has found good; about a gigabyte a second, each thread.
#include "preparation/canonical_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "preparation/block_reader.h"
#include "process/error.h"
#include "table_text/number_line.h"

namespace encore {
namespace {

using Role = NumberRole;
using Line = NumberLine;

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

}  // namespace

std::optional<CanonicalScan> scan_canonical(const Source& source) {
  const TableFile& file = source.ratings;
  const auto roles = roles_of(source);
  const bool plain = !file.parquet && file.layout == Layout::delimited && file.partition_columns.empty();
  if (!plain || file.delimiter.size() != 1 || !roles) return std::nullopt;
  const NumberLineReader reader(*roles, file.delimiter[0]);
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
        sink.values<double>(place)[row] = line.rating_value();
    }
  }

  Scan& scan_;
  const std::vector<Role> roles_;
  const NumberLineReader lines_;
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
