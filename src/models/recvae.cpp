// recvae: a variational autoencoder whose prior is made of its own earlier encoder, encoder and decoder trained in turns
// (network/residual_middle.h has its arithmetic, training/items_runner.cpp the turns).
#include "models/network_kind.h"
#include "models/table.h"

namespace encore {

ModelKind recvae_kind() {
  ModelKind kind = network_kind("recvae",
                                "Variational autoencoder with a composite prior, trained in turns (Shenbin et al. 2020).",
                                {.model = "recvae",
                                 .input = Input::binary,
                                 .normalise_input = true,
                                 .input_dropout = 0.5,
                                 .hidden = {600, 200},
                                 .activation = Activation::linear,
                                 .output = OutputKind::softmax,
                                 .loss = Loss::multinomial,
                                 .middle = MiddleKind::residual},
                                {.learning_rate = 5e-4, .epsilon = 1e-8, .weight_decay = 0, .batch_size = 100, .epochs = 25}, 1250);
  kind.knobs = {{.name = "--gamma",
                 .value_name = "X",
                 .sentence = "Weight of the divergence from the prior in the loss, for each liked film of a user.",
                 .usual = 0.005,
                 .low = 0,
                 .high = 100}};
  kind.listens_to = {"--hidden",     "--input",         "--normalise",   "--dropout",          "--epochs",      "--batch-size",
                     "--negatives",  "--epsilon",    "--learning-rate", "--seed",        "--warm-start",       "--patience",    "--stop-on",
                     "--all-ratings", "--resume",       "--keep-moments", "--loss-after-epoch", "--block-items", "--checkpoint-every",
                     "--device",     "--precision"};
  return kind;
}

}  // namespace encore
