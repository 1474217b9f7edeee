// Splits that papers and programs publish figures on, by name: what each decides, as the options of `encore prepare` would say it, and by
// which metrics it is judged. What options cannot say (Liang's draws, RecBole's core, LightGCN's files) is done in
// preparation/protocol.h. Python reads the same list (`encore options --json`). docs/evaluation.md has them side by side.
//
//   liang          ratings above 3.5, users with five, 10,000 + 10,000 of them held out, a fifth of what they like to be found, drawn
//                  by numpy with the seed 98765 (Liang et al. 2018, their notebook). A user's ratings are taken in the order of the
//                  films' ids, as MovieLens' files have them.
//   recbole        ratings of 3 and more, films and users with ten until none is left with fewer (the k-core), a tenth and a tenth of
//                  each user's ratings held out (RecBole 1.0's benchmark of general recommendation)
//   lightgcn       train.txt and test.txt of SOURCE: a user and films on each line (He et al. 2020)
//   leave-one-out  each user's last rating, and for validation the last but one; every rating counts (He et al. 2017)
#pragma once
#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace encore {

using ProtocolValue = std::variant<bool, std::int64_t, double, std::string_view>;

struct Protocol {
  std::string_view name, metrics;
  std::vector<std::string_view> decides;  ///< options that may not be said beside it
  std::string_view keeps;                 ///< a condition over the ratings, joined to --where; empty: all
  std::vector<std::pair<std::string_view, ProtocolValue>> says;  ///< options and their values
};

const std::vector<Protocol>& protocols();

/// What `evaluate` judges by when the dataset was prepared by this protocol; empty for none.
std::string_view metrics_of_protocol(std::string_view protocol);

}  // namespace encore
