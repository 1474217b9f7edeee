// Splits that papers and programs publish figures on, each one option: what --protocol decides, written as the options that would
// say it (settings/protocols.h); and the two that options cannot say: Liang's draws and LightGCN's files.
#pragma once
#include <filesystem>
#include <memory>

#include "database/database.h"
#include "dataset/dataset_summary.h"
#include "preparation/pipeline.h"
#include "process/nameless_file.h"
#include "settings/prepare_settings.h"

namespace encore {

/// Settings that say what their protocol means, and what has to live as long as they are used.
struct ProtocolSettings {
  PrepareSettings settings;
  std::unique_ptr<NamelessFile> train, test;  ///< LightGCN's files as tables
};
/// Throws UserError for an option that the protocol decides, and for files that are none of LightGCN's.
ProtocolSettings with_protocol(const PrepareSettings&);

/// Makes ratings_split, users and what arrays_by_protocol asks for, from ratings_final, by Liang's draws. Throws UserError when
/// there are too few users.
void split_as_liang(Database&, Pipeline&, const PrepareSettings&, DatasetSummary&, const std::filesystem::path& folder);

}  // namespace encore
