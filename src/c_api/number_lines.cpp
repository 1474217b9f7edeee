// encore_number_lines: lines of nothing but numbers (table_text/number_line.h) into columns of the caller. Not the lines of other tables
// (lines.cpp).
#include <span>
#include <string_view>

#include "c_api/guard.h"
#include "table_text/number_line.h"

namespace encore::c_api {
namespace {

constexpr std::int64_t first_that_is_no_second = 100'000'000'000;  // from there on a time is in a smaller unit (sql/10)

std::vector<NumberRole> roles_named(std::string_view letters) {
  std::vector<NumberRole> roles;
  for (const char letter : letters) {
    const auto place = std::string_view("uirt").find(letter);
    if (place == std::string_view::npos) throw Misuse("a column of numbers is u, i, r or t");
    roles.push_back(static_cast<NumberRole>(place));
  }
  if (roles.empty()) throw Misuse("there are no columns of numbers");
  return roles;
}

/// Which items' rows are wanted: a bit each, none for items behind the last; all where there are no bits.
struct WantedItems {
  const std::uint8_t* bits;
  std::int64_t count;

  bool has(std::int64_t item) const {
    return bits == nullptr || (item < count && ((bits[item / 8] >> (item % 8)) & 1) != 0);
  }
};

/// Columns of 8 bytes a row.
class NumberColumns {
 public:
  NumberColumns(std::vector<NumberRole> roles, void* const* columns, std::int64_t capacity)
      : roles_(std::move(roles)), columns_(columns, roles_.size()), capacity_(capacity) {
    for (void* column : columns_) require(column, "a column");
  }

  void add(const NumberLine& line) {
    if (rows_ == capacity_) throw Misuse("the columns are too short for the lines");
    for (std::size_t place = 0; place < roles_.size(); ++place) {
      if (roles_[place] == NumberRole::rating)
        static_cast<double*>(columns_[place])[rows_] = line.rating_value();
      else
        static_cast<std::int64_t*>(columns_[place])[rows_] = roles_[place] == NumberRole::user   ? line.user
                                                            : roles_[place] == NumberRole::item ? line.item
                                                                                                : line.time;
    }
    ++rows_;
  }
  std::int64_t rows() const { return rows_; }

 private:
  std::vector<NumberRole> roles_;
  std::span<void* const> columns_;
  std::int64_t capacity_, rows_ = 0;
};

}  // namespace
}  // namespace encore::c_api

namespace c_api = encore::c_api;

extern "C" int encore_number_lines(const char* roles, char delimiter, const uint8_t* bytes, int64_t size, int64_t capacity,
                                   const uint8_t* items, int64_t item_count, void* const* columns, int64_t* rows, int64_t* others,
                                   int64_t* taken) {
  return c_api::guarded([&] {
    const std::string_view text(reinterpret_cast<const char*>(c_api::require(bytes, "bytes")), static_cast<std::size_t>(size));
    const auto known = c_api::roles_named(c_api::require(roles, "roles"));
    const encore::NumberLineReader reader(known, delimiter);
    c_api::NumberColumns found(known, c_api::require(columns, "columns"), capacity);
    const c_api::WantedItems wanted{items, item_count};
    std::int64_t no_rows = 0;
    const std::size_t whole = text.rfind('\n') + 1;  // 0 where no line ends
    for (std::size_t at = 0; at < whole;) {
      encore::NumberLine line;
      const char* behind = reader.read(text.data() + at, line);
      if (behind != nullptr && line.time < c_api::first_that_is_no_second) {
        if (wanted.has(line.item)) found.add(line);
        at = static_cast<std::size_t>(behind - text.data());
      } else {
        ++no_rows;
        at = text.find('\n', at) + 1;
      }
    }
    *c_api::require(rows, "rows") = found.rows();
    *c_api::require(others, "others") = no_rows;
    *c_api::require(taken, "taken") = static_cast<std::int64_t>(whole);
  });
}
