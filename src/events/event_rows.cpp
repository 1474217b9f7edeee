// Threads of a scan take turns.
#include "events/event_rows.h"

namespace encore {
namespace {

void take(const Event& event, std::size_t column, std::size_t place, std::size_t row, RowSink& sink) {
  switch (column) {
    case 0: sink.values<std::int64_t>(place)[row] = event.seq; break;
    case 1: sink.values<std::int64_t>(place)[row] = event.time; break;
    case 2: sink.set_text(place, row, event.user); break;
    case 3: sink.set_text(place, row, event.item); break;
    case 4: sink.set_text(place, row, row_of(event.kind).name); break;
    case 5: event.value ? void(sink.values<float>(place)[row] = *event.value) : sink.set_null(place, row); break;
    case 6: sink.set_text(place, row, event.source); break;
    default: sink.set_text(place, row, event.id); break;
  }
}

}  // namespace

struct EventRows::Reader : RowReader {
  explicit Reader(std::shared_ptr<EventRows> from) : rows(std::move(from)) {}
  std::size_t fill(RowSink& sink) override {
    const std::lock_guard lock(rows->mutex_);
    std::size_t row = 0;
    while (row < sink.capacity()) {
      const auto event = rows->next_();
      if (!event) break;
      for (std::size_t place = 0; place < rows->wanted_.size(); ++place) take(*event, rows->wanted_[place], place, row, sink);
      ++row;
    }
    return row;
  }
  std::shared_ptr<EventRows> rows;
};

const std::vector<SourceColumn>& EventRows::columns() const {
  static const std::vector<SourceColumn> all = {{"seq", ColumnType::int64}, {"time", ColumnType::int64},    {"user"},   {"item"},
                                                {"kind"},                   {"value", ColumnType::float32}, {"source"}, {"id"}};
  return all;
}

std::shared_ptr<RowScan> EventRows::scan(const std::vector<std::size_t>& wanted) {
  wanted_ = wanted;
  return shared_from_this();
}

std::unique_ptr<RowReader> EventRows::reader() { return std::make_unique<Reader>(shared_from_this()); }

}  // namespace encore
