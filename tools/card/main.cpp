// gatepost-card: draws cards with QR codes. `gatepost issue` and `gatepost revoke` are this program; by itself it makes
// cards for a demo or a first try.
#include <algorithm>
#include <array>
#include <boost/program_options.hpp>
#include <chrono>
#include <gatepost/support/printable.hpp>
#include <gatepost/support/text.hpp>
#include <iostream>

#include "card/commands/commands.hpp"
#include "card/draw/picture.hpp"
#include "card/issue/issue.hpp"
#include "card/issue/pending_file.hpp"

namespace gatepost::cli {
namespace {

constexpr std::array all{&issue, &revoke};

}  // namespace

std::span<const Command* const> commands() { return all; }

const Command* find_command(std::string_view name) {
  const auto found = std::ranges::find(all, name, [](const Command* command) { return command->name; });
  return found == all.end() ? nullptr : *found;
}

}  // namespace gatepost::cli

namespace {

namespace po = boost::program_options;
namespace card = gatepost::card;
using gatepost::Error;
using gatepost::Result;

constexpr const char* title = "Gatepost";
constexpr mode_t readable = 0666;  // as far as the umask lets it: codes of a demo are no passes

// Any bytes may be a code: what is printed of them is for people, and told where it is cut.
Result<void> make_card(const std::string& code, const std::string& name, const std::string& file) {
  constexpr std::size_t shown = 24;
  const auto bytes = card::picture_of(
      {.title = title, .payload = code, .name = name, .number = gatepost::support::printable(code, shown)},
      card::Format::png);
  if (!bytes) return bytes.error();
  auto pending = card::PendingFile::write(file, *bytes, readable);
  return pending ? pending->commit() : pending.error();
}

Result<void> make_cards(const std::string& list, const std::string& folder) {
  const auto now = std::chrono::time_point_cast<gatepost::Duration>(std::chrono::system_clock::now());
  const auto holders = card::read_holders(list, now);
  if (!holders) return holders.error();
  const auto made = card::issue_cards(*holders, {.issuer = title, .output = folder + "/", .mode = readable}, now);
  if (!made) return made.error();
  std::cout << holders->size() << " cards in " << folder << "\n";
  return {};
}

int make_demo_cards(int count, char** words) {
  po::options_description options("gatepost-card: cards with QR codes; gatepost issue makes those of a site");
  options.add_options()("code", po::value<std::string>(), "what the QR code holds")(
      "name", po::value<std::string>()->default_value(""), "the name printed on the card")(
      "out", po::value<std::string>(), "the PNG file to write")(
      "from", po::value<std::string>(), "a CSV file with the header code,name: a card for each row")(
      "out-dir", po::value<std::string>(), "the folder for these, CODE.png each")("help,h", "print this text");
  po::variables_map values;
  po::store(po::parse_command_line(count, words, options), values);
  if (values.contains("help")) {
    std::cout << options;
    return 0;
  }
  const auto text = [&](const char* name) { return values[name].as<std::string>(); };
  const bool one = values.contains("code") && values.contains("out");
  const bool many = values.contains("from") && values.contains("out-dir");
  if (one == many) {
    std::cerr << "gatepost-card: give --code and --out, or --from and --out-dir\n" << options;
    return 2;
  }
  const auto made =
      one ? make_card(text("code"), text("name"), text("out")) : make_cards(text("from"), text("out-dir"));
  if (made) return 0;
  std::cerr << "gatepost-card: " << gatepost::support::printable(to_line(made.error()), 600) << "\n";
  return 1;
}

}  // namespace

int main(int count, char** words) try {
  const auto* command = count > 1 ? gatepost::cli::find_command(words[1]) : nullptr;
  return command != nullptr ? command->run({words + 2, words + count}) : make_demo_cards(count, words);
} catch (const std::exception& exception) {
  std::cerr << "gatepost-card: " << exception.what() << "\n";
  return 2;
}
