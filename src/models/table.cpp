// The list.
#include "models/table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "process/error.h"

namespace encore {

namespace {

std::vector<ModelKind (*)()>& added_kinds() {
  static std::vector<ModelKind (*)()> rows;
  return rows;
}

}  // namespace

std::span<const ModelKind> model_kinds() {
  static const std::vector<ModelKind> table = [] {
    std::vector<ModelKind> rows = network_kinds();
    rows.push_back(mult_vae_kind());
    rows.push_back(recvae_kind());
    rows.push_back(ease_kind());
    rows.push_back(elsa_kind());
    rows.push_back(item_knn_kind());
    rows.push_back(blend_kind());
    rows.push_back(popularity_kind());
    for (const auto& added : added_kinds()) rows.push_back(added());
    return rows;
  }();
  return table;
}

void add_model_kind(ModelKind (*row)()) { added_kinds().push_back(row); }

const ModelKind& kind_of(const Model& model) { return model_kind(model.architecture().at("model").get<std::string>()); }

const ModelKind& model_kind(std::string_view name) { return model_kind_in("--model", name); }

const ModelKind& model_kind_in(std::string_view option, std::string_view name) {
  std::vector<std::string_view> names;
  for (const ModelKind& row : model_kinds()) {
    if (row.name == name) return row;
    names.push_back(row.name);
  }
  throw UserError(fmt::format("there is no model '{}'; {} may be {}", name, option, fmt::join(names, ", ")));
}

std::unique_ptr<Fit> begin_fit(const FitContext& context) {
  return model_kind(context.plan.architecture.model).begin(context);
}

}  // namespace encore
