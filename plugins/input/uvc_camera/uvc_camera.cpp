// Cameras that read codes, and pictures that hold them.
#include <gatepost/descriptor.hpp>
#include <gatepost/hal/camera.hpp>
#include <gatepost/hal/device_needs.hpp>

#include "cascade.hpp"
#include "message_parts.hpp"
#include "sightings.hpp"
#include "still.hpp"

namespace {

using camera::Code;
using gatepost::Error;
using gatepost::InputHost;
using gatepost::Reading;
using gatepost::Result;
using gatepost::hal::Frame;
using namespace std::chrono_literals;

struct Settings {
  std::string device;
  std::vector<std::string> formats{"qr", "data_matrix", "aztec", "pdf417", "code128", "ean13", "ean8", "upc_a"};
  std::chrono::milliseconds again_after = 2s;
};

constexpr auto table = gatepost::settings(
    gatepost::field(
        "device", &Settings::device,
        "address of the camera: usb:VVVV:PPPP@PORT, v4l2:/dev/video0, v4l2:by-path/…; or of pictures: sim:still/FILE, "
        "sim:frames/DIR, sim:cards/DIR")
        .required(),
    gatepost::field("formats", &Settings::formats,
                    "codes to look for: qr, data_matrix, aztec, pdf417, code128, ean13, ean8, upc_a, upc_e, code39, "
                    "itf, codabar, or all of them: each costs time, and bars of few digits are easily misread"),
    gatepost::field("again_after", &Settings::again_after, "a code that stays in view is read again after this time")
        .between(0ms, 1h));

Reading reading_of(Code code, const Frame& frame) {
  Reading reading{.payload = std::move(code.bytes), .symbology = std::move(code.aim), .corners = code.corners};
  if (frame.source.empty()) reading.seen = frame.at;
  if (code.programs) {
    reading.damage = gatepost::Damage::programming;
    reading.damage_detail = "a code that sets scanners up";
  } else if (code.part > 0) {
    reading.damage = gatepost::Damage::part;
    reading.damage_detail = camera::part_of(code);
  }
  if (reading.payload.size() > gatepost::max_payload) {
    reading.damage = gatepost::Damage::overlong;
    reading.damage_detail = std::to_string(reading.payload.size()) + " bytes in one code";
    reading.payload.resize(gatepost::max_payload);
  }
  return reading;
}

class CodeCamera final : public gatepost::Input {
 public:
  static constexpr std::array suits{gatepost::Hardware{0, 0, "cameras", "camera"}};

  static Result<std::unique_ptr<CodeCamera>> make(const Settings& settings, const gatepost::Instance& instance) {
    auto address = gatepost::hal::Address::parse(settings.device, instance.directory);
    if (!address) return Error{address.error().what, "device", address.error().remedy};
    if (auto told = gatepost::hal::tell(*instance.host, gatepost::hal::camera_needs(*address), "device"); !told)
      return told.error();
    auto decoder = camera::make_decoder(settings.formats);
    if (decoder) return std::make_unique<CodeCamera>(std::move(*address), std::move(decoder), settings.again_after);
    std::string words;
    for (const auto word : camera::format_words()) words += (words.empty() ? "" : ", ") + std::string(word);
    return Error{"no such code to look for", "formats", "write some of " + words};
  }

  CodeCamera(gatepost::hal::Address address, std::unique_ptr<camera::Decoder> decoder, gatepost::Duration again_after)
      : address_(std::move(address)), decoder_(std::move(decoder)), again_after_(again_after) {}

  Result<void> run(InputHost& host, std::stop_token stop) override {
    auto source = gatepost::hal::open_camera(address_);
    if (!source) return source.error();
    host.opened((*source)->identity());
    camera::Cascade cascade(*decoder_);
    camera::Sightings sightings(again_after_);
    camera::MessageParts parts;
    while (true) {
      auto frame = (*source)->next(stop);
      if (!frame) return frame.error();
      if (!*frame) return {};
      const camera::Luma luma{(*frame)->luma.data(), (*frame)->width, (*frame)->height, (*frame)->stride};
      const bool still = !(*frame)->source.empty();
      for (auto& code : still ? camera::read_still(*decoder_, luma) : cascade.read(luma))
        if (still || sightings.tell(code, (*frame)->at)) take(std::move(code), **frame, parts, host);
      // Of a picture from disk there is no other part to wait for.
      for (auto& code : parts.incomplete(still ? gatepost::MonotonicTime::max() : (*frame)->at))
        host.emit(reading_of(std::move(code), **frame));
      if (still) parts = {};
    }
  }

 private:
  static void take(Code code, const Frame& frame, camera::MessageParts& parts, InputHost& host) {
    if (code.part == 0 || code.programs) return host.emit(reading_of(std::move(code), frame));
    if (auto whole = parts.add(code, frame.at)) host.emit(reading_of(std::move(*whole), frame));
  }

  const gatepost::hal::Address address_;
  const std::unique_ptr<camera::Decoder> decoder_;
  const gatepost::Duration again_after_;
};

}  // namespace

GATEPOST_INPUT("uvc_camera", "cameras that read codes: QR, Data Matrix, Aztec, PDF417 and bars", table, CodeCamera)
