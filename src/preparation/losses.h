// What is said aloud when more rows are lost than a few, or when the ratings that stay cannot be judged: the reason, the values that
// were seen, one row with its line, and the option that helps. Not the counting (sql/) and not the list of --rejects (rejects.h).
#pragma once
#include <optional>
#include <string>
#include "console/output.h"
#include "database/database.h"
#include "dataset/dataset_summary.h"
#include "preparation/source.h"

namespace encore {

/// The smallest and largest rating that any row holds.
struct RatingRange {
  double lowest = 0, highest = 0;
};

/// Of ratings_read, as long as it holds its rows; nothing when no row has a number.
std::optional<RatingRange> range_of_ratings(Database& database);

/// "unknown movie: line 7: '1, 99, 4.0'; …", of the reason that most rows have: what happened to them, and what helps. `range` is
/// needed for what is out of scale. rejected_rows must stand.
std::string main_loss(Database& database, const DatasetSummary& summary, const Source& source,
                      const PrepareSettings& settings, const std::optional<RatingRange>& range);

/// Whether more rows than a few percent are lost to anything but a later rating or what the user asked for.
bool much_is_lost(const DatasetSummary& summary);

/// Whether more rows are outside of --years than lost, to titles without a year for instance, whose advice would bring few back.
bool years_take_most(const DatasetSummary& summary);

/// Warns of `main_loss`.
void warn_of_losses(Database& database, const DatasetSummary& summary, const Source& source,
                    const PrepareSettings& settings, const std::optional<RatingRange>& range, const Output& output);

/// Warns when no kept rating counts as liked: then nothing can be ranked.
void warn_if_nothing_is_liked(const DatasetSummary& summary, const Output& output);

}  // namespace encore
