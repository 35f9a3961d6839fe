#include "trial/workbench.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

namespace gatepost::lab {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr const char* udev_is_there = "/run/udev/control";
constexpr std::string_view first_bus = "1-";

/// The port of vhci-hcd behind a name such as 1-3; nothing: the lab's machine has none of that name.
std::optional<int> port_named(std::string_view name) {
  if (!name.starts_with(first_bus)) return {};
  name.remove_prefix(first_bus.size());
  int number = 0;
  const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (failure != std::errc() || end != name.data() + name.size() || number < 1 || number > 8) return {};
  return number - 1;
}

/// The name that udev has given a device file in one of its folders.
std::string link_to(const std::string& node, const std::string& kind) {
  std::error_code failure;
  for (const char* folder : {"serial", "input", "v4l"})
    for (const auto& entry : fs::directory_iterator(fs::path("/dev") / folder / kind, failure))
      if (fs::canonical(entry.path(), failure) == node) return kind + "/" + entry.path().filename().string();
  return {};
}

/// How the kernel names what an address of that scheme opens.
std::string node_kind(const std::string& scheme) {
  if (scheme == "input") return "input/event";
  if (scheme == "hidraw" || scheme == "dcttech") return "hidraw";
  return scheme == "v4l2" ? "video" : "tty";
}

bool exists_in_dev(const std::string& name) {
  std::error_code failure;
  return std::ranges::any_of(std::array{"serial", "input", "v4l"},
                             [&](const char* folder) { return fs::exists(fs::path("/dev") / folder / name, failure); });
}

void settle() {
  const world::Scratch disk;
  world::Process({"/bin/udevadm", "settle", "--timeout=30"}, disk / "udevadm").wait();
}

}  // namespace

Workbench::Workbench(Plan plan) : plan_(std::move(plan)), udevd_({"/lib/systemd/systemd-udevd"}, disk_ / "udevd") {
  after_uevents([] { return fs::exists(udev_is_there); });
  for (const auto& part : plan_.parts)
    things_.push_back(part.instead && part.instead->nothing ? nullptr : make_thing(part));
  for (const auto& mention : plan_.mentions)
    if (mention.key != "board") contact(mention, false);
  for (const bool named : {true, false})
    for (std::size_t i = 0; i < things_.size(); ++i) {
      const auto port = port_named(plan_.parts[i].port);
      if (things_[i] && port.has_value() == named && !things_[i]->usb().plugged()) things_[i]->usb().plug(port);
    }
  for (const auto& thing : things_)
    if (thing) static_cast<void>(thing->node());
  settle();
}

Workbench::~Workbench() {
  things_.clear();
  udevd_.send(SIGTERM);
  udevd_.ends();
  std::error_code failure;
  fs::remove_all("/run/udev", failure);  // or who looks takes it for running still
}

std::string Workbench::played(std::size_t part) {
  const auto& its = plan_.parts[part];
  if (!things_[part]) return "nothing";
  std::string text = text_of(its, *things_[part]);
  if (!its.port.empty() && its.port != things_[part]->usb().bus_id()) text += ", for " + its.port;
  if (its.port.empty()) text += ", chosen here";
  return text;
}

std::string Workbench::thing_here(const Part& part, Thing& thing, const Place& place, const std::string& scheme) const {
  const std::string port = thing.usb().bus_id();
  if (auto usb = UsbText::of(place.thing)) {
    if (!usb->port.empty()) usb->port = port;
    return usb->text();
  }
  if (part.kind == Kind::cp2112) {
    const auto& identity = thing.usb().identity();
    return UsbText{identity.vendor, identity.product, port}.text();
  }
  const std::string node = thing.usb().node(node_kind(scheme), 100ms);  // udevd has settled: it is there, or never is
  if (node.empty() || (place.is_by_id() && (part.instead || exists_in_dev(place.thing)))) return place.thing;
  if (!place.is_by_path()) return node;
  const auto link = link_to(node, "by-path");
  return link.empty() ? node : link;
}

void Workbench::contact(const Mention& mention, bool closed) {
  const auto place = Place::of(mention.address);
  if (mention.fate != Fate::played || !things_[mention.part] || !place) return;
  Thing& thing = *things_[mention.part];
  if (mention.address.scheme != "gpio") {
    constexpr std::string_view mark = "/input/";
    const auto at = place->of_it.find(mark);
    if (at != std::string::npos) thing.contact(std::atoi(place->of_it.c_str() + at + mark.size()), closed);
    return;
  }
  const auto active = mention.address.options.find("active");
  const bool low = active != mention.address.options.end() && active->second == "low";
  thing.contact(plan_.parts[mention.part].pin_of(place->of_it.substr(1)), closed != low);
}

hal::Address Workbench::here(const Mention& mention) {
  const auto place = Place::of(mention.address);
  if (!place || mention.fate != Fate::played || !things_[mention.part]) return mention.address;
  const auto& part = plan_.parts[mention.part];
  Place moved{thing_here(part, *things_[mention.part], *place, mention.address.scheme), place->of_it};
  if (mention.address.scheme == "gpio") {
    std::string pins;
    std::string_view rest = std::string_view(place->of_it).substr(1);
    while (!rest.empty()) {
      const auto line = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      pins += fmt::format("{}{}", pins.empty() ? "/" : ",", part.pin_of(line));
    }
    moved.of_it = pins;
  }
  auto address = moved.in(mention.address);
  for (const auto& knob : knobs_of(plan_, mention)) address.options.erase(knob);
  return address;
}

}  // namespace gatepost::lab
