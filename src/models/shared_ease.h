// ease where several processes train together: the matrix lies with all of them (linear/shared_form.h), and the model has the bits
// of one. Not the kind's row (ease.cpp).
#pragma once
#include <memory>

#include "training/fit.h"

namespace encore {

/// Every process begins at the same time. Throws UserError when this one has too little memory for its share.
std::unique_ptr<Fit> begin_shared_ease(const FitContext&);

}  // namespace encore
