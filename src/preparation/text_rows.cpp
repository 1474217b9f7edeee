// Blocks of the file, taken apart by as many threads as there are.
#include "preparation/text_rows.h"

#include <fmt/format.h>

#include "preparation/block_reader.h"
#include "table_text/utf8.h"

namespace encore {

struct TextRows::Scan : RowScan {
  Scan(const TextRows& table, std::vector<std::size_t> columns)
      : file(table.file_), wanted(std::move(columns)), used(table.used_), blocks(table.file_) {}
  std::unique_ptr<RowReader> reader() override;
  const TableFile& file;
  const std::vector<std::size_t> wanted;
  const std::vector<std::size_t>& used;
  BlockReader blocks;
};

class TextRows::Reader : public RowReader {
 public:
  explicit Reader(Scan& scan) : scan_(scan) {}

  std::size_t fill(RowSink& sink) override {
    std::size_t row = 0;
    while (row < sink.capacity()) {
      if (rows_ && rows_->next()) {
        take(sink, row++);
      } else {
        if (rows_) require_all_lines(*rows_, block_);
        rows_.reset();
        if (!scan_.blocks.next(block_)) break;
        rows_.emplace(rows_of(block_, scan_.blocks.format()));
      }
    }
    return row;
  }

 private:
  LineProblem problem_of_row() const {
    if (rows_->problem() != LineProblem::none) return rows_->problem();
    for (const std::size_t column : scan_.used)
      if (column < rows_->fields().size() && !is_utf8(rows_->fields()[column])) return LineProblem::not_utf8;
    return LineProblem::none;
  }

  /// Of the row, or what the folders of its file say.
  std::string_view field(std::size_t column) const {
    const std::size_t fields = scan_.file.fields();
    return column < fields ? rows_->fields()[column] : std::string_view(scan_.file.parts[block_.part].partition[column - fields]);
  }

  void take(RowSink& sink, std::size_t row) {
    const std::size_t fields = scan_.file.columns.size();
    const LineProblem problem = problem_of_row();
    for (std::size_t place = 0; place < scan_.wanted.size(); ++place) {
      const std::size_t column = scan_.wanted[place];
      if (column < fields) {
        if (problem != LineProblem::none || field(column).empty())
          sink.set_null(place, row);
        else
          sink.set_text(place, row, field(column));
      } else if (column == fields) {
        sink.values<std::int64_t>(place)[row] = (static_cast<std::int64_t>(block_.part) << part_shift) + rows_->line();
      } else if (column == fields + 1) {
        sink.values<bool>(place)[row] = problem != LineProblem::none;
      } else if (column == fields + 2) {
        if (problem == LineProblem::none)
          sink.set_null(place, row);
        else
          sink.set_text(place, row, fmt::format("{}: {}", describe(problem), shown(rows_->line_text())));
      }
    }
  }

  Scan& scan_;
  TextBlock block_;
  std::optional<RowSplitter> rows_;
};

std::unique_ptr<RowReader> TextRows::Scan::reader() { return std::make_unique<Reader>(*this); }

TextRows::TextRows(TableFile file, std::vector<std::size_t> used) : file_(std::move(file)), used_(std::move(used)) {
  for (std::size_t column = 0; column < file_.columns.size(); ++column) columns_.push_back({text_column(column)});
  columns_.push_back({"line", ColumnType::int64});
  columns_.push_back({"malformed", ColumnType::boolean});
  columns_.push_back({"problem", ColumnType::text});
}

std::shared_ptr<RowScan> TextRows::scan(const std::vector<std::size_t>& wanted) {
  return latest_.keep(std::make_shared<Scan>(*this, wanted));
}

double TextRows::percentage() const {
  const auto scan = latest_.get();
  return scan ? scan->blocks.percentage() : -1;
}

bool has_only_utf8(const TableFile& file) {
  if (file.parquet) return true;
  BlockReader blocks(file);
  TextBlock block;
  while (blocks.next(block))
    if (!is_utf8(block.text)) return false;
  return true;
}

std::string text_column(std::size_t column) { return fmt::format("c{}", column); }

}  // namespace encore
