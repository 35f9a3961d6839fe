// What a device of a running site gave last, as it came.
#include <algorithm>
#include <array>
#include <boost/algorithm/hex.hpp>
#include <boost/json/array.hpp>
#include <fstream>
#include <gatepost/hal/tape.hpp>
#include <iostream>

#include "api/client.hpp"
#include "cli/journal_of.hpp"
#include "cli/options.hpp"
#include "devices/commands.hpp"
#include "devices/tape/seal.hpp"
#include "devices/tape/shape.hpp"
#include "supervisor/key_file.hpp"

namespace gatepost::cli {
namespace {

namespace po = boost::program_options;
using boost::json::object;
using Kind = hal::TapeEntry::Kind;

std::string text_in(const object& from, std::string_view name) {
  const auto* value = from.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string bytes_in(const object& from, std::string_view name) try {
  std::string bytes;
  boost::algorithm::unhex(text_in(from, name), std::back_inserter(bytes));
  return bytes;
} catch (const boost::algorithm::hex_decode_error&) {
  return {};
}

hal::KeyEvent key_of(const std::string& bytes) {
  const auto number = [&](std::size_t begin, std::size_t size) {
    std::uint32_t value = 0;
    for (std::size_t i = size; i-- > 0;) value = value << 8U | static_cast<unsigned char>(bytes.at(begin + i));
    return value;
  };
  if (bytes.size() != 8) return {};
  return {static_cast<std::uint16_t>(number(0, 2)),
          static_cast<std::uint16_t>(number(2, 2)),
          static_cast<std::int32_t>(number(4, 4)),
          {}};
}

hal::TapeEntry entry_of(const object& told) {
  const std::string kind = text_in(told, "kind");
  const auto* at = told.if_contains("at_us");
  hal::TapeEntry entry{.kind = kind == "key"      ? Kind::key
                               : kind == "report" ? Kind::report
                                                  : Kind::bytes,
                       .at = std::chrono::microseconds(at != nullptr && at->is_int64() ? at->get_int64() : 0),
                       .lost = told.contains("lost")};
  const std::string bytes = bytes_in(told, "hex");
  if (entry.kind == Kind::key)
    entry.key = key_of(bytes);
  else
    entry.bytes = bytes;
  return entry;
}

// The kernel's times of several keyboards of one gun may cross.
hal::Tape tape_of(const object& answer) {
  hal::Tape tape{.device = text_in(answer, "device"),
                 .plugin = text_in(answer, "plugin"),
                 .settings = text_in(answer, "settings"),
                 .descriptor = bytes_in(answer, "descriptor")};
  if (const auto* entries = answer.if_contains("entries"); entries != nullptr && entries->is_array())
    for (const auto& entry : entries->get_array())
      if (entry.is_object()) tape.entries.push_back(entry_of(entry.get_object()));
  std::ranges::stable_sort(tape.entries, {}, &hal::TapeEntry::at);
  return tape;
}

Result<hal::Tape> guarded(const hal::Tape& clear, const po::variables_map& values) {
  if (values.contains("clear")) return clear;
  if (!values.contains("key")) return devices::shape_of(clear);
  const auto key = supervisor::read_key_file(values["key"].as<std::string>(), "the key for tapes");
  if (!key) return key.error();
  return devices::sealed(clear, *key);
}

Result<void> write(const std::string& text, const std::string& file) {
  if (file.empty()) {
    std::cout << text;
    return {};
  }
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  if (!out.write(text.data(), std::ssize(text)).flush())
    return Error{"cannot be written", file, "name a file in a folder that you may write to"};
  return {};
}

Result<void> record_device(const std::filesystem::path& journal, const po::variables_map& values) {
  auto engine = api::Client::connect(journal);
  if (!engine) return engine.error();
  const auto device = values["device"].as<std::string>();
  const auto answer = engine->ask({{"do", "tape"}, {"device", device}, {"before", values.contains("before")}});
  if (!answer) return answer.error();
  const auto clear = tape_of(*answer);
  if (clear.entries.empty())
    return Error{
        "has given nothing " + std::string(values.contains("before") ? "in the run before" : "since it was opened"),
        device, "scan something; a camera's pictures and a TCP scanner's bytes are not kept"};
  const auto tape = guarded(clear, values);
  if (!tape) return tape.error();
  const auto* whole = answer->if_contains("whole");
  if (whole != nullptr && *whole == false) std::cerr << "gatepost record: what came first is no longer kept\n";
  return write(tape->text(), values.contains("output") ? values["output"].as<std::string>() : std::string());
}

int print_record(const std::vector<std::string>& arguments) {
  po::variables_map values;
  if (auto exit = parse(record, arguments, values)) return *exit;
  if (!values.contains("site") || !values.contains("device"))
    return usage_error(record, "name the site file and one of its devices");
  if (values.contains("clear") && values.contains("key"))
    return usage_error(record, "--clear leaves nothing to seal: give one of --clear and --key");
  const auto journal = journal_of(record, values["site"].as<std::string>());
  if (!journal) return Exit::usage;
  const auto done = record_device(*journal, values);
  if (done) return Exit::good;
  return failed_with(record, done.error());
}

Options record_options() {
  Options options{.arguments = {{"site", Takes::site}, {"device"}}};
  options.shown.add_options()("before", "of the run before the device was last opened")(
      "key", po::value<std::string>()->value_name("FILE"), "seal what was read for whoever has this key file")(
      "clear", "keep what was read as it is")("output,o", po::value<std::string>()->value_name("FILE"),
                                              "write it there");
  return options;
}

constexpr std::string_view record_about =
    R"(The running engine keeps in memory the last raw inputs of each keyboard, HID and serial scanner, with the microsecond at
which the kernel had them: some 30 scans. This prints them as a tape, a text file that `gatepost replay` and the address
sim:tape/FILE play through the same driver. So "it loses a digit sometimes" can be sent to whoever can mend it, and
tried again and again.

Unless told otherwise the tape holds the shape of what was read: every digit is 0, every letter A or a; what is missing or
late can still be seen, and nobody can be known by it. With --key the true one is sealed within, and opens with the same
file only.)";

constexpr std::array record_examples{
    Example{"gatepost record site.yaml gun -o gun.tape", "What the gun gave since it was opened, in shape."},
    Example{"gatepost record --key tape.key site.yaml gun -o gun.tape", "The same, with the true one sealed in it."},
};

}  // namespace

const Command record{"record",
                     "SITE DEVICE [--before] [--key FILE | --clear] [-o FILE]",
                     "Print what a device gave last, as it came.",
                     record_about,
                     record_examples,
                     record_options,
                     print_record};

}  // namespace gatepost::cli
