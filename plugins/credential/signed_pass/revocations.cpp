#include "revocations.hpp"

#include <algorithm>
#include <gatepost/bytes_text.hpp>
#include <gatepost/support/files.hpp>

namespace signed_pass {
namespace {

using gatepost::Error;
using gatepost::Result;

constexpr std::size_t largest_list = 256 << 20;
constexpr std::size_t longest_id = 64;

}  // namespace

Result<Revocations> Revocations::read(const std::filesystem::path& file) {
  const auto text = gatepost::support::read_file(file, largest_list);
  if (!text) return text.error();
  return parse(*text, file.string());
}

Result<Revocations> Revocations::parse(std::string_view text, const std::string& where) {
  Revocations list;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    word = word.substr(0, word.find_first_of(" \t\r"));
    if (word.empty() || word.starts_with('#')) continue;
    const auto id = gatepost::from_hex(word, longest_id);
    if (!id || id->empty())
      return Error{"this is no pass's id", where + ":" + std::to_string(line),
                   "write its hexadecimal digits, as `gatepost revoke` does, or # before what is for people"};
    list.ids_.insert(*id);
  }
  return list;
}

}  // namespace signed_pass
