// What a stopped training of elsa goes on from, as a checkpoint (training/checkpoint.h): the tables of its shards with NAdam's moments,
// the best vectors so far, and how far it is. Not the training (elsa.cpp).
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>

#include "linear/elsa_table.h"
#include "model/model.h"
#include "training/fit.h"
#include "training/history.h"

namespace encore {

/// How far a training of elsa is.
struct ElsaProgress {
  std::int64_t epoch = 0, steps = 0;  ///< finished epochs; steps of the optimiser
  std::int64_t best_epoch = 0;        ///< for validation users; 0: there are none
  std::int64_t batch = 0;             ///< the next one of the running epoch
  double loss = 0, seconds = 0;       ///< of the running epoch so far
  bool finished = false;
  History history;
};

/// `best`: the model of the best epoch, or null. Throws UserError naming the path when it cannot be written.
void write_elsa_checkpoint(const std::filesystem::path& model_folder, const FitContext&, const ElsaProgress&,
                           std::span<const ElsaTable* const> tables, const Model* best);

/// Fills the tables, whatever shards wrote them, and `best` [M × stride] where there is a best epoch. Throws UserError when
/// the file is damaged.
ElsaProgress read_elsa_checkpoint(const std::filesystem::path& model_folder, std::span<ElsaTable* const> tables,
                                  kernel::AlignedFloats& best);

}  // namespace encore
