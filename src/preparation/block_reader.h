// The rows of a table's text files in blocks of bytes, each of whole rows, for several threads. Counts the files' lines on the way,
// independently of whoever takes the rows apart. Not their taking apart (table_text/row_splitter.h).
#pragma once
#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <vector>
#include "preparation/byte_stream.h"
#include "preparation/table_file.h"
#include "table_text/row_splitter.h"

namespace encore {

struct TextBlock {
  std::string text;
  std::size_t part = 0;    ///< the file that it is of
  TextPlace place;         ///< where in that it begins
  bool last = false;       ///< nothing follows in its file
  std::int64_t lines = 0;  ///< that it holds, by a count of line ends
};

class BlockReader {
 public:
  /// Begins behind the header, if there is one. Throws UserError when the first file cannot be opened.
  explicit BlockReader(const TableFile& file);
  /// The next block; false at the end. May be called from any thread. Throws UserError when the file is damaged, Interrupted
  /// on Ctrl-C.
  bool next(TextBlock& block);
  /// The rows of the table are taken apart by this.
  const RowFormat& format() const { return format_; }
  /// Of the files' bytes as they lie on the disk; at most 100.
  double percentage() const;

 private:
  void read_more();
  void begin();
  bool begin_next_part();
  std::size_t rows_end();

  const RowFormat format_;
  const bool header_;
  const std::vector<TablePart> parts_;
  const double file_bytes_;
  std::mutex mutex_;
  std::size_t part_ = 0;
  std::optional<ByteStream> stream_;
  std::string waiting_;  ///< bytes from place_ on that were in no block yet
  TextPlace place_, next_place_;
  bool begun_ = false, ended_ = false, given_last_ = false;
  std::atomic<std::int64_t> bytes_ = 0;
};

/// Takes the block apart; every row in it is whole. (Only an overlong line may go on in the next one.)
RowSplitter rows_of(const TextBlock& block, const RowFormat& format);

/// Throws when `splitter`, at its end, has not accounted for every byte and line of its block.
void require_all_lines(const RowSplitter& splitter, const TextBlock& block);

/// Throws for lines that are in no count: that is no table.
[[noreturn]] void lines_do_not_add_up(std::int64_t from, std::int64_t lines, std::int64_t accounted);

}  // namespace encore
