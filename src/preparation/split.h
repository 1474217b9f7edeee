// Which ratings are held out when whole users are not: by share, time, place or the caller's own files. The rules
// themselves are texts of sql/ (37 to 39); here they are chosen, and the files are read.
#pragma once
#include "console/output.h"
#include "database/database.h"
#include "dataset/dataset_summary.h"
#include "preparation/pipeline.h"
#include "preparation/relations.h"
#include "settings/prepare_settings.h"

namespace encore {

/// Throws UserError for options that do not go together. Shares that a split does not use become 0 in the summary.
void check_split(const PrepareSettings& settings, DatasetSummary& summary);

/// Makes the relation ratings_split from ratings_final; files of held-out ratings have the columns of
/// `source`, and what comes through pipes is kept in `spool_folder`. Rows of files that cannot be used are counted in the summary
/// and named in a warning.
void split_ratings(Database& database, Pipeline& pipeline, const PrepareSettings& settings, const Source& source,
                   const Relations& relations, DatasetSummary& summary, const Output& output,
                   const std::filesystem::path& spool_folder);

}  // namespace encore
