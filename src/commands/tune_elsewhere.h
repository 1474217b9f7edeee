// `encore tune` for a caller who runs what it asks for (Spark): the search, its folder and its report are this program's, the trials and
// the training of the winner are the caller's. Not the search (tuning/search.h).
#pragma once
#include <functional>
#include <string>

#include "console/output.h"

namespace encore {

struct TuneElsewhere {
  std::string dataset;  ///< what people call it; the search itself reads the folder that the options name
  std::string train;    ///< the words before the dataset in the command line that makes the winner again
  /// encore_tune of c_api/encore.h has the questions. Below 0: it failed, and the caller knows why.
  std::function<int(const std::string& json)> ask;
};

void tune_elsewhere(const std::string& options_json, const TuneElsewhere&, const OutputSinks&);

}  // namespace encore
