// links: gatepost::sdk; compiles: plugins/input/serial/answers.cpp
// What a scanner sends after commands ▶ its scans. Nothing but whole answers is missing, in whatever pieces it comes.
#include "../../plugins/input/serial/answers.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>

namespace {

using namespace std::string_view_literals;

constexpr std::array commands{"\x7E\x00\x08\x01\x00\x02\x01\x02\xDA"sv,
                              "~\x01"
                              "0000#SCNTRG1;\x03"sv,
                              "\x05\xE6\x04\x00\x01\xFF\x10"sv};

struct Line {
  explicit Line(unsigned sent) {
    for (std::size_t i = 0; i < commands.size(); ++i)
      if ((sent >> i & 1U) != 0) answers.sent(commands.at(i), {});
  }
  void comes(std::string_view bytes) {
    answers.sift(
        bytes, {}, [&] { return !left.empty() && left.back() != '\r'; },
        [&](std::string_view piece) { left += piece; });
  }
  std::string all() { return left + answers.let_go(); }

  serial::Answers answers;
  std::string left;
};

bool is_part_in_order(std::string_view part, std::string_view whole) {
  for (const char byte : whole)
    if (!part.empty() && part.front() == byte) part.remove_prefix(1);
  return part.empty();
}

}  // namespace

// The first byte says which commands were sent; the rest is what comes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  static_cast<void>(serial::answers_to(bytes));
  Line at_once(data[0]), one_by_one(data[0]);
  at_once.comes(bytes);
  for (const char byte : bytes) one_by_one.comes({&byte, 1});
  const std::string left = at_once.all();
  std::size_t most = 0;
  for (std::size_t i = 0; i < commands.size(); ++i)
    if ((data[0] >> i & 1U) != 0) most += commands.at(i).size() + 1;
  if (left != one_by_one.all() || !is_part_in_order(left, bytes) || bytes.size() - left.size() > most) std::abort();
  return 0;
}
