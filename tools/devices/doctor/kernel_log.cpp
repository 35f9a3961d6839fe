#include "devices/doctor/kernel_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <boost/json/parse.hpp>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <gatepost/file_descriptor.hpp>
#include <memory>

namespace gatepost::doctor {
namespace {

constexpr std::size_t most_lines = 200'000;
constexpr const char* ask_journal = "journalctl --dmesg --boot --output=json --no-pager --quiet 2>/dev/null";

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

MonotonicTime microseconds(std::int64_t number) { return MonotonicTime(std::chrono::microseconds(number)); }

std::vector<KernelLine> from_journal() {
  struct Close {
    void operator()(std::FILE* pipe) const { ::pclose(pipe); }
  };
  const std::unique_ptr<std::FILE, Close> pipe(::popen(ask_journal, "re"));
  std::vector<KernelLine> lines;
  std::string line;
  for (int c = pipe ? std::fgetc(pipe.get()) : EOF; c != EOF && lines.size() < most_lines; c = std::fgetc(pipe.get())) {
    if (c != '\n') {
      line += static_cast<char>(c);
      continue;
    }
    if (auto one = parse_journal(line)) lines.push_back(std::move(*one));
    line.clear();
  }
  return lines;
}

// Documentation/ABI/testing/dev-kmsg: each read gives one record; EPIPE: some were overwritten meanwhile.
Result<std::vector<KernelLine>> from_kmsg() {
  const FileDescriptor log(::open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!log.is_open())
    return Error{"this user may not read the kernel's log", "/dev/kmsg",
                 "run it with sudo, or add the user to group systemd-journal"};
  std::vector<KernelLine> lines;
  std::array<char, 8192> record{};
  while (lines.size() < most_lines) {
    const ssize_t size = ::read(log.number(), record.data(), record.size());
    if (size < 0 && (errno == EPIPE || errno == EINTR)) continue;
    if (size <= 0) break;
    if (auto one = parse_kmsg({record.data(), static_cast<std::size_t>(size)})) lines.push_back(std::move(*one));
  }
  return lines;
}

// A test's kmsg is a file with a record a line.
std::vector<KernelLine> from_file(const std::filesystem::path& file) {
  std::vector<KernelLine> lines;
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);)
    if (auto one = parse_kmsg(line)) lines.push_back(std::move(*one));
  return lines;
}

}  // namespace

std::optional<KernelLine> parse_kmsg(std::string_view record) {
  const auto semicolon = record.find(';');
  if (semicolon == record.npos || record.starts_with(' ')) return {};
  std::string_view head = record.substr(0, semicolon);
  for (int skipped = 0; skipped < 2; ++skipped) {
    const auto comma = head.find(',');
    if (comma == head.npos) return {};
    head.remove_prefix(comma + 1);
  }
  const auto time = number_of(head.substr(0, head.find(',')));
  if (!time) return {};
  const auto text = record.substr(semicolon + 1);
  return KernelLine{microseconds(*time), std::string(text.substr(0, text.find('\n')))};
}

std::optional<KernelLine> parse_journal(std::string_view line) {
  boost::system::error_code failure;
  const auto value = boost::json::parse(line, failure);
  if (failure || !value.is_object()) return {};
  const auto text_of = [&](const char* key) -> std::optional<std::string_view> {
    const auto* found = value.get_object().if_contains(key);
    if (found == nullptr || !found->is_string()) return {};
    return std::string_view(found->get_string());
  };
  const auto text = text_of("MESSAGE"), time = text_of("__MONOTONIC_TIMESTAMP");
  const auto number = time ? number_of(*time) : std::nullopt;
  if (!text || !number) return {};
  return KernelLine{microseconds(*number), std::string(*text)};
}

Result<KernelLog> read_kernel_log(const Machine& machine) {
  if (!machine.is_this_one()) return KernelLog{from_file(machine.dev() / "kmsg"), true};
  if (auto lines = from_journal(); !lines.empty()) return KernelLog{std::move(lines), true};
  auto lines = from_kmsg();
  if (!lines) return lines.error();
  return KernelLog{std::move(*lines), false};
}

}  // namespace gatepost::doctor
