// Runs a function over the users of a fold, as many at once as the scorer takes, on several threads. The cut into
// batches depends on the users alone, so results that are kept per user and summed in their order do not depend on the
// threads.
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include "dataset/dataset.h"
#include "evaluation/evaluation.h"
#include "model/input_rows.h"

namespace encore {

/// A few users in their order; `first` is the position of users[0] among all users of the fold.
struct UserBatch {
  std::int64_t first;
  std::span<const std::int32_t> users;
};

/// Calls body(batch) for every batch of `users`, and `on_users` behind each. Throws Interrupted on Ctrl-C, and what a
/// body throws.
void for_each_batch(std::span<const std::int32_t> users, int threads, const std::function<void(const UserBatch&)>& body,
                    const OnUsers& on_users = {});

/// The batch's whole rows as the model's input (and its own target) wants them.
InputRows whole_rows(Input input, const Dataset& dataset, const UserBatch& batch);

/// Only the cells whose part is `only`, as the model's input wants them.
InputRows rows_of_part(Input input, const Dataset& dataset, const UserBatch& batch, Part only);

/// Σ over per-user numbers, in user order.
double sum_of(std::span<const double> per_user);

}  // namespace encore
