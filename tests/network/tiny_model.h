// Small networks for tests, and the same network computed plainly: dense rows, doubles, one loop inside another.
#pragma once
#include <cmath>
#include <string>
#include <vector>
#include "model/trained_model.h"
#include "network/network_model.h"

namespace encore {

/// Items "1", "3", "5" … with plain titles, all rated in training.
inline Catalogue tiny_catalogue(std::int32_t items) {
  Catalogue catalogue;
  for (std::int32_t i = 0; i < items; ++i) {
    catalogue.id.push_back(std::to_string(2 * i + 1));
    catalogue.title.push_back("Film " + std::to_string(i) + " (" + std::to_string(1950 + i) + ")");
    catalogue.year.emplace_back(1950 + i);
    catalogue.genres.emplace_back(i % 2 == 0 ? "Drama" : "Comedy|Romance");
    catalogue.ratings.push_back(10 + i % 5);
    catalogue.training_ratings.push_back(5 + i % 3);
  }
  return catalogue;
}

/// Weights that spread the outputs, and biases that are not zero anywhere.
inline Autoencoder tiny_network(const Architecture& architecture, std::int64_t items, std::uint64_t seed = 7) {
  Autoencoder network = Autoencoder::initialised(architecture, items, seed);
  for (std::int64_t h = 0; h < network.first.width; ++h) {
    network.first_bias[static_cast<std::size_t>(h)] = 0.1F * static_cast<float>(h % 5) - 0.15F;
  }
  for (auto& layer : network.inner) {
    for (std::int64_t h = 0; h < layer.outputs; ++h)
      layer.bias[static_cast<std::size_t>(h)] = 0.05F * static_cast<float>(h % 3);
  }
  for (std::int64_t i = 0; i < items; ++i) {
    for (std::int64_t h = 0; h < network.output.width; ++h) network.output.row(i)[h] *= 4;
    network.output.row(i)[network.output.width] = 0.3F * std::sin(static_cast<float>(i));
  }
  return network;
}

inline TrainedModel tiny_model(const Architecture& architecture, std::int32_t items) {
  TrainedModel model;
  model.model = std::make_shared<const NetworkModel>(tiny_network(architecture, items), 16);
  model.items = tiny_catalogue(items);
  model.dataset_fingerprint = "0123456789abcdef";
  model.program_version = "0.1.0";
  model.kernel_path = "fma";
  model.block_items = 16;
  return model;
}

/// Its network.
inline const Autoencoder& network(const TrainedModel& model) { return network_of(*model.model); }

/// The model with its network changed.
template <class Change>
void change_network(TrainedModel& model, const Change& change) {
  Autoencoder changed = network(model);
  change(changed);
  model.model = std::make_shared<const NetworkModel>(std::move(changed), model.block_items);
}

inline double activated(Activation activation, double x) {
  switch (activation) {
    case Activation::linear:
      return x;
    case Activation::relu:
      return x > 0 ? x : 0;
    case Activation::tanh:
      return std::tanh(x);
    case Activation::sigmoid:
      return 1 / (1 + std::exp(-x));
  }
  return x;
}

/// What the scorer gives for a dense input row: logits before a softmax, else the outputs. [M]
inline std::vector<double> plain_scores(const Autoencoder& network, std::vector<double> input) {
  const Architecture& a = network.architecture;
  double norm = 0;
  for (const double x : input) norm += x * x;
  if (a.normalise_input && norm > 0) {
    for (double& x : input) x /= std::sqrt(norm);
  }
  std::vector<double> h(static_cast<std::size_t>(network.first.width));
  for (std::size_t j = 0; j < h.size(); ++j) {
    double sum = network.first_bias[j];
    for (std::int64_t i = 0; i < network.items; ++i)
      sum += input[static_cast<std::size_t>(i)] * network.first.row(i)[j];
    h[j] = activated(a.activation, sum);
  }
  for (const auto& layer : network.inner) {
    std::vector<double> next(static_cast<std::size_t>(layer.outputs));
    for (std::size_t o = 0; o < next.size(); ++o) {
      double sum = layer.bias[o];
      for (std::size_t j = 0; j < h.size(); ++j)
        sum += h[j] * layer.weight[o * static_cast<std::size_t>(layer.stride()) + j];
      next[o] = activated(a.activation, sum);
    }
    h = next;
  }
  std::vector<double> scores;
  for (std::int64_t i = 0; i < network.items; ++i) {
    double sum = network.output.row(i)[network.output.width];
    for (std::size_t j = 0; j < h.size(); ++j) sum += h[j] * network.output.row(i)[j];
    scores.push_back(a.output == OutputKind::sigmoid ? activated(Activation::sigmoid, sum) : sum);
  }
  return scores;
}

inline std::vector<double> softmax_of(const std::vector<double>& logits) {
  double sum = 0;
  for (const double z : logits) sum += std::exp(z);
  std::vector<double> p;
  for (const double z : logits) p.push_back(std::exp(z) / sum);
  return p;
}

/// The outputs: probabilities for a softmax.
inline std::vector<double> plain_outputs(const Autoencoder& network, const std::vector<double>& input) {
  auto scores = plain_scores(network, input);
  return network.architecture.output == OutputKind::softmax ? softmax_of(scores) : scores;
}

}  // namespace encore
