// gatepost decode names bars by what they are, though some symbologies share an AIM identifier.
#include <gmock/gmock.h>

#include <array>
#include <boost/json.hpp>
#include <string_view>

#include "world/pictures.hpp"
#include "world/places.hpp"
#include "world/process.hpp"
#include "world/scratch.hpp"

namespace {

using namespace gatepost;

/// The seven modules of a digit, 1 is dark; right-hand digits are its complement (GS1 General Specifications, 5.2.1.1).
constexpr std::array<std::string_view, 10> left_odd{"0001101", "0011001", "0010011", "0111101", "0100011",
                                                    "0110001", "0101111", "0111011", "0110111", "0001011"};
/// Which left digits are of even parity, by the first digit of an EAN-13.
constexpr std::array<std::string_view, 10> parities{"000000", "001011", "001101", "001110", "010011",
                                                    "011001", "011100", "010101", "010110", "011010"};

std::string complement(std::string_view modules) {
  std::string other;
  for (const char module : modules) other += module == '0' ? '1' : '0';
  return other;
}

/// Even parity: the right-hand digit read backwards.
std::string left_even(std::string_view modules) {
  const auto right = complement(modules);
  return {right.rbegin(), right.rend()};
}

/// The modules of an EAN-13; with 0 as its first digit they are those of a UPC-A.
std::string ean13(std::string_view digits) {
  const auto number = [&](std::size_t i) { return static_cast<std::size_t>(digits.at(i) - '0'); };
  std::string modules = "101";
  for (std::size_t i = 1; i <= 6; ++i) {
    const auto odd = left_odd.at(number(i));
    modules += parities.at(number(0)).at(i - 1) == '0' ? std::string(odd) : left_even(odd);
  }
  modules += "01010";
  for (std::size_t i = 7; i <= 12; ++i) modules += complement(left_odd.at(number(i)));
  return modules + "101";
}

world::Picture bars(const std::string& modules) {
  constexpr int module = 3, quiet = 12, height = 90;
  const int width = (static_cast<int>(modules.size()) + 2 * quiet) * module;
  world::Picture picture{width, height, {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const int at = x / module - quiet;
      const bool inside = y > 8 && y < height - 8 && at >= 0 && at < static_cast<int>(modules.size());
      picture.luma.push_back(inside && modules[static_cast<std::size_t>(at)] == '1' ? 20 : 235);
    }
  return picture;
}

/// "symbology text" of the one code in the picture.
std::string decoded(const world::Picture& picture, const std::string& formats = {}) {
  const world::Scratch scratch;
  const auto file = scratch.write("bars.png", world::png_of(picture));
  ::setenv("GATEPOST_PLUGIN_PATH", world::plugins_folder().c_str(), 1);
  std::vector<std::string> words{world::command(), "decode", "--json", file.string()};
  if (!formats.empty()) words.insert(words.end(), {"--formats", formats});
  world::Process process(words, scratch / "said");
  EXPECT_EQ(process.wait(), 0);
  const auto said = boost::json::parse(process.output());
  const auto& codes = said.at("codes").as_array();
  if (codes.size() != 1) return "codes: " + std::to_string(codes.size());
  if (said.as_object().contains("unwanted")) return "not looked for: " + std::string(codes[0].at("text").as_string());
  return std::string(codes[0].at("symbology").as_string()) + " " + std::string(codes[0].at("text").as_string());
}

TEST(Decode, TellsUpcAFromEan13) {
  EXPECT_EQ(decoded(bars(ean13("0036000291452"))), "UPCA 036000291452");
  EXPECT_EQ(decoded(bars(ean13("4006381333931"))), "EAN13 4006381333931");
}

/// Code 39 of "AB12" (ISO/IEC 16388): nine bars and spaces a character, three of them wide, `*` at both ends.
world::Picture code39() {
  std::string modules;
  for (const std::string_view widths : {"121121211", "211112112", "112112112", "211211112", "112211112", "121121211"}) {
    for (std::size_t i = 0; i < widths.size(); ++i)
      modules += std::string(widths[i] == '2' ? 3 : 1, i % 2 == 0 ? '1' : '0');
    modules += '0';
  }
  return bars(modules);
}

TEST(Decode, TellsOfACodeThatNoCameraLooksForByItself) {
  EXPECT_EQ(decoded(code39()), "not looked for: AB12");
  EXPECT_EQ(decoded(code39(), "code39,itf"), "Code39 AB12");
}

TEST(Decode, LooksForTheFormatsThatItIsToldAndRefusesOthers) {
  EXPECT_EQ(decoded(bars(ean13("4006381333931")), "qr"), "codes: 0");
  const world::Scratch scratch;
  const auto file = scratch.write("bars.png", world::png_of(bars(ean13("4006381333931"))));
  world::Process process({world::command(), "decode", "--formats", "barcode", file.string()}, scratch / "said");
  EXPECT_EQ(process.wait(), 1);
  EXPECT_NE(process.output().find("write some of qr, data_matrix"), std::string::npos) << process.output();
}

}  // namespace
