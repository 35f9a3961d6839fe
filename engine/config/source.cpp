#include "config/source.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <gatepost/file_descriptor.hpp>
#include <gatepost/support/files.hpp>
#include <gatepost/support/printable.hpp>

namespace gatepost::config {
namespace {

Error cannot_read(const std::filesystem::path& file, std::string_view kind, int code) {
  std::string remedy = "check the file's name";
  if (code == EACCES) remedy = "give the user that runs gatepost the right to read it";
  return {"cannot read the " + std::string(kind) + ": " + std::strerror(code), file.string(), std::move(remedy)};
}

Error no_file(const std::filesystem::path& file, std::string_view kind, mode_t mode) {
  const bool folder = S_ISDIR(mode);
  return {folder ? "is a folder, not a " + std::string(kind) : "is not a regular file", file.string(),
          folder ? "name the .yaml file in it" : "name a file, not a pipe, socket or device"};
}

Error too_large(const std::filesystem::path& file, std::string_view kind) {
  std::string remedy = "check that it is a " + std::string(kind);
  if (kind == site_file) remedy += "; move lists of people into a roster file";
  return {"the " + std::string(kind) + " is larger than 128KiB", file.string(), std::move(remedy)};
}

}  // namespace

Source::Source(std::filesystem::path name, std::string content) : file(std::move(name)), text(std::move(content)) {
  if (text.starts_with(byte_order_mark)) text.erase(0, byte_order_mark.size());
  starts_.push_back(0);
  for (std::size_t end = text.find('\n'); end != text.npos; end = text.find('\n', end + 1)) starts_.push_back(end + 1);
}

std::string_view Source::line(std::size_t number) const {
  if (number >= starts_.size()) return {};
  std::string_view rest = std::string_view(text).substr(starts_[number]);
  rest = rest.substr(0, rest.find('\n'));
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  return rest;
}

std::size_t Source::column(Place place) const {
  const std::string_view before = line(place.line).substr(0, place.byte);
  const auto starts = std::ranges::count_if(before, [](char byte) { return (byte & 0xC0) != 0x80; });
  return static_cast<std::size_t>(starts) + 1;
}

std::string line_text(std::span<const Source> sources, Place place, Place from) {
  const std::string line = "line " + std::to_string(place.line + 1);
  return place.file == from.file ? line : shown_path(sources[place.file].file.string()) + " " + line;
}

std::string shown_path(const std::string& path) { return support::printable(path, 4096); }

std::filesystem::path folder_of(const std::filesystem::path& file) {
  std::error_code ignored;
  const std::filesystem::path whole = std::filesystem::absolute(file, ignored);
  return (ignored ? file : whole).lexically_normal().parent_path();
}

bool is_closed_to_others(const std::filesystem::path& file) {
  struct stat state {};
  return ::stat(file.c_str(), &state) != 0 || (state.st_mode & S_IROTH) == 0;
}

Result<std::string> read_source(const std::filesystem::path& file, std::string_view kind) {
  struct stat state {};
  if (::stat(file.c_str(), &state) != 0) return cannot_read(file, kind, errno);
  if (!S_ISREG(state.st_mode))
    return no_file(file, kind, state.st_mode);  // opening some devices already does something
  const FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!opened.is_open()) return cannot_read(file, kind, errno);
  if (::fstat(opened.number(), &state) != 0) return cannot_read(file, kind, errno);
  if (!S_ISREG(state.st_mode)) return no_file(file, kind, state.st_mode);
  if (state.st_size > static_cast<off_t>(source_limit)) return too_large(file, kind);
  auto text = support::read_up_to(opened.number(), source_limit);
  if (!text) return cannot_read(file, kind, errno);
  if (text->size() > source_limit) return too_large(file, kind);
  return {boost::system::in_place_value, std::move(*text)};  // an Error too could be made from a text
}

}  // namespace gatepost::config
