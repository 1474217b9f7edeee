// What a model is made of: the tables of inputs, activations, outputs, losses and named models. Not the numbers it
// learned (autoencoder.h) and not how it learns (training/).
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace encore {

enum class Input : std::uint8_t { ratings, binary };  ///< rating ÷ scale maximum, or 1 for each liked rating
enum class Activation : std::uint8_t { linear, relu, tanh, sigmoid };
enum class OutputKind : std::uint8_t { linear, sigmoid, softmax };
enum class Loss : std::uint8_t { mse, masked_mse, multinomial, binary_cross_entropy };

/// Everything that decides the network and its training arithmetic; stored in config.json.
struct Architecture {
  std::string model = "mult-dae";  ///< name of the row that the settings started from
  Input input = Input::binary;
  bool normalise_input = true;  ///< L2, by the full undropped row
  double input_dropout = 0.5;
  std::vector<std::int64_t> hidden{200};  ///< widths; empty: no network, the output biases are the answer (popularity)
  Activation activation = Activation::tanh;
  OutputKind output = OutputKind::softmax;
  Loss loss = Loss::multinomial;
};

/// How a model is trained unless the user says otherwise.
struct TrainingDefaults {
  double learning_rate = 1e-3;
  double epsilon = 1e-8;    ///< Adam's ε, outside the root (Keras' form)
  double weight_decay = 0;  ///< λ of coupled L2 on weights: gradient + 2λW
  std::int64_t batch_size = 500;
  std::int64_t epochs = 100;
};

struct NamedModel {
  std::string_view name;
  std::string_view sentence;
  Architecture architecture;
  TrainingDefaults training;
  std::int64_t least_steps =
      0;  ///< a small dataset gets more epochs than `training.epochs` until there are this many steps
};

/// The table of named models; `reference`, `mult-dae`, `autorec`, `popularity`.
std::span<const NamedModel> named_models();
/// Throws UserError that lists the names.
const NamedModel& named_model(std::string_view name);

std::string_view name_of(Input);
std::string_view name_of(Activation);
std::string_view name_of(OutputKind);
std::string_view name_of(Loss);
Input input_named(std::string_view);  ///< these four throw UserError that lists the names
Activation activation_named(std::string_view);
OutputKind output_named(std::string_view);
Loss loss_named(std::string_view);

/// Whether the design defines this pair (softmax+mse, softmax+multinomial, linear|sigmoid+mse,
/// linear|sigmoid+masked-mse, sigmoid+binary-cross-entropy).
bool is_allowed(OutputKind, Loss);
/// Throws UserError with the allowed partners when it is not.
void require_allowed(OutputKind, Loss);

/// Whether the output is a rating ÷ scale maximum, so that `rmse` in stars means something.
inline bool predicts_ratings(const Architecture& a) {
  return a.input == Input::ratings && a.output != OutputKind::softmax && !a.hidden.empty();
}

/// One dense layer as people count it: [inputs → outputs], weights + biases.
struct LayerShape {
  std::string name;  ///< "encoder.0", "encoder.1", …, "output"
  std::int64_t inputs, outputs;
  std::int64_t parameters() const { return inputs * outputs + outputs; }
};
std::vector<LayerShape> layer_shapes(const Architecture&, std::int64_t items);

}  // namespace encore
