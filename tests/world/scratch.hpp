// A folder of a test's own, gone with it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace gatepost::world {

class Scratch {
 public:
  Scratch() : Scratch(std::filesystem::temp_directory_path()) {}
  explicit Scratch(const std::filesystem::path& below) {
    std::string name = (below / "gatepost-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

  std::filesystem::path write(std::string_view name, std::string_view content) const {
    const auto file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
    return file;
  }

 private:
  std::filesystem::path path_;
};

/// As `mv` of a new file does: whoever reads the file sees the old text or the new one, never a part.
inline void replace(const std::filesystem::path& file, std::string_view text) {
  auto next = file;
  next += ".new";
  std::ofstream(next, std::ios::binary) << text;
  std::filesystem::rename(next, file);
}

/// Where files need not outlive the power: a test that syncs a thousand times is spared the disk.
inline std::filesystem::path memory() {
  const std::filesystem::path shared = "/dev/shm";
  std::error_code ignored;
  return std::filesystem::is_directory(shared, ignored) ? shared : std::filesystem::temp_directory_path();
}

}  // namespace gatepost::world
