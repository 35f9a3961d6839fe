#include "simulation/disk/simulated_disk.hpp"

#include <algorithm>
#include <utility>

namespace gatepost::simulation {
namespace {

Error failed(const std::string& path, Answer answer) {
  return {answer == Answer::full ? "no space is left" : "input/output error", path, "check the disk"};
}

class OpenFile final : public journal::Disk::File {
 public:
  OpenFile(MemoryDisk& disk, std::string path, InodePtr inode)
      : disk_(disk), path_(std::move(path)), inode_(std::move(inode)), generation_(disk.generation()) {}
  bool write(std::uint64_t at, std::span<const std::byte> bytes) override {
    if (generation_ != disk_.generation()) return false;
    const Answer answer = disk_.ask(CallKind::write, path_);
    if (answer == Answer::done || answer == Answer::cut_within) disk_.write(*inode_, at, bytes);
    return answer == Answer::done;
  }
  bool sync() override {
    if (generation_ != disk_.generation()) return false;
    const Answer answer = disk_.ask(CallKind::sync, path_);
    if (answer == Answer::done) disk_.sync(*inode_);
    if (answer == Answer::sync_fails) disk_.forget(*inode_);
    return answer == Answer::done || answer == Answer::sync_lies;
  }

 private:
  MemoryDisk& disk_;
  std::string path_;
  InodePtr inode_;
  std::uint64_t generation_;
};

class HeldLock final : public journal::Disk::Lock {
 public:
  HeldLock(MemoryDisk& disk, std::string path)
      : disk_(disk), path_(std::move(path)), generation_(disk.generation()), left_([&] {
          const Bytes bytes = disk.content(path_);
          return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        }()) {}
  ~HeldLock() override {
    if (generation_ == disk_.generation()) disk_.release_lock(path_);
  }
  HeldLock(const HeldLock&) = delete;
  HeldLock& operator=(const HeldLock&) = delete;

  const std::string& left() const override { return left_; }
  void note(const std::string& text) override {
    if (generation_ != disk_.generation() || disk_.ask(CallKind::write, path_) != Answer::done) return;
    const auto inode = disk_.find(path_);
    if (!inode) return;
    disk_.truncate(*inode, 0);
    disk_.write(*inode, 0, std::as_bytes(std::span(text)));
  }
  bool is_in_place() const override { return true; }

 private:
  MemoryDisk& disk_;
  std::string path_;
  std::uint64_t generation_;
  std::string left_;
};

}  // namespace

std::vector<std::string> SimulatedDisk::list(const std::filesystem::path& folder) const {
  return vfs_.disk().list(folder.string());
}

bool SimulatedDisk::sync_folder(const std::filesystem::path& folder) const {
  const Answer answer = vfs_.disk().ask(CallKind::sync_folder, folder.string());
  if (answer == Answer::done) vfs_.disk().sync_folder(folder.string());
  return answer == Answer::done || answer == Answer::sync_lies;
}

Result<std::optional<journal::FileIdentity>> SimulatedDisk::identity(const std::filesystem::path& file) const {
  if (vfs_.disk().is_down()) return failed(file.string(), Answer::io_error);
  const auto inode = vfs_.disk().find(file.string());
  if (!inode) return std::optional<journal::FileIdentity>();
  return std::optional(journal::FileIdentity{1, inode->number, inode->cached.size(), inode->modified});
}

Result<std::vector<std::byte>> SimulatedDisk::read(const std::filesystem::path& file, std::size_t most) const {
  MemoryDisk& disk = vfs_.disk();
  const std::string path = file.string();
  if (const Answer answer = disk.ask(CallKind::read, path); answer != Answer::done) return failed(path, answer);
  Bytes bytes = disk.content(path);
  bytes.resize(std::min(bytes.size(), most));
  return bytes;
}

Result<std::unique_ptr<journal::Disk::File>> SimulatedDisk::open(const std::filesystem::path& file) const {
  MemoryDisk& disk = vfs_.disk();
  const std::string path = file.string();
  if (const Answer answer = disk.ask(CallKind::open, path); answer != Answer::done) return failed(path, answer);
  InodePtr inode = disk.find(path);
  if (!inode) inode = disk.create(path);
  return std::unique_ptr<File>(std::make_unique<OpenFile>(disk, path, std::move(inode)));
}

Result<void> SimulatedDisk::prepare(const std::filesystem::path& file) const {
  if (auto opened = open(file); !opened) return opened.error();
  return {};
}

Result<void> SimulatedDisk::rename(const std::filesystem::path& from, const std::filesystem::path& to) const {
  MemoryDisk& disk = vfs_.disk();
  const Answer answer = disk.ask(CallKind::rename, from.string());
  if (answer == Answer::done || answer == Answer::cut_within) disk.rename(from.string(), to.string());
  if (answer != Answer::done) return failed(from.string(), answer);
  return {};
}

void SimulatedDisk::remove(const std::filesystem::path& file) const {
  MemoryDisk& disk = vfs_.disk();
  const Answer answer = disk.ask(CallKind::remove, file.string());
  if (answer == Answer::done || answer == Answer::cut_within) disk.remove(file.string());
}

Result<std::unique_ptr<journal::Disk::Lock>> SimulatedDisk::lock(const std::filesystem::path& journal) const {
  MemoryDisk& disk = vfs_.disk();
  const std::string path = journal.string() + ".lock";
  if (const Answer answer = disk.ask(CallKind::lock, path); answer != Answer::done) return failed(path, answer);
  if (!disk.take_lock(path)) return Error{"another gatepost writes this journal", path, "stop that one first"};
  if (!disk.find(path)) disk.create(path);
  return std::unique_ptr<Lock>(std::make_unique<HeldLock>(disk, path));
}

}  // namespace gatepost::simulation
