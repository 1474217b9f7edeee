// What every process of a cluster must know of all users where each holds the ratings of some items: the training users' likes, and
// to judge also the validation users' ratings. Not how rows came to the processes (c_api/rows.cpp).
#pragma once
#include "linear/like_matrix.h"
#include "linear/tile_shares.h"
#include "training/fit.h"

namespace encore {

/// The processes of a world, for a matrix that they share.
Sharers sharers_of(ClusterWorld&);

/// The likes of all training users on every process, as training_likes has them of the whole dataset. They travel a mebibyte of each
/// process at a time. Every process calls it at the same time, and so it is with the next.
LikeMatrix shared_likes(const FitContext&, const Sharers&);

/// The dataset with all ratings and seen films of the validation users, and no others, on the first process; an empty one elsewhere.
Dataset shared_validation(const FitContext&, const Sharers&);

}  // namespace encore
