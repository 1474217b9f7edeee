// The fast way through a plain text file of ratings. A quick look at every byte: is each line nothing but numbers in
// their simplest form? Then nothing can be misread ("1e3", "1.5" or " 7" as an id), the values are taken as numbers at
// once, and the slow reading as text is not needed.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include "database/row_source.h"
#include "preparation/source.h"
#include "preparation/text_rows.h"

namespace encore {

struct CanonicalScan {
  std::int64_t rows = 0, lines = 0;  ///< without the header, and alike
  bool ascending = true;             ///< strictly by user, then item: no row is there twice
  std::int64_t largest_id = 0, largest_time = 0;
  bool half_stars = true;  ///< there are ratings, each a multiple of a half below 2²³, as f32 holds it exactly
  std::int64_t fewest_halves = INT64_MAX, most_halves = 0;  ///< the ratings are between, if they are half stars
};

/// Reads `source.ratings`; nothing when any line is not canonical: ids and times 1 to 18 digits (ids without zeros in
/// front), ratings 1 to 9 digits with at most 9 behind a point, exactly the known columns, lines ended by \n or \r\n (the
/// last one may lack it). Throws Interrupted on Ctrl-C.
std::optional<CanonicalScan> scan_canonical(const Source& source);

/// The rows of a file that scan_canonical has found good, as a relation of DuckDB's: c0, c1, … as numbers, and line.
/// `narrow`: 32 bits where they suffice, because the rows are kept, and what does not fit into memory is compressed,
/// written and read again.
class CanonicalRows : public RowSource {
 public:
  CanonicalRows(const Source& source, const CanonicalScan& scan, bool narrow);
  const std::vector<SourceColumn>& columns() const override { return columns_; }
  std::shared_ptr<RowScan> scan(const std::vector<std::size_t>& wanted) override;
  double percentage() const override;

 private:
  struct Scan;
  class Reader;
  const Source source_;
  const TableFile file_;
  std::vector<SourceColumn> columns_;
  Latest<Scan> latest_;
};

}  // namespace encore
