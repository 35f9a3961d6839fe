// A disk in memory that forgets what was not synced.
//
// Of each file it has two images: what programs see (cached), and what a power cut leaves for certain (durable).
// Between them stands an ordered list of writes and truncations; names have a list of their own. A sync moves a file's
// list, and that file's alone, into its durable image.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "simulation/random.hpp"

namespace gatepost::simulation {

using Bytes = std::vector<std::byte>;

enum class CallKind { open, read, write, truncate, sync, sync_folder, rename, remove, lock };

/// What a program asks of the disk now.
struct Call {
  std::uint64_t number = 0;  ///< counts from 1, over all that changes anything or waits for the disk
  CallKind kind = CallKind::read;
  const std::string& path;
};

/// What the disk does with it.
enum class Answer {
  done,
  io_error,    ///< nothing of it is done
  full,        ///< the same: no space
  sync_lies,   ///< says that it is synced, and is not
  sync_fails,  ///< an error; what was to be synced is forgotten, and the next sync says that all is well (Rebello 2020)
  power_cut,   ///< before it; and no call is answered until cut()
  kill,        ///< the program dies before it; no call is answered until kill()
  cut_within,  ///< the power goes while it is being done
};

struct DiskSettings {
  std::uint64_t sector = 512;
  bool powersafe_overwrite = true;  ///< a torn write spoils no byte outside of it
  std::uint64_t write_back = 0;     ///< of 1000 calls, how many have the machine write some file back by itself
};

/// A write or a truncation that is not synced yet.
struct Operation {
  std::uint64_t at = 0;
  Bytes bytes{};  ///< empty: cut or grown to `at`
  bool is_truncation = false;
};

struct Inode {
  std::uint64_t number = 0;
  Bytes cached{}, durable{};
  std::vector<Operation> unsynced{};
  std::int64_t modified = 0;
};
using InodePtr = std::shared_ptr<Inode>;

class MemoryDisk {
 public:
  MemoryDisk(Seed seed, DiskSettings settings) : seed_(seed), settings_(settings) {}
  /// A copy with all that is unsynced, and nobody who has a file open: to try what a cut would leave.
  MemoryDisk(const MemoryDisk& other);
  MemoryDisk& operator=(const MemoryDisk&) = delete;

  /// Asked at each call; none: all are done.
  std::function<Answer(const Call&)> hook{};

  const DiskSettings& settings() const { return settings_; }
  Seed seed() const { return seed_; }
  std::uint64_t calls() const { return calls_; }
  /// Handles and locks of an earlier generation are ghosts: what is asked of them fails and does nothing.
  std::uint64_t generation() const { return generation_; }
  /// No call is answered.
  bool is_down() const { return is_down_; }

  /// While it is true, calls are answered without the hook and not counted: somebody looks who is not of the world.
  void observe(bool on) { is_observed_ = on; }

  // What a program asks. `inode` is open; paths are whole.
  Answer ask(CallKind kind, const std::string& path);
  InodePtr find(const std::string& path) const;
  InodePtr create(const std::string& path);
  void write(Inode& inode, std::uint64_t at, std::span<const std::byte> bytes);
  void truncate(Inode& inode, std::uint64_t size);
  void sync(Inode& inode);
  void forget(Inode& inode);
  void rename(const std::string& from, const std::string& to);
  void remove(const std::string& path);
  void sync_folder(const std::string& folder);
  std::vector<std::string> list(const std::string& folder) const;
  bool take_lock(const std::string& path) { return locks_.insert(path).second; }
  void release_lock(const std::string& path) { locks_.erase(path); }

  // What happens to it. Whoever has something open lets go of it (as a ghost) between go_down and kill or cut.
  void go_down() { is_down_ = true; }
  /// The program is gone; the machine goes on.
  void kill();
  /// The power fails and comes back: of what was not synced some is there, some not, some spoilt, as drawn.
  void cut(Random draws);
  /// As cut, nothing unsynced survives.
  void lose_all_unsynced();
  /// All that is cached is durable.
  void settle();
  void flip_bit(const std::string& path, std::uint64_t at, unsigned bit);
  /// Bytes of a file as programs see them; a snapshot of one file.
  Bytes content(const std::string& path) const;
  /// Puts a file there as a whole, synced, as another inode.
  void put(const std::string& path, const Bytes& bytes);
  /// Cuts a file short behind everybody's back.
  void cut_short(const std::string& path, std::uint64_t size);
  std::vector<std::string> paths() const;
  /// Over all files as programs see them, in order.
  std::uint64_t hash() const;

 private:
  struct NameChange {
    std::string from{}, to{};  ///< no `from`: made; no `to`: removed
    InodePtr inode{};
  };
  void restart();
  void write_back();
  void apply(Bytes& image, const Operation& operation) const;
  void spoil(Bytes& image, const Operation& operation, Random& draws) const;
  void tear(Bytes& image, const Operation& operation, Random& draws) const;
  void cut_file(Inode& inode, Random& draws) const;
  static void apply(std::map<std::string, InodePtr>& names, const NameChange& change);

  Seed seed_;
  DiskSettings settings_;
  std::map<std::string, InodePtr> cached_, durable_;
  std::vector<NameChange> unsynced_;
  std::set<std::string> locks_;
  std::uint64_t calls_ = 0, generation_ = 1, inodes_ = 0;
  std::int64_t writes_ = 0;
  bool is_down_ = false, is_observed_ = false;
};

/// The folder that a path is in.
std::string folder_of(const std::string& path);

}  // namespace gatepost::simulation
