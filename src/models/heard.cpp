// Options of everybody, of the kind, and of others.
#include "models/heard.h"

#include <algorithm>
#include <array>

#include "models/train_options.h"

namespace encore {

std::string_view first_unheard(const ModelKind& kind, const TrainSettings& s) {
  constexpr std::array everybodys{std::string_view("DATASET"), std::string_view("-o,--output"), std::string_view("--model"),
                                  std::string_view("--all-ratings"), std::string_view("--threads"), std::string_view("--shards"),
                                  std::string_view("--retired-from")};
  for (const Option<TrainSettings>& option : train_options()) {
    if (std::ranges::find(everybodys, option.name) != everybodys.end() || !is_given(s, option)) continue;
    const bool own = std::ranges::any_of(kind.knobs, [&](const Knob& knob) { return knob.name == option.name; });
    const bool anothers = std::holds_alternative<NamedMember<TrainSettings>>(option.member);
    const bool shared = !anothers && (!kind.listens_to || std::ranges::find(*kind.listens_to, option.name) != kind.listens_to->end());
    if (!own && !shared) return option.name;
  }
  return {};
}

}  // namespace encore
