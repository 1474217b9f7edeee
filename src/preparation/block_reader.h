// The rows of a text file in blocks of bytes, each of whole rows, for several threads. Counts the file's lines on the way,
// independently of whoever takes the rows apart. Not their taking apart (table_text/row_splitter.h).
#pragma once
#include <atomic>
#include <mutex>
#include <string>
#include "preparation/byte_stream.h"
#include "preparation/table_file.h"
#include "table_text/row_splitter.h"

namespace encore {

struct TextBlock {
  std::string text;
  TextPlace place;         ///< where it begins
  bool last = false;       ///< nothing follows
  std::int64_t lines = 0;  ///< that it holds, by a count of line ends
};

class BlockReader {
 public:
  /// Begins behind the header, if there is one. Throws UserError when the file cannot be opened.
  explicit BlockReader(const TableFile& file);
  /// The next block; false at the end. May be called from any thread. Throws UserError when the file is damaged, Interrupted
  /// on Ctrl-C.
  bool next(TextBlock& block);
  /// The rows of the table are taken apart by this.
  const RowFormat& format() const { return format_; }
  /// Of the file's bytes as they lie on the disk; at most 100.
  double percentage() const;

 private:
  void read_more();
  void begin();
  std::size_t rows_end();

  const RowFormat format_;
  const bool header_;
  const double file_bytes_;
  std::mutex mutex_;
  ByteStream stream_;
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
