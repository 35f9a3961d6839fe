#include "supervisor/key_file.hpp"

#include <fstream>
#include <gatepost/support/files.hpp>
#include <iterator>

namespace gatepost::supervisor {
namespace {

constexpr std::size_t shortest_key = 16;

}  // namespace

Result<std::string> read_key_file(const std::filesystem::path& file, const std::string& what) {
  const std::string where = file.string();
  const std::string make_one = "make one: head -c 32 /dev/urandom > " + where;
  std::error_code failure;
  const auto status = std::filesystem::status(file, failure);
  if (std::filesystem::is_directory(status)) return Error{what + " is a folder", where, "name a file in it"};
  std::ifstream in(file, std::ios::binary);
  std::string key{std::istreambuf_iterator<char>(in), {}};
  if (failure || !in.good()) return Error{what + " cannot be read", where, make_one + " && chmod 600 " + where};
  if ((status.permissions() & (std::filesystem::perms::others_all | std::filesystem::perms::group_write)) !=
      std::filesystem::perms::none)
    return Error{what + " is open to others", where, "chmod 600 " + where};
  if (const auto mark = support::mark_of_an_editor(key))
    return Error{what + " " + *mark + ", which is no part of a key", where,
                 "save it as plain text without a mark (UTF-8 without BOM), or " + make_one};
  if (key.size() < shortest_key) return Error{what + " has fewer than 16 bytes", where, make_one};
  return key;
}

}  // namespace gatepost::supervisor
