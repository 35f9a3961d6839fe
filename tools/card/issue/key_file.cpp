#include "card/issue/key_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <gatepost/file_descriptor.hpp>
#include <gatepost/support/files.hpp>

#include "card/issue/pending_file.hpp"

namespace gatepost::card {

Result<support::SigningKey> make_key_file(const std::filesystem::path& file) {
  const std::string where = file.string();
  auto key = support::SigningKey::generate();
  if (!key) return key;
  const auto pem = key->pem();
  if (!pem) return pem.error();
  const FileDescriptor opened(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!opened.is_open() && errno == EEXIST)
    return Error{"a file of that name is there, and may be a key", where, "name a new file"};
  if (!opened.is_open())
    return Error{std::string("the key cannot be written: ") + std::strerror(errno), where,
                 "name a file in a folder that you may write to"};
  if (write_all(opened.number(), *pem) && ::fsync(opened.number()) == 0) return key;
  const int reason = errno;
  ::unlink(file.c_str());
  return Error{std::string("the key cannot be written: ") + std::strerror(reason), where, "see that the disk has room"};
}

Result<support::SigningKey> read_key_file(const std::filesystem::path& file) {
  constexpr std::size_t most = 16 * 1024;
  const std::string where = file.string();
  const FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat state {};
  if (!opened.is_open() || ::fstat(opened.number(), &state) != 0)
    return Error{std::string("the key cannot be read: ") + std::strerror(errno), where,
                 "name the file that `gatepost issue --new-key` has written"};
  if (S_ISREG(state.st_mode) && (state.st_mode & 077U) != 0)
    return Error{"the key is open to others", where, "chmod 600 " + where};
  const auto pem = support::read_up_to(opened.number(), most);
  if (!pem || pem->size() > most)
    return Error{"it is no key", where, "name the file that `gatepost issue --new-key` has written"};
  auto key = support::SigningKey::of_pem(*pem);
  if (!key) return Error{key.error().what, where, key.error().remedy};
  return key;
}

}  // namespace gatepost::card
