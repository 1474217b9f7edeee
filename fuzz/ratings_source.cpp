// Any bytes as a ratings file: plain or packed, its first line, and the look at all of them. Not DuckDB's reading.
#include "preparation/byte_stream.h"
#include "preparation/canonical_file.h"
#include "preparation/table_file.h"
#include "preparation/text_rows.h"
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace encore;
  static Database database({.threads = 1});
  if (size >= 4 && fuzz::text_of(data, 4) == "PAR1") return 0;  // DuckDB's to read
  const fuzz::BytesAsFile file(data, size);
  fuzz::refuses_or_understands([&] {
    Source source;
    source.ratings = inspect_table(database, file.path());
    source.user_column = "userId", source.item_column = "movieId", source.rating_column = "rating";
    source.time_column = "timestamp";
    has_only_utf8(source.ratings);
    scan_canonical(source);
  });
  fuzz::refuses_or_understands([&] {
    ByteStream bytes(place_of(file.path(), "/tmp"));
    char buffer[4096];
    while (bytes.read(buffer, sizeof buffer) > 0) {
    }
  });
  return 0;
}
