// Any text as a dataset.json; what is understood is written and understood again.
#include <cstdlib>
#include <fstream>
#include "dataset/dataset_summary.h"
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace encore;
  static const std::filesystem::path folder = [] {
    std::string name = (std::filesystem::temp_directory_path() / "encore-fuzz-XXXXXX").string();
    const std::filesystem::path made = mkdtemp(name.data());
    std::atexit([] { std::filesystem::remove_all(folder); });
    return made;
  }();
  std::ofstream(folder / "dataset.json", std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  fuzz::refuses_or_understands([&] { to_json(read_dataset_summary(folder)); });
  return 0;
}
