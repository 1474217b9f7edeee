// Any bytes as what one process of a cluster wrote of a training: its part of the state, and its part of the model.
#include "training/part_file.h"
#include "models/model_parts.h"
#include "target.h"
#include "training/warm_start.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace encore;
  static const TrainingPlan plan = [] {
    TrainingPlan tiny;
    tiny.architecture = named_model("mult-dae").architecture;
    tiny.architecture.hidden = {2};
    return tiny;
  }();
  const fuzz::BytesAsFile file(data, size);
  fuzz::refuses_or_understands([&] {
    TrainingState state = fresh_state(plan, 5, {0, 5}, 1, {});
    read_state_parts({file.path()}, plan, "tiny", 0, state);
  });
  fuzz::refuses_or_understands([&] { read_model_parts({file.path()}); });
  return 0;
}
