// mult-vae: the variational autoencoder with multinomial likelihood (network/variational_middle.h has its arithmetic).
#include "models/network_kind.h"
#include "models/table.h"

namespace encore {

ModelKind mult_vae_kind() {
  ModelKind kind = network_kind("mult-vae",
                                "Variational autoencoder with multinomial likelihood and annealed divergence (Liang et al. 2018).",
                                {.model = "mult-vae",
                                 .input = Input::binary,
                                 .normalise_input = true,
                                 .input_dropout = 0.5,
                                 .hidden = {600, 200},  // the paper's 600 behind it costs .01 to .03 (docs/results.md)
                                 .activation = Activation::tanh,
                                 .output = OutputKind::softmax,
                                 .loss = Loss::multinomial,
                                 .middle = MiddleKind::variational},
                                {.learning_rate = 1e-3, .epsilon = 1e-8, .weight_decay = 0, .batch_size = 100, .epochs = 50}, 1250);
  kind.knobs = {{.name = "--beta",
                 .value_name = "X",
                 .sentence = "Weight of the divergence from N(0, 1) in the loss, once it is annealed.",
                 .usual = 0.2,
                 .low = 0,
                 .high = 100},
                {.name = "--anneal",
                 .value_name = "N",
                 .sentence = "Steps in which that weight grows from 0, evenly.",
                 .usual = std::int64_t{2000},
                 .low = 0,
                 .high = 1e9}};
  kind.listens_to = options_of_fixed_loss();
  return kind;
}

}  // namespace encore
