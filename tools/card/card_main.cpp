// gatepost-card: cards with QR codes, for a demo or a first try.
#include <boost/program_options.hpp>
#include <iostream>

#include "card.hpp"

namespace {

namespace po = boost::program_options;
using gatepost::Error;
using gatepost::Result;
using gatepost::card::Person;

Result<void> make_card(const Person& person, const std::filesystem::path& file) {
  const auto card = draw(person);
  if (!card) return card.error();
  return write_png(*card, file);
}

// A code becomes a file's name only as it stands, so that no list writes elsewhere.
bool fit_for_name(const std::string& code) {
  constexpr std::string_view fit = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return !code.empty() && code.size() <= 100 && code.find_first_not_of(fit) == code.npos;
}

Result<void> make_cards(const std::filesystem::path& list, const std::filesystem::path& folder) {
  const auto people = gatepost::card::read_people(list);
  if (!people) return people.error();
  for (const auto& person : *people) {
    if (!fit_for_name(person.code))
      return Error{"'" + person.code.substr(0, 40) + "' cannot name a file", list.string(),
                   "use A-Z, a-z, 0-9, - and _ in codes, or make this card with --code and --out"};
    if (auto made = make_card(person, folder / (person.code + ".png")); !made) return made;
  }
  std::cout << people->size() << " cards in " << folder.string() << "\n";
  return {};
}

int run(int count, char** words) {
  po::options_description options("gatepost-card: cards with QR codes");
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
      one ? make_card({text("code"), text("name")}, text("out")) : make_cards(text("from"), text("out-dir"));
  if (made) return 0;
  std::cerr << "gatepost-card: " << to_line(made.error()) << "\n";
  return 1;
}

}  // namespace

int main(int count, char** words) try { return run(count, words); } catch (const std::exception& exception) {
  std::cerr << "gatepost-card: " << exception.what() << "\n";
  return 2;
}
