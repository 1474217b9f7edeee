// Events as rows that DuckDB scans: seq, time, user, item, kind, value, source, id. Not where they come from.
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>
#include "database/row_source.h"
#include "events/event.h"

namespace encore {

/// For one scan; `next` gives one event after the other, and nothing at the end. What it throws is what the statement throws.
class EventRows : public RowSource, public RowScan, public std::enable_shared_from_this<EventRows> {
 public:
  explicit EventRows(std::function<std::optional<Event>()> next) : next_(std::move(next)) {}
  const std::vector<SourceColumn>& columns() const override;
  std::shared_ptr<RowScan> scan(const std::vector<std::size_t>& wanted) override;
  double percentage() const override { return -1; }
  std::unique_ptr<RowReader> reader() override;

 private:
  struct Reader;
  std::function<std::optional<Event>()> next_;
  std::mutex mutex_;
  std::vector<std::size_t> wanted_;
};

}  // namespace encore
