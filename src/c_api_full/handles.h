// What the opaque handles of the full library hold. Those of the core: c_api/handles.h.
#pragma once
#include "c_api/encore.h"
#include "commands/opened_model.h"
#include "process/interruption.h"

struct encore_answers {
  encore::OpenedModel opened;
};

struct encore_stop {
  encore::Interruption interruption;
};
