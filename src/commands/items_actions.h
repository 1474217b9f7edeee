// What `encore items ACTION MODEL [WHAT…]` can do with the films of a trained model, one function for each action. Not the table of
// the actions (items.cpp).
#pragma once
#include "console/output.h"
#include "settings/items_settings.h"

namespace encore {

/// How many films there are, and which of them came or went since the training. Takes nothing in `what`.
int list_items(const ItemsSettings&, const Output&);

/// Adds the films of a table (`what`: its path) to the model's folder, which appears whole or not at all.
int add_items(const ItemsSettings&, const Output&);

/// Folds ratings of such films (`what`: the path of their table) into the model's folder, which appears whole or not at all.
int rate_items(const ItemsSettings&, const Output&);

/// Films (`what`: titles or ids) that are no answer of anybody's any more, though a rating of them still counts.
int retire_items(const ItemsSettings&, const Output&);
/// The way back.
int restore_items(const ItemsSettings&, const Output&);

/// Deletes the films (`what`: titles or ids) and their numbers from the model's folder, which appears whole or not at all; kept
/// checkpoints, which have these numbers, too, go.
int forget_items(const ItemsSettings&, const Output&);

}  // namespace encore
