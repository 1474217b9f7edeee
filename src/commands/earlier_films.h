// What the owner of earlier models decided about films, carried into a model that is trained in their place. Not what a training learns
// from an earlier model (training/warm_start.h).
#pragma once
#include <string>
#include <vector>

#include "console/output.h"
#include "dataset/dataset.h"
#include "settings/train_settings.h"

namespace encore {

/// A film that was retired stays retired, by its id: in a model that replaces another in the same folder, in one that starts from another
/// (--warm-start) or is told so (--retired-from), and in one that goes on after a stop (--resume).
class EarlierFilms {
 public:
  /// Reads the catalogues of the model that will be replaced and of the one to start from, before the training. A catalogue that cannot be
  /// read is said aloud and carries nothing: training anew is what mends a damaged model.
  EarlierFilms(const TrainSettings&, const Output&);

  /// Marks the retired films of `now`, the catalogue of the new model on the dataset at `dataset`. Says which stay retired, which
  /// retirements end because the dataset has no such film, and how many added films the new model does not have.
  void carry_into(Catalogue& now, const std::string& dataset) const;

 private:
  struct Earlier {
    std::string folder;
    Catalogue items;
  };
  void read(const std::string& folder);
  void carry(const Earlier&, Catalogue& now, const std::string& dataset) const;

  const Output& output_;
  std::vector<Earlier> models_;
};

}  // namespace encore
