#include "decoder.hpp"

// ZXing-C++ 1.4 gives wide text unless this is set; 3 knows UTF-8 alone.
#define ZX_USE_UTF8 1
#include <ZXing/ReadBarcode.h>
#if __has_include(<ZXing/Version.h>)
#include <ZXing/Version.h>
#else
#include <ZXing/ZXVersion.h>
#endif

#include <algorithm>
#include <exception>

namespace camera {
namespace {

using Format = ZXing::BarcodeFormat;

#if ZXING_VERSION_MAJOR >= 3
using Options = ZXing::ReaderOptions;
using Formats = std::vector<Format>;
constexpr bool library_inverts = true;
void prepare(Options& options) {
  options.setTryInvert(true);
  options.setTextMode(ZXing::TextMode::Plain);
}
void add(Formats& formats, Format format) { formats.push_back(format); }
ZXing::BarcodeFormats given(Formats formats) { return {std::move(formats)}; }
#else
using Options = ZXing::DecodeHints;
using Formats = ZXing::BarcodeFormats;
constexpr bool library_inverts = false;
void prepare(Options&) {}
void add(Formats& formats, Format format) { formats |= format; }
Formats given(Formats formats) { return formats; }
#endif

struct Word {
  std::string_view word;
  Format format;
  bool linear;
};

constexpr std::array words{
    Word{"qr", Format::QRCode, false},      Word{"data_matrix", Format::DataMatrix, false},
    Word{"aztec", Format::Aztec, false},    Word{"pdf417", Format::PDF417, false},
    Word{"code128", Format::Code128, true}, Word{"ean13", Format::EAN13, true},
    Word{"ean8", Format::EAN8, true},       Word{"upc_a", Format::UPCA, true},
    Word{"upc_e", Format::UPCE, true},      Word{"code39", Format::Code39, true},
    Word{"itf", Format::ITF, true},         Word{"codabar", Format::Codabar, true},
};

constexpr std::string_view every_format = "all";
constexpr int smallest = 12;  // pixels; no code is smaller than its modules

// ZXing-C++ 1.4 as Debian builds it aborts the process (an assertion in Result::operator==) when one call finds the
// same bars twice: in two places, or in two sizes of a picture. So it is asked for one at a time, then beside the one
// found.
constexpr bool one_line_at_a_time = ZXING_VERSION_MAJOR == 1;
constexpr std::size_t most_places = 24;

/// What of `place` lies above, below, left and right of the code.
std::array<Box, 4> around(const Box& place, const Code& code) {
  const auto [left, right] = std::ranges::minmax(code.corners, {}, &gatepost::Corner::x);
  const auto [top, bottom] = std::ranges::minmax(code.corners, {}, &gatepost::Corner::y);
  const auto x = [&](int value) { return std::clamp(value, place.left, place.right); };
  const auto y = [&](int value) { return std::clamp(value, place.top, place.bottom); };
  return {
      Box{place.left, place.top, place.right, y(top.y)}, Box{place.left, y(bottom.y + 1), place.right, place.bottom},
      Box{place.left, place.top, x(left.x), place.bottom}, Box{x(right.x + 1), place.top, place.right, place.bottom}};
}

gatepost::Corner corner(const ZXing::PointI& point) { return {point.x, point.y}; }

// Where the code says in which character set its bytes are (ECI), what they mean is what counts: as UTF-8.
template <class Barcode>
std::string bytes_of(const Barcode& barcode) {
  if (barcode.hasECI() && barcode.contentType() != ZXing::ContentType::Binary) return barcode.text();
  return {barcode.bytes().begin(), barcode.bytes().end()};
}

/// Modifiers of a symbology that say that there is none, and what makes them say that there is.
struct EciModifier {
  char symbology;
  std::string_view without;
  int offset;
};

// ISO/IEC 15424: the modifier tells whether there was one. ZXing-C++ leaves it out.
std::string aim_of(std::string aim, bool has_eci) {
  constexpr std::array<EciModifier, 4> modifiers{{{'Q', "135", 1}, {'L', "2", -1}, {'d', "123", 3}, {'z', "012", 3}}};
  if (!has_eci || aim.size() != 3) return aim;
  for (const auto& [symbology, without, offset] : modifiers)
    if (aim[1] == symbology && without.find(aim[2]) != std::string_view::npos)
      aim[2] = static_cast<char>(aim[2] + offset);
  return aim;
}

template <class Barcode>
Code code_of(const Barcode& barcode) {
  const auto& place = barcode.position();
  Code code{.bytes = bytes_of(barcode),
            .text = barcode.text(),
            .aim = aim_of(barcode.symbologyIdentifier(), barcode.hasECI()),
            .corners = {corner(place[0]), corner(place[1]), corner(place[2]), corner(place[3])},
            .programs = barcode.readerInit()};
  if (barcode.sequenceIndex() < 0) return code;
  code.part = barcode.sequenceIndex() + 1;
  code.parts = std::max(barcode.sequenceSize(), 0);
  code.message = code.aim.substr(0, 2) + barcode.sequenceId();
  return code;
}

class ZxingDecoder final : public Decoder {
 public:
  void want(const Word& word) {
    camera::add(word.linear ? linear_ : matrix_, word.format);
    camera::add(all_, word.format);
    (word.linear ? some_linear_ : some_matrix_) = true;
  }

  std::vector<Code> read(const Luma& luma, const Effort& effort) const override {
    if (one_line_at_a_time && effort.several && effort.kinds != Kinds::matrix) return read_apart(luma, effort);
    return read_at_once(luma, effort);
  }

  bool inverts() const override { return library_inverts; }

 private:
  // What stands in a picture twice is one code.
  static void add(std::vector<Code>& codes, Code code) {
    if (std::ranges::none_of(codes, [&](const Code& other) { return other.same(code); }))
      codes.push_back(std::move(code));
  }

  std::vector<Code> read_at_once(const Luma& luma, const Effort& effort) const {
    if (luma.width < smallest || luma.height < smallest || !wanted(effort.kinds)) return {};
    std::vector<Code> codes;
    try {
      const ZXing::ImageView view(luma.data, luma.width, luma.height, ZXing::ImageFormat::Lum, luma.stride);
      for (const auto& barcode : ZXing::ReadBarcodes(view, options(effort)))
        if (barcode.isValid()) add(codes, code_of(barcode));
    } catch (const std::exception&) {  // the library's own: nothing was read
    }
    return codes;
  }

  std::vector<Code> read_apart(const Luma& luma, Effort effort) const {
    std::vector<Code> codes;
    if (effort.kinds == Kinds::all) {
      effort.kinds = Kinds::matrix;
      codes = read_at_once(luma, effort);
    }
    effort.kinds = Kinds::linear;
    effort.several = false;
    std::vector<Box> places{{0, 0, luma.width, luma.height}};
    for (std::size_t i = 0; i < std::min(places.size(), most_places); ++i) {
      const Box place = places[i];  // a copy: places grows
      for (auto& code : read_at_once(part(luma, place), effort)) {
        for (auto& corner : code.corners) corner = {corner.x + place.left, corner.y + place.top};
        const auto rest = around(place, code);
        places.insert(places.end(), rest.begin(), rest.end());
        add(codes, std::move(code));
      }
    }
    return codes;
  }

  // No formats at all would mean every format to the library.
  bool wanted(Kinds kinds) const {
    return kinds == Kinds::all || (kinds == Kinds::matrix ? some_matrix_ : some_linear_);
  }

  Options options(const Effort& effort) const {
    Options options;
    options.setTryHarder(effort.hard);
    options.setTryRotate(effort.rotate);
    options.setTryDownscale(effort.shrink);
    if (effort.global) options.setBinarizer(ZXing::Binarizer::GlobalHistogram);
    if (!effort.several) options.setMaxNumberOfSymbols(1);
    options.setFormats(given(effort.kinds == Kinds::all ? all_ : effort.kinds == Kinds::matrix ? matrix_ : linear_));
    prepare(options);
    return options;
  }

  Formats all_{}, matrix_{}, linear_{};
  bool some_matrix_ = false, some_linear_ = false;
};

}  // namespace

std::vector<std::string_view> format_words() {
  std::vector<std::string_view> all;
  all.reserve(std::size(words) + 1);
  for (const auto& word : words) all.push_back(word.word);
  all.push_back(every_format);
  return all;
}

std::unique_ptr<Decoder> make_decoder(const std::vector<std::string>& formats) {
  auto decoder = std::make_unique<ZxingDecoder>();
  for (const auto& format : formats) {
    const bool is_all = format == every_format;
    if (!is_all && std::ranges::find(words, format, &Word::word) == words.end()) return nullptr;
    for (const auto& word : words)
      if (is_all || word.word == format) decoder->want(word);
  }
  return formats.empty() ? nullptr : std::move(decoder);
}

}  // namespace camera
