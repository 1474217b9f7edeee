// What `--model auto`, the default, comes to: the kind that ranked best at a bearable cost where every kind was measured
// (docs/results.md), by the size of the catalogue, this machine's memory and the options that were given. Not the kinds
// themselves (table.h).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "models/model_kind.h"
#include "settings/train_settings.h"

namespace encore {

/// The default of --model, and no kind: a name for the choice.
constexpr std::string_view automatic = "auto";
/// Above it a closed form takes minutes and gigabytes, and elsa is taken.
constexpr std::int64_t most_items_of_closed_form = 25'000;

struct ChosenKind {
  const ModelKind& kind;
  std::string why;  ///< for people, in a few words; empty: --model says it
};

/// Whether nothing says which kind.
bool is_automatic(const TrainSettings&);

/// The kind that --model names. Else, of those that listen to all given options: ease up to `most_items_of_closed_form` items
/// that fit into `free_bytes`, elsa above, and where they do not listen the first row of the table that does. Without `items`
/// several processes train together: then mult-dae, because closed forms do not. --seed alone never decides: what draws
/// nothing is the same for any seed. Throws UserError for a name that there is not.
ChosenKind choose_kind(const TrainSettings&, std::optional<std::int64_t> items, std::int64_t training_users,
                       std::int64_t free_bytes);

/// Whether the kind listens to everything that was given; --seed aside where the choice is automatic.
bool hears_all(const ModelKind&, const TrainSettings&);

}  // namespace encore
