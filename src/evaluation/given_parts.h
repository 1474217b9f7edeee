// Which ratings of a judged user go in, which are to be found and which are left to be harm: the parts of prepare, or, where the
// protocol says so, with most of what the user did not like given, too. Not the split of the liked ratings (sql/).
#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>
#include "dataset/dataset.h"

namespace encore {

/// What of a judged user goes into the model.
enum class Give : std::uint8_t {
  liked,  ///< the given part of what they liked, as prepare split it
  all,    ///< and four fifths of what they rated lower, by hash; the rest may be harm
  seen    ///< those four fifths alone; nothing that they liked
};
Give give_named(std::string_view);  ///< throws UserError that lists the names
std::vector<std::string_view> give_names();

/// The parts [ratings of `user`] for this protocol; `number`: the user's place in the whole dataset, by which is drawn. Without held-out
/// users: empty.
std::vector<Part> given_parts(const Dataset&, std::int32_t user, std::int32_t number, Give);

}  // namespace encore
