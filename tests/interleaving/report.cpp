#include "report.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>
#include <map>
#include <memory>
#include <ostream>
#include <sstream>
#include <string>

namespace gatepost::interleaving {
namespace {

/// Objects by numbers, in the order in which they come: addresses differ from run to run.
class Names {
 public:
  std::string of(const void* object) {
    if (object == nullptr) return {};
    return " #" + std::to_string(numbers_.try_emplace(object, numbers_.size() + 1).first->second);
  }

 private:
  std::map<const void*, std::size_t> numbers_;
};

/// Where in the sources calls stand, by addr2line: it reads what the compiler wrote for debuggers.
class Lines {
 public:
  void want(const void* address) {
    if (own(address)) lines_[address];
  }
  // Of what was compiled into one place the innermost line that is ours.
  void look_up() {
    std::ostringstream command;
    command << "addr2line -i -a -e /proc/" << ::getpid() << "/exe" << std::hex;
    for (const auto& [address, line] : lines_) command << " 0x" << offset(address);
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> output(::popen(command.str().c_str(), "r"), ::pclose);
    std::array<char, 1024> text{};
    auto at = lines_.end();
    while (output && std::fgets(text.data(), text.size(), output.get()) != nullptr) {
      const std::string line = one_line(text.data());
      if (line.starts_with("0x"))
        at = at == lines_.end() ? lines_.begin() : std::next(at);
      else if (at != lines_.end() && at->second.empty() && line.find('/') != 0)
        at->second = line;
    }
  }
  std::string of(const void* address) const {
    const auto found = lines_.find(address);
    return found == lines_.end() || found->second.empty() ? std::string() : "  " + found->second;
  }

 private:
  static std::uintptr_t base() {
    Dl_info info{};
    ::dladdr(reinterpret_cast<const void*>(&report), &info);
    return reinterpret_cast<std::uintptr_t>(info.dli_fbase);
  }
  static bool own(const void* address) {
    Dl_info info{};
    return address != nullptr && ::dladdr(address, &info) != 0 &&
           reinterpret_cast<std::uintptr_t>(info.dli_fbase) == base();
  }
  static std::uintptr_t offset(const void* address) { return reinterpret_cast<std::uintptr_t>(address) - base() - 1; }
  // From the tree's own folders on; the C++ library's keeps its whole path.
  static std::string one_line(const std::string& text) {
    const std::size_t begin = std::min(text.find("tests/interleaving/"), text.find("engine/"));
    return text.substr(begin == std::string::npos ? 0 : begin,
                       text.find_first_of(" \n") - (begin == std::string::npos ? 0 : begin));
  }

  std::map<const void*, std::string> lines_;
};

void print_event(std::ostream& to, const Event& event, Names& names, const Lines& lines) {
  to << "thread " << event.thread << "  " << event.operation << names.of(event.object) << lines.of(event.caller)
     << '\n';
}

}  // namespace

void print(std::ostream& to, const std::vector<Event>& events) {
  Lines lines;
  for (const Event& event : events) lines.want(event.caller);
  lines.look_up();
  Names names;
  for (const Event& event : events) print_event(to << "  ", event, names, lines);
}

void report(std::ostream& to, const Failure& failure, std::string_view scenario, std::uint64_t seed,
            std::string_view mutant) {
  Lines lines;
  for (const Event& event : failure.last) lines.want(event.caller);
  for (const auto& thread : failure.threads) {
    lines.want(thread.event.caller);
    for (const void* call : thread.calls) lines.want(call);
  }
  lines.want(failure.other);
  lines.look_up();
  Names names;
  to << "FAILED " << scenario << ", seed " << seed << ": " << failure.what << lines.of(failure.other)
     << "\nThe last events:\n";
  for (const Event& event : failure.last) print_event(to << "  ", event, names, lines);
  to << "Its threads:\n";
  for (const auto& thread : failure.threads) {
    print_event(to << "  " << thread.state << ": ", thread.event, names, lines);
    for (const void* call : thread.calls)
      if (const std::string line = lines.of(call); !line.empty()) to << "      from" << line << '\n';
  }
  to << "Again: gatepost-interleave --scenario " << scenario << " --seed " << seed;
  if (!mutant.empty()) to << " --mutant " << mutant;
  to << " --trace\n";
}

}  // namespace gatepost::interleaving
