// Which epochs of a training are told of, a line each: a few, however many there are. The rest stands in history.csv and in
// what --json prints.
#pragma once
#include <string>
#include "training/history.h"

namespace encore {

/// Whether an epoch of at most `epochs` gets a line as soon as it is done: each one where there are few, else the epochs 1, 2, 5, 10,
/// 20, 50 and so on.
bool is_told_at_once(std::int64_t epoch, std::int64_t epochs);

/// "epoch  7/50  train loss 412.345  validation loss 401.2  NDCG@100 0.3456  1.2 s"
std::string epoch_line(const EpochRecord&, std::int64_t epochs);

/// The lines of the kept epoch (0: none is) and of the last one, as far as they have not been told yet.
std::string closing_lines(const History&, std::int64_t kept, std::int64_t epochs);

}  // namespace encore
