#include <array>
#include <boost/json/serialize.hpp>
#include <gatepost/support/base64.hpp>
#include <gatepost/support/printable.hpp>
#include <iostream>
#include <sstream>

#include "cli/options.hpp"
#include "cli/picture.hpp"

namespace gatepost::cli {
namespace {

constexpr std::size_t longest_text = 4096;

/// The name of a symbology by its AIM identifier (ISO/IEC 15424), and where EAN-13, UPC-A and UPC-E share one, by the
/// number of digits: 13, 12 and 8 (GS1 General Specifications, 5.2.3).
std::string_view symbology_name(const Reading& reading) {
  struct Name {
    std::string_view aim, name;
    std::size_t digits = 0;  ///< 0: any
  };
  constexpr std::array names{Name{"]E4", "EAN8"},     Name{"]Q", "QRCode"},   Name{"]d", "DataMatrix"},
                             Name{"]z", "Aztec"},     Name{"]L", "PDF417"},   Name{"]C", "Code128"},
                             Name{"]E0", "UPCA", 12}, Name{"]E0", "UPCE", 8}, Name{"]E", "EAN13"},
                             Name{"]A", "Code39"},    Name{"]I", "ITF"},      Name{"]F", "Codabar"},
                             Name{"]G", "Code93"},    Name{"]e", "DataBar"},  Name{"]U", "MaxiCode"}};
  for (const auto& [start, name, digits] : names)
    if (reading.symbology.starts_with(start) && (digits == 0 || digits == reading.payload.size())) return name;
  return "";
}

bool is_utf8(std::string_view text) {
  std::size_t follow = 0;
  unsigned char least = 0x80, most = 0xbf;  // of the next byte; Unicode, table 3-7
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (follow > 0) {
      if (byte < least || byte > most) return false;
      --follow;
      least = 0x80;
      most = 0xbf;
      continue;
    }
    if (byte < 0x80) continue;
    if (byte < 0xc2 || byte > 0xf4) return false;
    follow = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    least = byte == 0xe0 ? 0xa0 : byte == 0xf0 ? 0x90 : 0x80;
    most = byte == 0xed ? 0x9f : byte == 0xf4 ? 0x8f : 0xbf;
  }
  return follow == 0;
}

// As UTF-8 where the bytes are that, else as ISO 8859-1, which QR and Data Matrix take for their bytes by default.
std::string text_of(const std::string& bytes) {
  if (is_utf8(bytes)) return bytes;
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) text += static_cast<char>(0xc0U | byte >> 6U);
    text += static_cast<char>(byte < 0x80 ? byte : 0x80U | (byte & 0x3fU));
  }
  return text;
}

boost::json::object code_of(const Reading& reading) {
  boost::json::array corners;
  if (reading.corners)
    for (const Corner& corner : *reading.corners) corners.push_back({corner.x, corner.y});
  boost::json::object code{{"symbology", symbology_name(reading)},
                           {"aim", reading.symbology},
                           {"text", text_of(reading.payload)},
                           {"bytes", support::base64_encode(reading.payload)},
                           {"corners", std::move(corners)}};
  if (reading.damage != Damage::none) code["damage"] = to_word(reading.damage);
  return code;
}

// A file's name may be any bytes; JSON is UTF-8.
void print_picture_json(const Picture& picture) {
  boost::json::object line{{"file", text_of(picture.file)}};
  if (picture.readings) {
    boost::json::array codes;
    for (const auto& reading : *picture.readings) codes.push_back(code_of(reading));
    line["codes"] = std::move(codes);
    if (picture.unwanted) line["unwanted"] = true;
  } else {
    line["error"] = text_of(to_line(picture.readings.error()));
  }
  std::cout << boost::json::serialize(line) << "\n";
}

std::string remark(const Picture& picture, const Reading& reading) {
  if (reading.damage != Damage::none) return "  (no gate takes it: " + reading.damage_detail + ")";
  return picture.unwanted ? "  (a camera looks for such codes only where its 'formats' says so)" : "";
}

void print_picture_text(const Picture& picture) {
  if (!picture.readings) {
    std::cerr << "gatepost decode: " << to_line(picture.readings.error()) << "\n";
    return;
  }
  if (picture.readings->empty()) std::cout << picture.file << ": no code\n";
  for (const auto& reading : *picture.readings)
    std::cout << picture.file << ": " << symbology_name(reading) << " "
              << support::printable(text_of(reading.payload), longest_text) << remark(picture, reading) << "\n";
}

int decode_pictures(const std::vector<std::string>& arguments) {
  boost::program_options::variables_map values;
  if (auto exit = parse(decode, arguments, values)) return *exit;
  if (!values.contains("picture")) return usage_error(decode, "name a PNG, JPEG or WebP picture");
  const auto reader = PictureReader::load();
  if (!reader) return failed_with(decode, reader.error());
  std::vector<std::string> formats;
  if (values.contains("formats")) {
    std::istringstream list(values["formats"].as<std::string>());
    for (std::string word; std::getline(list, word, ',');) formats.push_back(word);
  }
  bool all_read = true;
  for (const auto& file : values["picture"].as<std::vector<std::string>>()) {
    const Picture picture = reader->read(file, formats);
    all_read = all_read && picture.readings.has_value();
    (values.contains("json") ? print_picture_json : print_picture_text)(picture);
  }
  return all_read ? Exit::good : Exit::failed;
}

Options decode_options() {
  Options options{.arguments = {{"picture…", Takes::picture}}};
  options.shown.add_options()("formats", boost::program_options::value<std::string>()->value_name("LIST"),
                              "codes to look for, as the plugin's setting has them: qr,code39")(
      "json",
      "print one JSON object a picture: file, and codes (symbology, aim, text, bytes, corners, damage) or error");
  return options;
}

constexpr std::string_view decode_about =
    R"(Reads them with the plugin uvc_camera: for trying out cards, cameras and light. PNG, JPEG and WebP. It looks for the
same codes as a lane's camera and tries harder: one picture is all there is, so that enlarged, sharpened and turned copies
are read too, while a camera has its next frame. Leaves with 1 where a picture could not be read at all; one without a
code is no failure.)";

constexpr std::array decode_examples{
    Example{"gatepost decode card.png", "Its codes, each with its kind."},
    Example{"gatepost decode --formats code39,itf label.jpg",
            "Bars that a camera does not look for unless it is told to."},
};

}  // namespace

const Command decode{"decode",
                     "[--json] [--formats LIST] PICTURE…",
                     "Print the codes in pictures.",
                     decode_about,
                     decode_examples,
                     decode_options,
                     decode_pictures};

}  // namespace gatepost::cli
