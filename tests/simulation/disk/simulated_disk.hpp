// The journal's disk port on a MemoryDisk, and the machine that both are of.
#pragma once

#include "journal/disk.hpp"
#include "simulation/disk/vfs.hpp"

namespace gatepost::simulation {

class SimulatedDisk final : public journal::Disk {
 public:
  explicit SimulatedDisk(Vfs& vfs) : vfs_(vfs) {}

  const char* vfs() const override { return vfs_.name(); }
  void make_folder(const std::filesystem::path&) const override {}  // names are whole paths
  std::vector<std::string> list(const std::filesystem::path& folder) const override;
  bool sync_folder(const std::filesystem::path& folder) const override;
  Result<std::optional<journal::FileIdentity>> identity(const std::filesystem::path& file) const override;
  Result<std::vector<std::byte>> read(const std::filesystem::path& file, std::size_t most) const override;
  Result<std::unique_ptr<File>> open(const std::filesystem::path& file) const override;
  Result<void> prepare(const std::filesystem::path& file) const override;
  void restrict_to_group(const std::filesystem::path&) const override {}
  Result<void> rename(const std::filesystem::path& from, const std::filesystem::path& to) const override;
  void remove(const std::filesystem::path& file) const override;
  Result<std::unique_ptr<Lock>> lock(const std::filesystem::path& journal) const override;

 private:
  Vfs& vfs_;
};

/// A disk with all that reaches it.
struct Machine {
  Machine(Seed seed, DiskSettings settings, Vfs::As as = Vfs::As::default_one)
      : disk(seed, settings), vfs(disk, as), port(vfs) {}
  /// A copy as it is, to cut its power and see what is left.
  Machine(const Machine& other) : disk(other.disk), vfs(disk, Vfs::As::one_of_several), port(vfs) {}
  Machine& operator=(const Machine&) = delete;

  void kill() {
    disk.kill();
    vfs.restart();
  }
  void cut(Random draws) {
    disk.cut(draws);
    vfs.restart();
  }

  MemoryDisk disk;
  Vfs vfs;
  SimulatedDisk port;
};

}  // namespace gatepost::simulation
