// Opening a prepared dataset for training: files → checked sparse matrix.
#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "command.h"
#include "folder/dataset_folder.h"

namespace encore::bench {

void add_open(CLI::App& app) {
  CLI::App* command = app.add_subcommand("open", "reads a dataset folder as `encore train` does");
  const auto folder = std::make_shared<std::string>();
  command->add_option("folder", *folder, "the dataset")->required();
  command->callback([=] {
    const auto began = std::chrono::steady_clock::now();
    const Dataset dataset = read_dataset(*folder);
    fmt::print("{{\"ratings\": {}, \"seconds\": {:.4f}}}\n", dataset.ratings.size(),
               std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
  });
}

}  // namespace encore::bench
