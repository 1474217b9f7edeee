// Which class computes which pair of output and loss, and the product that all of them start from.
#include "training/output_loss.h"

#include "training/pointwise_loss.h"
#include "training/softmax_loss.h"

namespace encore {

std::unique_ptr<OutputLoss> make_output_loss(const StepContext& context) {
  if (context.tables.architecture.output == OutputKind::softmax) return std::make_unique<SoftmaxLoss>(context);
  return std::make_unique<PointwiseLoss>(context);
}

void block_logits(const StepContext& c, std::int64_t block, float* z) {
  c.products->logits(c.first_of(block), c.items_of(block), c.hidden.panels(c.rows), z);
}

}  // namespace encore
