// Any bytes as a line of the log of events, with a sum that fits and without: what is read is written the same way again.
#include <cstdlib>
#include "digest/crc32c.h"
#include "events/event.h"
#include "target.h"
#include <fmt/format.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace encore;
  const std::string bytes = fuzz::text_of(data, size);
  for (const std::string& line : {bytes, fmt::format("{},{:08x}", bytes, crc32c(bytes))}) {
    const auto event = parse_event_line(line);
    if (!event) continue;
    const std::string written = event_line(*event);
    if (written.find('\n') != written.size() - 1) continue;  // a text with a line end: the server takes none
    const auto again = parse_event_line(std::string_view(written).substr(0, written.size() - 1));
    if (!again || event_line(*again) != written) std::abort();
  }
  return 0;
}
