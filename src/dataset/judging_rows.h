// A dataset whose ratings are split, not its users, in the shape that training and judging know: every user has a
// training row, and further rows, of the folds validation and test, in which the training ratings go in and the
// held-out ones are to be found. So nothing that looks at training rows can see what is held out.
#pragma once
#include <string_view>
#include "dataset/dataset.h"

namespace encore {

/// `dataset`: one row a user, all of the fold train, whose parts are none (training), hidden (held out for validation)
/// and target (held out for testing). The rows for validation follow all training rows, and those for testing follow
/// them, each in order of user; a user without training ratings, or without held-out ones of a kind, has none. In a
/// validation row the validation ratings are targets where they are liked, those for testing are left out; in a test
/// row those for validation are hidden. What a user has seen or dismissed without rating it goes into each of their rows.
Dataset with_judging_rows(Dataset dataset);

/// Behind the fingerprint of a dataset of which nothing is held out: a model of it can be judged on nothing.
inline constexpr std::string_view of_all_ratings = "-all-ratings";
/// The same dataset with all its ratings, of all users, as training ratings, and another fingerprint.
Dataset all_for_training(Dataset dataset);

}  // namespace encore
