// Splits that papers and programs publish figures on, each one option: what --protocol decides, written as the options that would
// say it; and the two that options cannot say: Liang's draws and LightGCN's files. docs/evaluation.md has them side by side.
//
//   liang          ratings above 3.5, users with five, 10,000 + 10,000 of them held out, a fifth of what they like to be found, drawn
//                  by numpy with the seed 98765 (Liang et al. 2018, their notebook). A user's ratings are taken in the order of the
//                  films' ids, as MovieLens' files have them.
//   recbole        ratings of 3 and more, films and users with ten until none is left with fewer (the k-core), a tenth and a tenth of
//                  each user's ratings held out (RecBole 1.0's benchmark of general recommendation)
//   lightgcn       train.txt and test.txt of SOURCE: a user and films on each line (He et al. 2020)
//   leave-one-out  each user's last rating, and for validation the last but one; every rating counts (He et al. 2017)
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "database/database.h"
#include "dataset/dataset_summary.h"
#include "preparation/pipeline.h"
#include "process/nameless_file.h"
#include "settings/prepare_settings.h"

namespace encore {

/// What `evaluate` judges by when the dataset was prepared by this protocol; empty for none.
std::string_view metrics_of_protocol(std::string_view protocol);

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
