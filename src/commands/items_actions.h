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

}  // namespace encore
