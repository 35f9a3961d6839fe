#include <array>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <gatepost/support/printable.hpp>
#include <iostream>
#include <mutex>

#include "cli/options.hpp"
#include "plugin/catalogue.hpp"

namespace gatepost::cli {
namespace {

constexpr const char* reader = "uvc_camera";
constexpr std::size_t longest_text = 4096;

/// Keeps the Readings of one picture.
class Collector final : public InputHost {
 public:
  void emit(Reading reading) override {
    const std::lock_guard lock(mutex_);
    readings_.push_back(std::move(reading));
  }
  void opened(std::string_view) override {}
  std::vector<Reading> taken() {
    const std::lock_guard lock(mutex_);
    return std::move(readings_);
  }

 private:
  std::mutex mutex_;
  std::vector<Reading> readings_;
};

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

// Percent-encoded where an address would end or split (RFC 3986).
std::string still_address(const std::filesystem::path& file) {
  std::string address = "sim:still/";
  for (const char c : std::filesystem::absolute(file).string()) {
    if (c == '%' || c == '?' || c == '&' || c == '=') {
      char code[4];
      std::snprintf(code, sizeof code, "%%%02X", static_cast<unsigned>(c));
      address += code;
    } else {
      address += c;
    }
  }
  return address;
}

Result<std::vector<Reading>> read_picture(const Descriptor& descriptor, const std::filesystem::path& file) {
  std::vector<Value> values;
  for (const FieldInfo& info : descriptor.settings())
    values.push_back(info.key == "device" ? Value(still_address(file)) : info.fallback);
  auto input = descriptor.make.input(values, {"decode", std::filesystem::current_path()});
  if (!input) return input.error();
  Collector host;
  if (auto ran = (*input)->run(host, {}); !ran) return ran.error();
  return host.taken();
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

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";  // RFC 4648
  std::string out;
  for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(3, bytes.size()))) {
    unsigned group = 0;
    for (std::size_t i = 0; i < 3; ++i)
      group = group << 8U | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i) out += i <= bytes.size() ? digits[group >> (18 - 6 * i) & 63U] : '=';
  }
  return out;
}

boost::json::object code_of(const Reading& reading) {
  boost::json::array corners;
  if (reading.corners)
    for (const Corner& corner : *reading.corners) corners.push_back({corner.x, corner.y});
  return {{"symbology", symbology_name(reading)},
          {"aim", reading.symbology},
          {"text", text_of(reading.payload)},
          {"bytes", base64(reading.payload)},
          {"corners", std::move(corners)}};
}

// A file's name may be any bytes; JSON is UTF-8.
void print_readings_json(const std::string& file, const Result<std::vector<Reading>>& readings) {
  boost::json::object line{{"file", text_of(file)}};
  if (readings) {
    boost::json::array codes;
    for (const auto& reading : *readings) codes.push_back(code_of(reading));
    line["codes"] = std::move(codes);
  } else {
    line["error"] = text_of(to_line(readings.error()));
  }
  std::cout << boost::json::serialize(line) << "\n";
}

void print_readings(const std::string& file, const Result<std::vector<Reading>>& readings) {
  if (!readings) {
    std::cerr << "gatepost decode: " << to_line(readings.error()) << "\n";
    return;
  }
  if (readings->empty()) std::cout << file << ": no code\n";
  for (const auto& reading : *readings)
    std::cout << file << ": " << symbology_name(reading) << " "
              << support::printable(text_of(reading.payload), longest_text) << "\n";
}

int decode_pictures(const std::vector<std::string>& arguments) {
  boost::program_options::variables_map values;
  if (auto exit = parse(decode, arguments, values)) return *exit;
  if (!values.contains("picture")) return usage_error(decode, "name a PNG, JPEG or WebP picture");
  const auto catalogue = plugin::Catalogue::load(plugin::search_path());
  const auto* found = catalogue.find(reader);
  if (found == nullptr || found->descriptor->kind != PluginKind::input) {
    std::cerr << "gatepost decode: there is no plugin '" << reader << "'; see what `gatepost plugins` says\n";
    return Exit::failed;
  }
  bool all_read = true;
  for (const auto& file : values["picture"].as<std::vector<std::string>>()) {
    const auto readings = read_picture(*found->descriptor, file);
    all_read = all_read && readings.has_value();
    (values.contains("json") ? print_readings_json : print_readings)(file, readings);
  }
  return all_read ? Exit::good : Exit::failed;
}

Options decode_options() {
  Options options{.arguments = {{"picture…", Takes::picture}}};
  options.shown.add_options()(
      "json", "print one JSON object a picture: file, and codes (symbology, aim, text, bytes, corners) or error");
  return options;
}

constexpr std::string_view decode_about =
    R"(Reads them as the plugin uvc_camera would: for trying out cards, cameras and light. PNG, JPEG and WebP. Leaves with 1
where a picture could not be read at all; one without a code is no failure.)";

constexpr std::array decode_examples{
    Example{"gatepost decode card.png", "Its codes, each with its kind."},
};

}  // namespace

const Command decode{"decode",       "[--json] PICTURE…", "Print the codes in pictures.", decode_about, decode_examples,
                     decode_options, decode_pictures};

}  // namespace gatepost::cli
