#include "journal/high_water_mark.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace gatepost::journal {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view magic = "GPT0head";
constexpr std::size_t told = 8 + 3 * 8 + 32;  // magic, site, epoch, sequence, hash
constexpr std::size_t slot_size = 4096;       // the largest sector that a disk tears as one
constexpr unsigned slots = 2;
using Bytes = Slot;
static_assert(sizeof(Slot) == told + sizeof(Hash));

void put(Bytes& bytes, std::size_t at, std::uint64_t value) {
  for (std::size_t i = 0; i < 8; ++i) bytes[at + i] = static_cast<std::byte>(value >> (8 * i));
}

std::uint64_t get(const Bytes& bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 8; i-- > 0;) value = value << 8 | std::to_integer<std::uint64_t>(bytes[at + i]);
  return value;
}

std::optional<Mark> mark_in(std::span<const std::byte> file, unsigned slot) {
  const std::size_t at = slot * slot_size;
  Bytes bytes{};
  if (file.size() < at + bytes.size()) return {};
  std::ranges::copy(file.subspan(at, bytes.size()), bytes.begin());
  Mark mark{{get(bytes, 8), get(bytes, 16)}, {get(bytes, 24), {}}};
  std::ranges::copy_n(bytes.begin() + 32, 32, mark.end.hash.begin());
  if (slot_of(mark) != bytes) return {};
  return mark;
}

struct Newest {
  std::optional<Mark> mark{};
  unsigned slot = 0;
};

Result<Newest> newest_in(const Disk& disk, const fs::path& file) {
  const auto bytes = disk.read(file, slots * slot_size);
  if (!bytes) return bytes.error();
  Newest newest;
  for (unsigned slot = 0; slot < slots; ++slot) {
    const auto mark = mark_in(*bytes, slot);
    if (mark && (!newest.mark || newest.mark->is_before(*mark))) newest = {mark, slot};
  }
  return newest;
}

}  // namespace

bool Mark::is_before(const Mark& other) const {
  return std::tie(identity.epoch, end.sequence) < std::tie(other.identity.epoch, other.end.sequence);
}

Slot slot_of(const Mark& mark) {
  Slot bytes{};
  std::memcpy(bytes.data(), magic.data(), magic.size());
  put(bytes, 8, mark.identity.site);
  put(bytes, 16, mark.identity.epoch);
  put(bytes, 24, mark.end.sequence);
  std::ranges::copy(mark.end.hash, bytes.begin() + 32);
  std::ranges::copy(hash_of(std::span(bytes).first(told)), bytes.begin() + told);
  return bytes;
}

fs::path mark_beside(const fs::path& journal) { return journal.string() + ".head"; }

fs::path mark_apart(const fs::path& folder, std::uint64_t site, const fs::path& journal) {
  std::error_code ignored;
  const std::string place = fs::absolute(journal, ignored).lexically_normal().string();
  const Hash hash = hash_of(std::as_bytes(std::span(place)));
  return folder /
         (std::to_string(site) + "-" + journal.filename().string() + "-" + to_hex(std::span(hash).first(8)) + ".head");
}

Result<HighWaterMark> HighWaterMark::open(const Disk& disk, const fs::path& file) {
  const auto newest = newest_in(disk, file);
  if (!newest) return newest.error();
  auto opened = disk.open(file);
  if (!opened) return opened.error();
  HighWaterMark mark;
  mark.file_ = std::move(*opened);
  mark.slot_ = newest->mark ? (newest->slot + 1) % slots : 0;
  return mark;
}

bool HighWaterMark::write(const Slot& slot) {
  if (!file_) return false;
  const bool written = file_->write(slot_ * slot_size, slot);
  slot_ = (slot_ + 1) % slots;
  return written;
}

Result<std::optional<Mark>> read_mark(const Disk& disk, const fs::path& file) {
  const auto newest = newest_in(disk, file);
  if (!newest) return newest.error();
  return newest->mark;
}

fs::path marks_folder() {
  const auto from = [](const char* name) -> fs::path {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets it while the engine runs
    return value == nullptr ? fs::path() : fs::path(value);
  };
  fs::path systemd = from("CACHE_DIRECTORY");
  if (const auto first = systemd.string().find(':'); first != std::string::npos)
    systemd = systemd.string().substr(0, first);
  if (systemd.is_absolute()) return systemd;
  if (const fs::path cache = from("XDG_CACHE_HOME"); cache.is_absolute()) return cache / "gatepost";
  if (::geteuid() == 0) return "/var/cache/gatepost";
  if (const fs::path home = from("HOME"); home.is_absolute()) return home / ".cache/gatepost";
  return {};
}

}  // namespace gatepost::journal
