#include "simulation/disk/memory_disk.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace gatepost::simulation {

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

MemoryDisk::MemoryDisk(const MemoryDisk& other)
    : seed_(other.seed_),
      settings_(other.settings_),
      calls_(other.calls_),
      inodes_(other.inodes_),
      writes_(other.writes_) {
  std::map<const Inode*, InodePtr> copies;
  const auto copy = [&](const InodePtr& inode) {
    auto& made = copies[inode.get()];
    if (inode && !made) made = std::make_shared<Inode>(*inode);
    return made;
  };
  for (const auto& [path, inode] : other.cached_) cached_[path] = copy(inode);
  for (const auto& [path, inode] : other.durable_) durable_[path] = copy(inode);
  for (const auto& change : other.unsynced_) unsynced_.push_back({change.from, change.to, copy(change.inode)});
}

Answer MemoryDisk::ask(CallKind kind, const std::string& path) {
  if (is_down_) return Answer::io_error;
  if (is_observed_) return Answer::done;
  ++calls_;
  write_back();
  const Answer answer = hook ? hook({calls_, kind, path}) : Answer::done;
  if (answer == Answer::power_cut || answer == Answer::kill || answer == Answer::cut_within) is_down_ = true;
  return answer;
}

void MemoryDisk::write_back() {
  Random draws = seed_.stream("write back", calls_);
  if (!draws.per_mille(settings_.write_back) || cached_.empty()) return;
  sync(*std::next(cached_.begin(), static_cast<std::ptrdiff_t>(draws.below(cached_.size())))->second);
}

InodePtr MemoryDisk::find(const std::string& path) const {
  const auto found = cached_.find(path);
  return found == cached_.end() ? nullptr : found->second;
}

InodePtr MemoryDisk::create(const std::string& path) {
  auto inode = std::make_shared<Inode>();
  inode->number = ++inodes_;
  cached_[path] = inode;
  unsynced_.push_back({{}, path, inode});
  return inode;
}

void MemoryDisk::write(Inode& inode, std::uint64_t at, std::span<const std::byte> bytes) {
  inode.modified = ++writes_;
  inode.unsynced.push_back({at, Bytes(bytes.begin(), bytes.end()), false});
  apply(inode.cached, inode.unsynced.back());
}

void MemoryDisk::truncate(Inode& inode, std::uint64_t size) {
  inode.modified = ++writes_;
  inode.unsynced.push_back({size, {}, true});
  apply(inode.cached, inode.unsynced.back());
}

void MemoryDisk::sync(Inode& inode) {
  for (const auto& operation : inode.unsynced) apply(inode.durable, operation);
  inode.unsynced.clear();
}

// Some of it may have come to the disk before it failed.
void MemoryDisk::forget(Inode& inode) {
  Random draws = seed_.stream("failed sync", calls_);
  for (const auto& operation : inode.unsynced)
    if (draws.one_in(2)) apply(inode.durable, operation);
  inode.unsynced.clear();
}

void MemoryDisk::apply(std::map<std::string, InodePtr>& names, const NameChange& change) {
  if (!change.from.empty()) {
    const auto found = names.find(change.from);
    if (found != names.end() && found->second == change.inode) names.erase(found);
  }
  if (!change.to.empty()) names[change.to] = change.inode;
}

void MemoryDisk::rename(const std::string& from, const std::string& to) {
  unsynced_.push_back({from, to, find(from)});
  apply(cached_, unsynced_.back());
}

void MemoryDisk::remove(const std::string& path) {
  const auto inode = find(path);
  if (!inode) return;
  unsynced_.push_back({path, {}, inode});
  apply(cached_, unsynced_.back());
}

void MemoryDisk::sync_folder(const std::string& folder) {
  std::erase_if(unsynced_, [&](const NameChange& change) {
    if (folder_of(change.to.empty() ? change.from : change.to) != folder) return false;
    apply(durable_, change);
    return true;
  });
}

std::vector<std::string> MemoryDisk::list(const std::string& folder) const {
  std::vector<std::string> names;
  for (const auto& [path, inode] : cached_)
    if (folder_of(path) == folder) names.push_back(path.substr(folder.empty() ? 0 : folder.size() + 1));
  return names;
}

void MemoryDisk::restart() {
  ++generation_;
  locks_.clear();
  is_down_ = false;
}

void MemoryDisk::kill() { restart(); }

void MemoryDisk::settle() {
  for (const auto& change : unsynced_) apply(durable_, change);
  unsynced_.clear();
  for (const auto& [path, inode] : cached_) sync(*inode);
}

void MemoryDisk::apply(Bytes& image, const Operation& operation) const {
  if (operation.is_truncation) {
    image.resize(operation.at);
    return;
  }
  if (image.size() < operation.at + operation.bytes.size()) image.resize(operation.at + operation.bytes.size());
  std::ranges::copy(operation.bytes, image.begin() + static_cast<std::ptrdiff_t>(operation.at));
}

// Random bytes where it wrote; in whole sectors on a disk that does not overwrite safely.
void MemoryDisk::spoil(Bytes& image, const Operation& operation, Random& draws) const {
  std::uint64_t begin = operation.at, end = operation.at + operation.bytes.size();
  if (!settings_.powersafe_overwrite) {
    begin -= begin % settings_.sector;
    end += (settings_.sector - end % settings_.sector) % settings_.sector;
  }
  if (image.size() < end) image.resize(end);
  for (auto at = begin; at < end; ++at) image[at] = static_cast<std::byte>(draws.next());
}

// Its sectors from one end to the other, not all of them; or its bytes.
void MemoryDisk::tear(Bytes& image, const Operation& operation, Random& draws) const {
  const std::uint64_t size = operation.bytes.size();
  const bool by_sector = draws.one_in(2);
  std::uint64_t kept = draws.below(size + 1);
  if (by_sector) kept = std::min(size, kept - kept % 512);
  const bool from_end = draws.one_in(3);
  Operation part = operation;
  if (from_end) {
    part.at += size - kept;
    part.bytes.erase(part.bytes.begin(), part.bytes.end() - static_cast<std::ptrdiff_t>(kept));
  } else {
    part.bytes.resize(kept);
  }
  apply(image, part);
}

void MemoryDisk::cut_file(Inode& inode, Random& draws) const {
  enum { nothing, all, prefix, subset, torn, garbage, modes };
  const auto mode = draws.below(modes);
  const std::uint64_t first = draws.below(inode.unsynced.size() + 1);
  std::uint64_t index = 0;
  for (const auto& operation : inode.unsynced) {
    const bool is_chosen = mode == all || (mode == prefix ? index < first : mode != nothing && draws.one_in(2));
    ++index;
    const bool is_odd = !operation.is_truncation && !operation.bytes.empty() && draws.one_in(3);
    if (mode == garbage && is_odd)
      spoil(inode.durable, operation, draws);
    else if (mode == torn && is_odd)
      tear(inode.durable, operation, draws);
    else if (is_chosen)
      apply(inode.durable, operation);
  }
  inode.unsynced.clear();
}

// Any subset of the changes of names, in any order; each is whole or not there.
void MemoryDisk::cut(Random draws) {
  std::vector<NameChange> changes = std::exchange(unsynced_, {});
  const bool in_order = draws.one_in(2);
  while (!changes.empty()) {
    const auto at = static_cast<std::ptrdiff_t>(in_order ? 0 : draws.below(changes.size()));
    if (draws.one_in(2)) apply(durable_, changes[static_cast<std::size_t>(at)]);
    changes.erase(changes.begin() + at);
  }
  std::set<Inode*> seen;
  for (const auto& [path, inode] : durable_)
    if (seen.insert(inode.get()).second) cut_file(*inode, draws);
  for (const auto& [path, inode] : durable_) inode->cached = inode->durable;
  cached_ = durable_;
  restart();
}

void MemoryDisk::lose_all_unsynced() {
  unsynced_.clear();
  for (const auto& [path, inode] : durable_) {
    inode->unsynced.clear();
    inode->cached = inode->durable;
  }
  cached_ = durable_;
  restart();
}

void MemoryDisk::flip_bit(const std::string& path, std::uint64_t at, unsigned bit) {
  const auto inode = find(path);
  if (!inode) return;
  for (auto* image : {&inode->cached, &inode->durable})
    if (at < image->size()) (*image)[at] ^= static_cast<std::byte>(1U << (bit % 8));
}

Bytes MemoryDisk::content(const std::string& path) const {
  const auto inode = find(path);
  return inode ? inode->cached : Bytes();
}

void MemoryDisk::put(const std::string& path, const Bytes& bytes) {
  std::erase_if(unsynced_, [&](const NameChange& change) { return change.from == path || change.to == path; });
  auto inode = std::make_shared<Inode>();
  *inode = {++inodes_, bytes, bytes, {}, ++writes_};
  cached_[path] = durable_[path] = inode;
}

void MemoryDisk::cut_short(const std::string& path, std::uint64_t size) {
  const auto inode = find(path);
  if (!inode) return;
  inode->unsynced.clear();
  inode->modified = ++writes_;
  if (inode->cached.size() > size) inode->cached.resize(size);
  inode->durable = inode->cached;
}

std::vector<std::string> MemoryDisk::paths() const {
  std::vector<std::string> paths;
  for (const auto& [path, inode] : cached_) paths.push_back(path);
  return paths;
}

std::uint64_t MemoryDisk::hash() const {
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto add = [&](std::uint64_t byte) { hash = (hash ^ byte) * 0x100000001b3; };
  for (const auto& [path, inode] : cached_) {
    for (const char c : path) add(static_cast<unsigned char>(c));
    for (const auto byte : inode->cached) add(std::to_integer<std::uint64_t>(byte));
  }
  return hash;
}

}  // namespace gatepost::simulation
