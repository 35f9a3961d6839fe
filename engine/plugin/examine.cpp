#include "plugin/examine.hpp"

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/dll/library_info.hpp>
#include <cerrno>
#include <cstring>
#include <gatepost/file_descriptor.hpp>
#include <string_view>

namespace gatepost::plugin {
namespace {

namespace fs = std::filesystem;

Result<void> writable_by_its_owner_only(const fs::path& path, const struct stat& status) {
  if (status.st_uid != 0 && status.st_uid != ::geteuid())
    return Error{"belongs to another user, who could change what this engine runs", path.string(),
                 "chown it to root or to the user that runs gatepost"};
  const bool group_may_write = (status.st_mode & S_IWGRP) != 0 && status.st_gid != 0 && status.st_gid != ::getegid();
  if ((status.st_mode & S_IWOTH) != 0 || group_may_write)
    return Error{"is writable by others, who could change what this engine runs", path.string(),
                 "chmod go-w " + path.string()};
  return {};
}

// Whoever may rename a folder above decides what lies at this path. Where all may write and the sticky bit is set
// (/tmp), nobody can rename what is ours.
Result<void> guarded_from_above(const fs::path& folder) {
  std::error_code failure;
  for (const fs::path& path : {fs::absolute(folder, failure), fs::canonical(folder, failure)}) {
    for (fs::path above = path.parent_path(); !above.empty(); above = above.parent_path()) {
      struct stat status {};
      if (::stat(above.c_str(), &status) == 0 && (status.st_mode & S_ISVTX) == 0)
        if (auto guarded = writable_by_its_owner_only(above, status); !guarded) return guarded;
      if (above == above.root_path()) break;
    }
  }
  return {};
}

template <class T>
bool read(const PrivateCopy& copy, T& out, std::uint64_t offset) {
  return ::pread(copy.descriptor(), &out, sizeof out, static_cast<off_t>(offset)) == static_cast<ssize_t>(sizeof out);
}

Error truncated(const fs::path& file) {
  return {"is truncated: its ELF headers point beyond its end", file.string(), "copy or build the plugin again"};
}

// A mapped page beyond the end of a cut file is a bus error, so the loader must never see one.
Result<void> whole_elf(const fs::path& file, const PrivateCopy& copy) {
  const std::uint64_t size = copy.size();
  Elf64_Ehdr header{};
  if (!read(copy, header, 0) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
    return Error{"is no plugin: not an ELF shared object", file.string(), "remove it from the plugin folder"};
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_type != ET_DYN)
    return Error{"is no plugin: not a 64-bit shared object", file.string(), "build it for this machine"};
#if defined(__x86_64__)
  constexpr Elf64_Half machine = EM_X86_64;
#elif defined(__aarch64__)
  constexpr Elf64_Half machine = EM_AARCH64;
#else
#error "name this processor's ELF machine here"
#endif
  if (header.e_machine != machine)
    return Error{"was built for another processor", file.string(), "build it for this machine"};
  const std::uint64_t sections_end = header.e_shoff + std::uint64_t{header.e_shnum} * header.e_shentsize;
  if (header.e_shoff > size || sections_end > size) return truncated(file);
  for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr segment{};
    if (!read(copy, segment, header.e_phoff + i * sizeof segment)) return truncated(file);
    if (segment.p_offset > size || segment.p_filesz > size - segment.p_offset) return truncated(file);
  }
  return {};
}

Result<void> exports_a_descriptor(const fs::path& file, const PrivateCopy& copy) {
  try {
    const auto symbols = boost::dll::library_info(copy.path()).symbols();
    if (std::ranges::find(symbols, descriptor_symbol) != symbols.end()) return {};
  } catch (const std::exception& exception) {
    return Error{std::string("is no plugin: its symbols cannot be read: ") + exception.what(), file.string(),
                 "build the plugin again"};
  }
  return Error{std::string("is no plugin: it does not export ") + descriptor_symbol, file.string(),
               "remove it from the plugin folder, or end its source with a GATEPOST_… macro"};
}

bool is_name(const char* name) {
  if (name == nullptr) return false;
  const std::string_view text = name;
  return !text.empty() && text.size() <= 64 &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

}  // namespace

Result<PrivateCopy> examine(const fs::path& file) {
  const FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (!opened.is_open() || ::fstat(opened.number(), &status) != 0)
    return Error{std::string("cannot be read: ") + std::strerror(errno), file.string(), "check its permissions"};
  if (!S_ISREG(status.st_mode)) return Error{"is not a regular file", file.string(), "put the plugin itself there"};
  if (auto guarded = writable_by_its_owner_only(file, status); !guarded) return guarded.error();
  struct stat folder {};
  const fs::path parent = file.parent_path().empty() ? fs::path(".") : file.parent_path();
  if (::stat(parent.c_str(), &folder) == 0)
    if (auto guarded = writable_by_its_owner_only(parent, folder); !guarded) return guarded.error();
  if (auto guarded = guarded_from_above(parent); !guarded) return guarded.error();
  auto copy = PrivateCopy::of(opened.number(), file);
  if (!copy) return copy;
  if (auto whole = whole_elf(file, *copy); !whole) return whole.error();
  if (auto exported = exports_a_descriptor(file, *copy); !exported) return exported.error();
  return copy;
}

Result<void> agrees(const Descriptor& descriptor, const std::string& where) {
  constexpr const char* rebuild = "build the plugin against this engine's SDK";
  if (descriptor.size != sizeof(Descriptor) || descriptor.abi != abi_version)
    return Error{"was built for plugin ABI " + std::to_string(descriptor.abi) + " (descriptor of " +
                     std::to_string(descriptor.size) + " bytes); this engine has ABI " + std::to_string(abi_version) +
                     " (" + std::to_string(sizeof(Descriptor)) + " bytes)",
                 where, rebuild};
  if (descriptor.toolchain == nullptr || std::string_view(descriptor.toolchain) != GATEPOST_TOOLCHAIN)
    return Error{std::string("was built with '") + (descriptor.toolchain ? descriptor.toolchain : "nothing named") +
                     "'; this engine with '" GATEPOST_TOOLCHAIN "'",
                 where, rebuild};
  if (descriptor.kind > PluginKind::service)
    return Error{"is of a kind that this engine does not know", where, rebuild};
  const SdkVersion mine = sdk_version(descriptor.kind), its = descriptor.sdk;
  if (its.major_number != mine.major_number || its.minor_number > mine.minor_number)
    return Error{
        fmt::format("was built for version {}.{} of the SDK for kind {}; this engine has {}.{}", its.major_number,
                    its.minor_number, to_word(descriptor.kind), mine.major_number, mine.minor_number),
        where, its.major_number == mine.major_number ? "update this engine" : rebuild};
  if (!is_name(descriptor.name) || descriptor.summary == nullptr || descriptor.settings == nullptr ||
      descriptor.make.input == nullptr)
    return Error{"has an incomplete descriptor", where, "name it with a-z, 0-9 and _, and use the GATEPOST_… macro"};
  return {};
}

}  // namespace gatepost::plugin
