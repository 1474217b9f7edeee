// The only list of kinds of models: what --model may be, what a folder can be opened as, what help, docs and Python name. An
// explicit list: what registers itself by static initialisers a linker may drop.
#pragma once
#include <span>
#include <string_view>

#include "models/model_kind.h"

namespace encore {

/// In the order of the help.
std::span<const ModelKind> model_kinds();
/// One more row, before anything has asked for the table.
void add_model_kind(ModelKind (*row)());
/// Throws UserError that lists the names.
const ModelKind& model_kind(std::string_view name);
/// The same of a name that another option than --model has.
const ModelKind& model_kind_in(std::string_view option, std::string_view name);
/// The row of a model that is open.
const ModelKind& kind_of(const Model&);

/// The fit of the plan's kind.
std::unique_ptr<Fit> begin_fit(const FitContext&);

// One function in one file for each row or family of rows.
std::vector<ModelKind> network_kinds();  ///< network_kinds.cpp
ModelKind mult_vae_kind();            ///< mult_vae.cpp
ModelKind recvae_kind();              ///< recvae.cpp
ModelKind popularity_kind();             ///< popularity.cpp
ModelKind ease_kind();                   ///< ease.cpp
ModelKind elsa_kind();                   ///< elsa.cpp
ModelKind item_knn_kind();               ///< item_knn.cpp
ModelKind blend_kind();                  ///< blend.cpp

}  // namespace encore
