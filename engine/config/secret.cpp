#include "config/secret.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <gatepost/file_descriptor.hpp>
#include <gatepost/support/files.hpp>

#include "config/values.hpp"
#include "config/yaml_words.hpp"

namespace gatepost::config {
namespace {

namespace fs = std::filesystem;

struct Refusal {
  std::string what, expected, remedy;
};
using Fetched = boost::system::result<std::string, Refusal>;

bool is_variable(const std::string& name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return !name.empty() && !digit(name[0]) && std::ranges::all_of(name, [&](char c) { return letter(c) || digit(c); });
}

Fetched from_environment(const std::string& name) {
  if (!is_variable(name))  // perhaps the secret itself stands there: it is not repeated
    return Refusal{"what stands behind !env is not a variable's name", "letters, digits and _: !env GATE_TOKEN",
                   "name the variable, not its value"};
  const char* value = std::getenv(name.c_str());
  if (value == nullptr)
    return Refusal{"there is no environment variable '" + shown(name) + "'",
                   {},
                   "set it where gatepost is started; for a service: Environment= or EnvironmentFile="};
  if (*value == '\0') return Refusal{"the environment variable '" + shown(name) + "' is empty", {}, "give it a value"};
  return {boost::system::in_place_value, value};
}

Refusal unreadable(const std::string& name, int code) {
  return {"cannot read the file '" + name + "': " + std::strerror(code),
          {},
          code == EACCES ? "give the user that runs gatepost the right to read it" : "check the file's name"};
}

Fetched from_file(const fs::path& file) {
  const std::string name = shown_path(file.string());
  struct stat state {};
  if (::stat(file.c_str(), &state) != 0) return unreadable(name, errno);
  if (!S_ISREG(state.st_mode))  // opening a pipe or a device would wait, or do something
    return Refusal{"'" + name + "' is not a regular file", {}, "name a file that holds the value and nothing else"};
  const FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (!opened.is_open() || ::fstat(opened.number(), &state) != 0) return unreadable(name, errno);
  if (!S_ISREG(state.st_mode)) return Refusal{"'" + name + "' is not a regular file", {}, "name another file"};
  if ((state.st_mode & (S_IROTH | S_IWOTH)) != 0)
    return Refusal{"others can read or change the file '" + name + "'", {}, "run: chmod o-rwx " + name};
  auto text = support::read_up_to(opened.number(), secret_limit);
  if (!text) return unreadable(name, errno);
  if (text->size() > secret_limit)
    return Refusal{"the file '" + name + "' is larger than 64KiB", {}, "name a file that holds the value only"};
  if (const auto mark = support::mark_of_an_editor(*text))
    return Refusal{"the file '" + name + "' " + *mark + ", which is no part of a value", "plain text",
                   "save it as UTF-8 without BOM"};
  if (text->ends_with('\n')) text->pop_back();
  if (text->ends_with('\r')) text->pop_back();
  if (text->empty()) return Refusal{"the file '" + name + "' is empty", {}, "write the value into it"};
  return {boost::system::in_place_value, std::move(*text)};
}

Fetched value_of(const Node& node, const fs::path& folder) {
  if (node.tag == Tag::env) return from_environment(node.text);
  if (node.text.empty() || node.text.find('\0') != std::string::npos || node.text.starts_with('~'))
    return Refusal{"what stands behind !file is not a file's name", "a path: !file /etc/gatepost/token",
                   "write the whole path, or one from this file's folder"};
  return from_file((folder / node.text).lexically_normal());
}

}  // namespace

std::optional<std::string> fetch(const Node& node, const fs::path& folder, Diagnostics& diagnostics) {
  auto value = value_of(node, folder);
  if (value) return std::move(*value);
  const Refusal& refusal = value.error();
  diagnostics.error(node.place, refusal.what, refusal.expected, refusal.remedy);
  return {};
}

std::string tag_text(const Node& node, const fs::path& folder) {
  const std::string text = node.tag == Tag::file ? (folder / node.text).lexically_normal().string() : node.text;
  return std::string(to_word(node.tag)) + " " + to_yaml(Value(text));
}

}  // namespace gatepost::config
