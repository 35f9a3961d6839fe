// A card with a QR code that a person can hold before a camera.
#pragma once

#include <cstdint>
#include <filesystem>
#include <gatepost/result.hpp>
#include <string>
#include <vector>

namespace gatepost::card {

struct Person {
  std::string code;  ///< what the QR code holds: any bytes, at most what level M holds (2,331)
  std::string name;  ///< printed; UTF-8; letters that the font lacks become frames
};

/// Rows without gaps, three bytes a pixel.
struct Card {
  int width = 0, height = 0;
  std::vector<std::uint8_t> rgb{};
};

Result<Card> draw(const Person& person);

Result<void> write_png(const Card& card, const std::filesystem::path& file);

/// The rows of a CSV file with the header "code,name"; a field may stand in double quotes.
Result<std::vector<Person>> read_people(const std::filesystem::path& file);

}  // namespace gatepost::card
