#include "devices/calibrate/sheet.hpp"

#include <fmt/format.h>
#include <png.h>
#include <qrencode.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <memory>

namespace gatepost::calibrate {
namespace {

constexpr int quiet = 4;            // modules (ISO/IEC 18004, quiet zone)
constexpr int pixels_a_module = 4;  // of the picture

std::string framed(char letter, const std::string& text) { return std::string("GPT") + letter + text + letter + "TPG"; }

std::string all_of_ascii() {
  std::string text;
  for (char c = ' '; c <= '~'; ++c) text += c;
  return text;
}

// Counted in fours, so that a loss can be found: B000C001D002 …
std::string counted(std::size_t size) {
  constexpr std::string_view letters = "BCDEFGHIJKLNOPRSTUVX";
  std::string text;
  for (std::size_t i = 0; text.size() < size; ++i) text += fmt::format("{}{:03}", letters[i % letters.size()], i);
  text.resize(size);
  return text;
}

std::string filled(char letter, std::size_t size) { return framed(letter, counted(size - framed(letter, "").size())); }

std::string path_of(const Qr& qr) {
  std::string path;
  for (int y = 0; y < qr.side; ++y)
    for (int x = 0; x < qr.side; ++x)
      if (qr.is_dark(x, y)) path += fmt::format("M{} {}h1v1h-1z", x + quiet, y + quiet);
  return path;
}

std::string figure_of(const SheetCode& code, const Qr& qr) {
  const int side = qr.side + 2 * quiet;
  return fmt::format(
      "<figure><svg viewBox=\"0 0 {0} {0}\" style=\"width:{1}mm;height:{1}mm\" shape-rendering=\"crispEdges\"><rect "
      "width=\"{0}\" height=\"{0}\" fill=\"#fff\"/><path d=\"{2}\"/></svg><figcaption>{3}: {4}</figcaption></figure>\n",
      side, std::max(40, side * 3 / 4), path_of(qr), code.letter, code.title);
}

/// Luma, rows without gaps.
struct Picture {
  int width = 0, height = 0;
  std::vector<std::uint8_t> luma{};
};

void draw(const Qr& qr, int left, int top, Picture& picture) {
  for (int y = 0; y < qr.side * pixels_a_module; ++y)
    for (int x = 0; x < qr.side * pixels_a_module; ++x)
      if (qr.is_dark(x / pixels_a_module, y / pixels_a_module))
        picture.luma[static_cast<std::size_t>(top + y) * static_cast<std::size_t>(picture.width) +
                     static_cast<std::size_t>(left + x)] = 0;
}

Picture picture_of(const std::vector<Qr>& codes) {
  constexpr int edge = 2 * quiet * pixels_a_module;
  Picture picture;
  for (const Qr& qr : codes) {
    picture.width = std::max(picture.width, qr.side * pixels_a_module + 2 * edge);
    picture.height += qr.side * pixels_a_module + 2 * edge;
  }
  picture.luma.assign(static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height), 255);
  int top = 0;
  for (const Qr& qr : codes) {
    draw(qr, edge, top + edge, picture);
    top += qr.side * pixels_a_module + 2 * edge;
  }
  return picture;
}

Error not_written(const std::filesystem::path& file, const std::string& why) {
  return {"the sheet cannot be written" + (why.empty() ? std::string() : ": " + why), file.string(),
          "name a file in a folder that you may write in"};
}

Result<void> write_picture(const Picture& picture, const std::filesystem::path& file) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  png.width = static_cast<png_uint_32>(picture.width);
  png.height = static_cast<png_uint_32>(picture.height);
  png.format = PNG_FORMAT_GRAY;
  if (png_image_write_to_file(&png, file.c_str(), 0, picture.luma.data(), 0, nullptr) != 0) return {};
  return not_written(file, png.message);
}

Result<std::vector<Qr>> all_codes() {
  std::vector<Qr> all;
  for (const auto& code : sheet_codes()) {
    auto qr = qr_of(code);
    if (!qr) return qr.error();
    all.push_back(std::move(*qr));
  }
  return all;
}

}  // namespace

std::vector<SheetCode> sheet_codes() {
  return {{ascii_code, "all characters of ASCII: layout, Alt mode, Caps Lock", framed(ascii_code, all_of_ascii())},
          {control_code, "the control characters GS and RS",
           framed(control_code,
                  "01K\x1d"
                  "02L\x1e"
                  "03N")},
          {vietnamese_code, "Vietnamese, as UTF-8",
           framed(vietnamese_code,
                  "Nguy\u1ec5n Th\u1ecb \u0110\u1eb7ng, c\u1ed5ng s\u1ed1 1, \u01b0\u01a1\u0103\u00ea\u00f4")},
          {sixty_code, "60 bytes: more than one HID report holds", filled(sixty_code, 60)},
          {long_code, "600 bytes: speed and losses", filled(long_code, 600)}};
}

Result<Qr> qr_of(const SheetCode& code) {
  const std::unique_ptr<QRcode, void (*)(QRcode*)> drawn(
      QRcode_encodeData(static_cast<int>(code.payload.size()),
                        reinterpret_cast<const unsigned char*>(code.payload.data()), 0, QR_ECLEVEL_M),
      QRcode_free);
  if (!drawn) return Error{"no memory for a code", std::string(code.title), "free memory"};
  Qr qr{.side = drawn->width, .dark = {}};
  for (int i = 0; i < qr.side * qr.side; ++i) qr.dark.push_back((drawn->data[i] & 1U) != 0);
  return qr;
}

Result<std::string> sheet_page() {
  std::string page =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Gatepost: calibration sheet</title>\n"
      "<style>@page{size:A4;margin:12mm}body{font:11pt sans-serif;margin:0}figure{display:inline-block;margin:4mm;"
      "break-inside:avoid;text-align:center}figcaption{max-width:80mm}</style></head><body>\n"
      "<h1>Calibration sheet</h1>\n<p>Print it at 100&nbsp;%. Start <code>gatepost calibrate ADDRESS</code> and scan "
      "each code once, with a second between two.</p>\n";
  for (const auto& code : sheet_codes()) {
    const auto qr = qr_of(code);
    if (!qr) return qr.error();
    page += figure_of(code, *qr);
  }
  return {boost::system::in_place_value, page + "</body></html>\n"};
}

Result<void> write_sheet(const std::filesystem::path& file) {
  if (file.extension() == ".png") {
    const auto codes = all_codes();
    return codes ? write_picture(picture_of(*codes), file) : Result<void>(codes.error());
  }
  if (file.extension() != ".html")
    return Error{"is neither a page nor a picture", file.string(),
                 "name it NAME.html, which a browser prints, or .png"};
  const auto page = sheet_page();
  if (!page) return page.error();
  std::ofstream out(file, std::ios::binary);
  if (!(out << *page) || !out.flush()) return not_written(file, {});
  return {};
}

}  // namespace gatepost::calibrate
