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
  const std::int64_t items = items_in(c.run, block), lanes = c.hidden.lanes();
  const ItemTable& output = c.tables.output;
  for (std::int64_t p = 0; p < c.hidden.panels(c.rows); ++p) {
    c.kernels.multiply({items, lanes, output.width + 1, output.row(block * c.run.block_items), output.stride, 1,
                        c.hidden.across(p), lanes, z + p * items * lanes, lanes});
  }
}

}  // namespace encore
