#include "journal/pending_note.hpp"

#include <algorithm>
#include <cstdlib>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include "journal/encoding.hpp"
#include "journal/quarantine.hpp"

namespace gatepost::journal {
namespace {

constexpr std::string_view ending = ".pending";
constexpr std::size_t largest_note = 512;

std::string check_of(std::string_view text) {
  return "sha256 " + to_hex(hash_of(std::as_bytes(std::span(text)))) + "\n";
}

std::string text_of(const PendingNote& note) {
  std::string text = "last " + std::to_string(note.last) + "\n";
  if (note.put_back)
    text += "after " + std::to_string(note.put_back->after) + "\nheld " + std::to_string(note.put_back->held) + "\n";
  return text + check_of(text);
}

std::optional<PendingNote> note_in(const std::string& text) {
  const auto check = text.rfind("sha256 ");
  if (check == std::string::npos || text.substr(check) != check_of(text.substr(0, check))) return {};
  std::istringstream lines(text.substr(0, check));
  std::string word;
  PendingNote note;
  PutBack put_back;
  if (!(lines >> word >> note.last)) return {};
  if (lines >> word >> put_back.after >> word >> put_back.held) note.put_back = put_back;
  return note;
}

// Another file first, so that the note is never there in part. Its name is not of a journal that was set aside.
Result<void> write_whole(const Disk& disk, const std::filesystem::path& name, const std::filesystem::path& draft,
                         const std::string& text) {
  disk.remove(draft);
  auto opened = disk.open(draft);
  if (!opened) return opened.error();
  if (!(*opened)->write(0, std::as_bytes(std::span(text))) || !(*opened)->sync())
    return Error{"cannot be written and synced", draft.string(), "check the disk, and whether it is full"};
  return disk.rename(draft, name);
}

}  // namespace

std::filesystem::path pending_name(const std::filesystem::path& file, std::uint64_t epoch) {
  return quarantined_name(file, epoch).string() + std::string(ending);
}

std::vector<std::uint64_t> pending_epochs(const Disk& disk, const std::filesystem::path& file) {
  const std::string prefix = file.filename().string() + ".epoch-";
  std::vector<std::uint64_t> epochs;
  for (const auto& name : disk.list(file.parent_path()))
    if (name.starts_with(prefix) && name.ends_with(ending))
      epochs.push_back(std::strtoull(name.c_str() + prefix.size(), nullptr, 10));
  std::ranges::sort(epochs);
  return epochs;
}

Result<std::optional<PendingNote>> read_note(const Disk& disk, const std::filesystem::path& file, std::uint64_t epoch) {
  const auto bytes = disk.read(pending_name(file, epoch), largest_note);
  if (!bytes) return bytes.error();
  return note_in(std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size()));
}

Result<void> write_note(const Disk& disk, const std::filesystem::path& file, std::uint64_t epoch,
                        const PendingNote& note) {
  const auto name = pending_name(file, epoch);
  if (auto written = write_whole(disk, name, file.string() + ".pending.new", text_of(note)); !written) return written;
  if (disk.sync_folder(file.parent_path())) return {};
  return Error{"cannot be synced", file.parent_path().string(), "check the disk"};
}

void remove_note(const Disk& disk, const std::filesystem::path& file, std::uint64_t epoch) {
  disk.remove(pending_name(file, epoch));
  static_cast<void>(disk.sync_folder(file.parent_path()));
}

}  // namespace gatepost::journal
