// Any bytes as a model's history.csv; what is understood has a value for every column.
#include "commands/history_table.h"
#include <cstdlib>
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace encore;
  fuzz::refuses_or_understands([&] {
    const HistoryTable history = history_table(fuzz::text_of(data, size), "history.csv");
    for (const auto& epoch : history.epochs)
      if (epoch.size() != history.names.size()) std::abort();
  });
  return 0;
}
