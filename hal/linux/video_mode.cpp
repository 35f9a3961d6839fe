#include "linux/video_mode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>
#include <vector>

namespace gatepost::hal {
namespace {

constexpr double enough = 25;           // a card is held still for a few pictures at this rate
constexpr double usual = 1280.0 * 720;  // a code of 2 cm fills it at an arm's length
constexpr double tolerance = 0.02;      // 29.97 is 30
constexpr std::size_t most_told = 12;   // modes in an error
constexpr std::array order{pixels::grey, pixels::nv12, pixels::yuyv, pixels::mjpg, pixels::jpeg};

std::string letters(std::uint32_t format) {
  std::string text;
  for (unsigned shift = 0; shift < 32; shift += 8) {
    const auto byte = static_cast<unsigned char>(format >> shift & 0xFFU);
    text += byte > 0x20 && byte < 0x7F ? static_cast<char>(byte) : '?';
  }
  return text;
}

auto place_of(std::uint32_t format) { return std::ranges::find(order, format) - order.begin(); }

bool can_be_read(const VideoMode& mode) {
  return place_of(mode.format) < std::ssize(order) && mode.width > 0 && mode.height > 0;
}

bool is_wished(const VideoMode& mode, const VideoWish& wish) {
  const bool rate = !wish.rate || mode.rate == 0 || std::abs(mode.rate - *wish.rate) <= tolerance * *wish.rate;
  return rate && mode.format == wish.format.value_or(mode.format) && mode.width == wish.width.value_or(mode.width) &&
         mode.height == wish.height.value_or(mode.height);
}

// The least is the best.
auto merit(const VideoMode& mode) {
  const bool slow = mode.rate != 0 && mode.rate < enough * (1 - tolerance);
  const double size = std::abs(std::log(static_cast<double>(mode.width) * mode.height / usual));
  return std::tuple(slow, size, place_of(mode.format), slow ? -mode.rate : mode.rate);
}

std::string told(std::span<const VideoMode> modes) {
  std::string text;
  for (std::size_t i = 0; i < std::min(modes.size(), most_told); ++i) text += (i == 0 ? "" : ", ") + modes[i].text();
  return modes.size() > most_told ? text + " …" : text;
}

}  // namespace

std::string VideoMode::text() const {
  std::string all = fmt::format("{} {}x{}", letters(format), width, height);
  return rate == 0 ? all : all + fmt::format(" {:.4g}/s", rate);
}

Result<VideoMode> choose_mode(std::span<const VideoMode> offered, const VideoWish& wish, const std::string& where) {
  std::vector<VideoMode> able;
  std::ranges::copy_if(offered, std::back_inserter(able), can_be_read);
  if (able.empty())
    return Error{offered.empty() ? "the camera offers no pictures" : "offers no format that is read here", where,
                 "take a camera with GREY, NV12, YUYV or MJPG pictures; it offers: " + told(offered)};
  std::vector<VideoMode> fit;
  std::ranges::copy_if(able, std::back_inserter(fit), [&](const VideoMode& mode) { return is_wished(mode, wish); });
  if (fit.empty())
    return Error{"the camera does not offer what format=, size= and fps= ask for", where, "write one of " + told(able)};
  return *std::ranges::min_element(fit, {}, merit);
}

}  // namespace gatepost::hal
