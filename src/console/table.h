// A table for people, aligned by display width (titles hold accents). Not for machines: those get JSON.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace encore {

struct TableColumn {
  std::string name;
  bool right = false;  ///< numbers stand right
};

class Table {
 public:
  explicit Table(std::vector<TableColumn> columns) : columns_(std::move(columns)) {}
  /// One text for each column.
  void add(std::vector<std::string> row);
  /// Two blanks between columns, a rule under the names (neither when no column has a name), a newline at the end of
  /// each line; indented by `indent` blanks.
  std::string text(int indent = 2) const;

 private:
  std::vector<TableColumn> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// Columns that a UTF-8 text takes on a terminal: "Amélie" 6, "七人の侍" 8. Bytes that are no UTF-8 count one each.
int display_width(std::string_view text);
/// The longest beginning of `text` that takes at most `width` columns.
std::string cut_to_width(std::string_view text, int width);

/// 2737837 → "2,737,837".
std::string with_thousands(long long number);
/// 1536 → "1.5 KB", 3221225472 → "3.0 GB" (powers of 1024).
std::string readable_bytes(long long bytes);
/// 0.42 → "0.42 s", 75.2 → "1 min 15 s".
std::string readable_seconds(double seconds);

}  // namespace encore
