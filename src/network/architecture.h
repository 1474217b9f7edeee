// What a network is made of: the tables of activations, outputs, losses and named networks. Not the numbers it learned
// (autoencoder.h), not how it learns (training/), and not the kinds of models that are no networks (models/table.h).
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>
#include "model/trained_model.h"

namespace encore {

enum class Activation : std::uint8_t { linear, relu, tanh, sigmoid };
enum class OutputKind : std::uint8_t { linear, sigmoid, softmax };
/// What lies between the first layer and the output (middle.h).
enum class MiddleKind : std::uint8_t { plain, variational, residual };
enum class Loss : std::uint8_t { mse, masked_mse, multinomial, binary_cross_entropy };

/// Everything that decides the network and its training arithmetic; stored in config.json.
struct Architecture {
  std::string model = "mult-dae";  ///< name of the row that the settings started from
  Input input = Input::binary;
  bool normalise_input = true;  ///< L2, by the full undropped row
  double input_dropout = 0.5;
  std::vector<std::int64_t> hidden{200};  ///< widths; of a variational middle the one in the middle is the latent layer's, of a
                                          ///< residual one the second
  Activation activation = Activation::tanh;
  OutputKind output = OutputKind::softmax;
  Loss loss = Loss::multinomial;
  MiddleKind middle = MiddleKind::plain;
};

struct NamedModel {
  std::string_view name;
  std::string_view sentence;
  Architecture architecture;
  TrainingDefaults training;
  std::int64_t least_steps =
      0;  ///< a small dataset gets more epochs than `training.epochs` until there are this many steps
};

/// The table of named networks, the default first.
std::span<const NamedModel> named_models();
/// Throws UserError that lists the names.
const NamedModel& named_model(std::string_view name);

std::string_view name_of(Activation);
std::string_view name_of(OutputKind);
std::string_view name_of(Loss);
std::string_view name_of(MiddleKind);
Activation activation_named(std::string_view);  ///< these four throw UserError that lists the names
OutputKind output_named(std::string_view);
Loss loss_named(std::string_view);
MiddleKind middle_named(std::string_view);
std::vector<std::string_view> activation_names();
std::vector<std::string_view> output_names();
std::vector<std::string_view> loss_names();

/// Whether the design defines this pair (softmax+mse, softmax+multinomial, linear|sigmoid+mse,
/// linear|sigmoid+masked-mse, sigmoid+binary-cross-entropy).
bool is_allowed(OutputKind, Loss);
/// Throws UserError with the allowed partners when it is not.
void require_allowed(OutputKind, Loss);

/// Why these widths are none that the middle can have; empty: they are.
std::string fault_of_widths(const Architecture&);
/// Dense layers of a residual middle's encoder, all of the first width.
constexpr std::size_t residual_layers = 5;
/// An epoch of a residual middle goes so often through the users for the encoder, then once for the decoder.
constexpr std::int64_t encoder_passes = 3;
inline std::int64_t passes_of_an_epoch(const Architecture& a) { return a.middle == MiddleKind::residual ? encoder_passes + 1 : 1; }

/// The place of the latent layer among the hidden ones of a variational middle.
inline std::size_t latent_layer(const Architecture& a) { return a.hidden.size() / 2; }

/// Whether the output is a rating ÷ scale maximum, so that `rmse` in stars means something.
inline bool predicts_ratings(const Architecture& a) {
  return a.input == Input::ratings && a.output != OutputKind::softmax;
}

/// Whether a layer has a weight for each output instead of a matrix.
bool is_elementwise(const LayerShape&);
std::vector<LayerShape> layer_shapes(const Architecture&, std::int64_t items);

}  // namespace encore
