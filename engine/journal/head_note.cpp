#include "journal/head_note.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

namespace gatepost::journal {
namespace {

constexpr std::string_view magic = "GPT0head";
constexpr std::size_t told = 8 + 3 * 8 + 32;  // magic, site, epoch, sequence, hash
using Bytes = std::array<std::byte, told + 32>;

void put(Bytes& bytes, std::size_t at, std::uint64_t value) {
  for (std::size_t i = 0; i < 8; ++i) bytes[at + i] = static_cast<std::byte>(value >> (8 * i));
}

std::uint64_t get(const Bytes& bytes, std::size_t at) {
  std::uint64_t value = 0;
  for (std::size_t i = 8; i-- > 0;) value = value << 8 | std::to_integer<std::uint64_t>(bytes[at + i]);
  return value;
}

Bytes bytes_of(const Head& head) {
  Bytes bytes{};
  std::memcpy(bytes.data(), magic.data(), magic.size());
  put(bytes, 8, head.identity.site);
  put(bytes, 16, head.identity.epoch);
  put(bytes, 24, head.end.sequence);
  std::ranges::copy(head.end.hash, bytes.begin() + 32);
  std::ranges::copy(hash_of(std::span(bytes).first(told)), bytes.begin() + told);
  return bytes;
}

}  // namespace

std::filesystem::path head_note_of(const std::filesystem::path& journal) { return journal.string() + ".head"; }

Result<HeadNote> HeadNote::open(const std::filesystem::path& journal) {
  const auto file = head_note_of(journal);
  FileDescriptor opened(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0640));
  if (!opened.is_open())
    return Error{std::string("cannot be created: ") + std::strerror(errno), file.string(),
                 "check that the folder exists and that the user that runs gatepost may write there"};
  return HeadNote(std::move(opened));
}

void HeadNote::write(const Head& head) const {
  const Bytes bytes = bytes_of(head);
  if (descriptor_.is_open()) static_cast<void>(::pwrite(descriptor_.number(), bytes.data(), bytes.size(), 0) < 0);
}

std::optional<Head> read_head(const std::filesystem::path& journal) {
  Bytes bytes{};
  std::ifstream file(head_note_of(journal), std::ios::binary);
  if (!file.read(reinterpret_cast<char*>(bytes.data()), bytes.size())) return {};
  Head head{{get(bytes, 8), get(bytes, 16)}, {get(bytes, 24), {}}};
  std::ranges::copy_n(bytes.begin() + 32, 32, head.end.hash.begin());
  if (bytes_of(head) != bytes) return {};
  return head;
}

}  // namespace gatepost::journal
