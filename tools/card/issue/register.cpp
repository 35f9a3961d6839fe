#include "card/issue/register.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <gatepost/bytes_text.hpp>
#include <gatepost/file_descriptor.hpp>
#include <gatepost/support/crypto.hpp>
#include <gatepost/support/csv.hpp>
#include <gatepost/support/rfc3339.hpp>
#include <gatepost/support/text.hpp>

#include "card/issue/pending_file.hpp"

namespace gatepost::card {
namespace {

constexpr std::string_view header = "pass,subject,name,until,issued\n";
constexpr std::size_t longest_id = 64;

std::string quoted(const std::string& field) {
  if (field.find_first_of("\",;\t\r\n") == std::string::npos) return field;
  std::string text = "\"";
  for (const char c : field) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

Error no_register(const std::filesystem::path& file) {
  return {"it is no register of passes", file.string(), "name a new file, or one that `gatepost issue` has written"};
}

Error not_written(const std::filesystem::path& file) {
  return {std::string("the register cannot be written: ") + std::strerror(errno), file.string(),
          "name a file that you may write to"};
}

/// Where the next line begins; the header is written into a file that is empty.
Result<std::string> begun(int descriptor, const std::filesystem::path& file) {
  struct stat state {};
  if (::fstat(descriptor, &state) != 0 || !S_ISREG(state.st_mode)) return no_register(file);
  if (state.st_size == 0) return std::string(header);
  std::string first(header.size(), '\0');
  char last = '\0';
  if (::pread(descriptor, first.data(), first.size(), 0) != std::ssize(first) || first != header ||
      ::pread(descriptor, &last, 1, state.st_size - 1) != 1)
    return no_register(file);
  return std::string(last == '\n' ? "" : "\n");
}

}  // namespace

std::optional<std::string> id_in(std::string_view digits) {
  if (digits.empty() || digits.find(' ') != std::string_view::npos) return {};
  return from_hex(digits, longest_id);
}

std::string shown_id(const std::string& id) { return support::hexadecimal(id); }

Result<void> append_to_register(const std::filesystem::path& file, std::span<const Issued> passes, WallTime now) {
  const FileDescriptor opened(::open(file.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
  if (!opened.is_open() || ::flock(opened.number(), LOCK_EX) != 0) return not_written(file);
  auto text = begun(opened.number(), file);
  if (!text) return text.error();
  for (const auto& pass : passes)
    *text += shown_id(pass.id) + "," + quoted(pass.subject) + "," + quoted(pass.name) + "," +
             (pass.until ? support::rfc3339(*pass.until) : "") + "," + support::rfc3339(now) + "\n";
  const auto before = ::lseek(opened.number(), 0, SEEK_END);
  if (write_all(opened.number(), *text) && ::fsync(opened.number()) == 0) return {};
  const auto error = not_written(file);
  [[maybe_unused]] const int ignored = ::ftruncate(opened.number(), before);
  return error;
}

Result<std::vector<std::string>> passes_of(const std::filesystem::path& file, const std::string& subject) {
  auto csv = support::Csv::open(file);
  if (!csv) return csv.error();
  std::vector<std::string> fields, ids;
  auto more = csv->next(fields);
  if (!more) return more.error();
  if (!*more || fields.size() != 5 || fields[0] != "pass" || fields[1] != "subject") return no_register(file);
  const auto wanted = support::composed_or_as_is(subject);
  while ((more = csv->next(fields)) && *more) {
    if (fields.size() < 2 || support::composed_or_as_is(fields[1]) != wanted) continue;
    const auto id = id_in(fields[0]);
    if (!id) return csv->field_error(0, "this is no pass's id", "put back what was written there");
    ids.push_back(*id);
  }
  if (!more) return more.error();
  if (ids.empty())
    return Error{"it has no pass of this subject", file.string(), "write the subject as it stands in the register"};
  return ids;
}

}  // namespace gatepost::card
