#include "card/issue/revocation.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <algorithm>
#include <gatepost/file_descriptor.hpp>
#include <gatepost/support/files.hpp>
#include <gatepost/support/printable.hpp>
#include <unordered_set>

#include "card/issue/pending_file.hpp"
#include "card/issue/register.hpp"

namespace gatepost::card {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_list = 256 << 20;

Result<std::unordered_set<std::string>> ids_in(std::string_view text, const std::string& where) {
  std::unordered_set<std::string> ids;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const auto end = std::min(text.find('\n'), text.size());
    auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    word = word.substr(0, word.find_first_of(" \t\r"));
    if (word.empty() || word.starts_with('#')) continue;
    const auto id = id_in(word);
    if (!id)
      return Error{"this is no pass's id", where + ":" + std::to_string(line),
                   "name the list of revoked passes, or write # before what is for people"};
    ids.insert(*id);
  }
  return ids;
}

/// Held by whoever changes a list: the list itself is another file each time.
Result<FileDescriptor> lock_folder_of(const fs::path& list) {
  std::error_code failure;
  const auto folder = fs::weakly_canonical(fs::absolute(list), failure).parent_path();
  FileDescriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.is_open() || ::flock(opened.number(), LOCK_EX) != 0)
    return Error{"its folder cannot be opened", list.string(), "name a file in a folder that you may write to"};
  return opened;
}

}  // namespace

Result<Revoked> revoke(const fs::path& list, std::span<const std::string> ids, const std::string& comment) {
  const auto lock = lock_folder_of(list);
  if (!lock) return lock.error();
  std::string text;
  std::error_code failure;
  if (fs::exists(list, failure)) {
    auto read = support::read_file(list, largest_list);
    if (!read) return read.error();
    text = std::move(*read);
  }
  auto known = ids_in(text, list.string());
  if (!known) return known.error();
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  Revoked done;
  for (const auto& id : ids) {
    if (!known->insert(id).second) {
      ++done.already;
      continue;
    }
    text += shown_id(id) + (comment.empty() ? "" : " " + support::printable(comment, 200)) + "\n";
    ++done.added;
  }
  if (done.added == 0) return done;
  auto pending = PendingFile::write(list, text, 0644);
  if (!pending) return pending.error();
  if (auto put = pending->commit(); !put) return put.error();
  return done;
}

}  // namespace gatepost::card
