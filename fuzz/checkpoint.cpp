// Any bytes as the checkpoint of a training, its plan included.
#include "training/checkpoint.h"
#include <cstdlib>
#include <fstream>
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace encore;
  static const std::filesystem::path folder = [] {
    std::string name = (std::filesystem::temp_directory_path() / "encore-fuzz-XXXXXX").string();
    const std::filesystem::path made = mkdtemp(name.data());
    std::filesystem::create_directory(made / "checkpoints");
    std::atexit([] { std::filesystem::remove_all(folder); });
    return made;
  }();
  std::ofstream(checkpoint_file(folder), std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  fuzz::refuses_or_understands([&] {
    const CheckpointHead head = read_checkpoint_head(folder);
    read_checkpoint(folder, head.plan, 5);
  });
  return 0;
}
