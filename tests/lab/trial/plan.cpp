#include "trial/plan.hpp"

#include <algorithm>
#include <array>

#include "trial/setting.hpp"

namespace gatepost::lab {
namespace {

constexpr std::array<std::string_view, 5> places{"device", "board", "sensor", "sensor_in", "sensor_out"};
constexpr std::size_t pins_of_a_chip = 8, ports = 8;
constexpr std::array<std::pair<std::string_view, Kind>, 8> kinds{{{"keyboard", Kind::keyboard},
                                                                  {"pos", Kind::pos},
                                                                  {"acm", Kind::acm},
                                                                  {"ftdi", Kind::ftdi},
                                                                  {"ch341", Kind::ch341},
                                                                  {"dcttech", Kind::dcttech},
                                                                  {"cp2112", Kind::cp2112},
                                                                  {"camera", Kind::camera}}};

/// The chips whose drivers go by these numbers.
std::optional<Kind> kind_of(std::uint16_t vendor, std::uint16_t product) {
  constexpr std::array<std::tuple<std::uint16_t, std::uint16_t, Kind>, 4> chips{{{0x1a86, 0x7523, Kind::ch341},
                                                                                 {0x0403, 0x6001, Kind::ftdi},
                                                                                 {0x16c0, 0x05df, Kind::dcttech},
                                                                                 {0x10c4, 0xea90, Kind::cp2112}}};
  for (const auto& [its_vendor, its_product, kind] : chips)
    if (its_vendor == vendor && its_product == product) return kind;
  return {};
}

/// What a serial line hangs at, by its name alone.
Kind line_kind(const hal::Address& address, const Place& place) {
  const Kind converter = address.scheme == "lcus" ? Kind::ch341 : Kind::ftdi;
  if (const auto usb = UsbText::of(place.thing)) return kind_of(usb->vendor, usb->product).value_or(Kind::acm);
  if (const auto said = ById::of(place.thing)) {
    if (!said->is_converter) return Kind::acm;
    return said->vendor == 0x1a86 ? Kind::ch341 : converter;
  }
  if (place.is_by_path() && place.thing.find("-port") == std::string::npos) return Kind::acm;
  return place.thing.starts_with("/dev/ttyACM") ? Kind::acm : converter;
}

std::optional<Kind> kind_of(const config::PluginUse& use, const hal::Address& address, const Place& place) {
  const std::string_view plugin = use.plugin->name;
  if (address.scheme == "gpio") return Kind::cp2112;
  if (address.scheme == "dcttech") return Kind::dcttech;
  if (address.scheme == "lcus" || address.scheme == "modbus" || plugin == "serial") return line_kind(address, place);
  if (plugin == "uvc_camera") return Kind::camera;
  if (plugin != "usb_hid") return {};
  return address.scheme == "hidraw" || text_setting(use, "mode") == "pos" ? Kind::pos : Kind::keyboard;
}

/// Why an address has no place where anything could be plugged in.
std::string why_not(const hal::Address& address) {
  if (address.scheme == "modbus") return "a Modbus board on the network: the lab's machine has no network";
  return "the lab has nothing that is named so";
}

class Planner {
 public:
  Planner(const config::Site& site, const std::map<std::string, Instead>& instead) : site_(site), instead_(instead) {}

  Result<Plan> plan() {
    for (std::size_t i = 0; i < site_.devices.size(); ++i)
      for (const auto key : places)
        if (auto added = add({.device = i, .key = std::string(key)}); !added) return added.error();
    for (std::size_t i = 0; i < site_.outputs.size(); ++i)
      if (auto added = add({.is_output = true, .device = i, .key = "board"}); !added) return added.error();
    for (const auto& exchange : instead_)
      if (auto fits = has_a_place(exchange.first); !fits) return fits.error();
    if (plan_.parts.size() > ports)
      return Error{"it takes " + std::to_string(plan_.parts.size()) + " things, and the lab's machine has 8 ports",
                   site_.file.string(), "try the site in two halves"};
    return std::move(plan_);
  }

 private:
  Result<void> has_a_place(const std::string& name) const {
    const auto is_it = [&](const auto& use) { return use.instance.name == name; };
    if (std::ranges::none_of(site_.devices, is_it) && std::ranges::none_of(site_.outputs, is_it))
      return Error{"the site has no device '" + name + "'", "--instead", "name one of its devices"};
    for (const auto& mention : plan_.mentions)
      if (mention.fate == Fate::played && is_it(use_of(site_, mention))) return {};
    return Error{"the lab plays nothing in the place of device '" + name + "'", "--instead",
                 "name a device that hangs at this machine's USB, serial or GPIO"};
  }

  Result<void> add(Mention mention) {
    const auto& use = use_of(site_, mention);
    const auto text = text_setting(use, mention.key);
    if (text.empty() || text.starts_with("board:")) return {};
    auto address = hal::Address::parse(text, use.instance.directory);
    if (!address) return address.error();
    mention.address = std::move(*address);
    const auto place = Place::of(mention.address);
    const auto kind = place ? kind_of(use, mention.address, *place) : std::nullopt;
    if (mention.address.scheme == "sim") {
      mention.fate = Fate::simulated;
    } else if (!kind) {
      mention.why = why_not(mention.address);
    } else {
      mention.fate = Fate::played;
      mention.part = part_for(mention, *place, *kind);
      if (auto fits = complete(plan_.parts[mention.part], mention, *place); !fits) return fits;
    }
    plan_.mentions.push_back(std::move(mention));
    return {};
  }

  /// What is named twice is one thing.
  std::size_t part_for(const Mention& mention, const Place& place, Kind kind) {
    const auto same = std::ranges::find(plan_.parts, place.thing, &Part::wanted);
    if (same != plan_.parts.end()) return static_cast<std::size_t>(same - plan_.parts.begin());
    Part part{.kind = kind, .wanted = place.thing, .by_id = ById::of(place.thing)};
    if (const auto usb = UsbText::of(place.thing)) {
      part.vendor = usb->vendor;
      part.product = usb->product;
      part.port = usb->port;
      part.serial = usb->serial;
    }
    if (part.by_id) {
      part.vendor = part.by_id->vendor;
      part.product = part.by_id->product;
    }
    const auto other = instead_.find(use_of(site_, mention).instance.name);
    if (other != instead_.end() && (mention.key == "device" || mention.key == "board")) exchange(part, other->second);
    plan_.parts.push_back(std::move(part));
    return plan_.parts.size() - 1;
  }

  static void exchange(Part& part, const Instead& other) {
    part.instead = other;
    part.kind = other.kind ? *other.kind : kind_of(other.vendor, other.product).value_or(part.kind);
    part.vendor = other.vendor;
    part.product = other.product;
    part.serial.clear();
    part.by_id.reset();
  }

  Result<void> complete(Part& part, const Mention& mention, const Place& place) {
    const auto& use = use_of(site_, mention);
    if (mention.address.scheme == "modbus") part.unit = std::atoi(place.of_it.c_str() + std::string("/unit/").size());
    if (mention.address.scheme == "dcttech") part.channels = std::max(part.channels, channels_of(use, mention));
    if (mention.address.scheme != "gpio") return {};
    std::string_view rest = std::string_view(place.of_it).substr(std::min<std::size_t>(1, place.of_it.size()));
    while (!rest.empty()) {
      const auto line = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      if (std::ranges::find(part.lines, line) == part.lines.end()) part.lines.emplace_back(line);
    }
    if (part.lines.size() <= pins_of_a_chip) return {};
    return Error{"the site uses more than 8 lines of it, and the lab plays a chip of 8", mention.address.text(),
                 "try the site in two halves"};
  }

  // The board calls itself by how many it has.
  static int channels_of(const config::PluginUse& use, const Mention& mention) {
    const auto told = mention.address.options.find("channels");
    if (told != mention.address.options.end()) return std::atoi(told->second.c_str());
    int most = 2;
    for (const char* key : {"in", "out", "grant", "deny"})
      most = std::max(most, static_cast<int>(setting<std::int64_t>(use, key)));
    for (const auto& word : setting<std::vector<std::string>>(use, "channels"))
      if (const auto at = word.find('='); at != word.npos) most = std::max(most, std::atoi(word.c_str() + at + 1));
    return std::min(most, 8);
  }

  const config::Site& site_;
  const std::map<std::string, Instead>& instead_;
  Plan plan_;
};

}  // namespace

std::string_view to_words(Kind kind) {
  constexpr std::array<std::string_view, 8> words{"keyboard gun",     "HID POS scanner", "CDC-ACM serial device",
                                                  "FT232R converter", "CH340 converter", "dcttech relay board",
                                                  "CP2112 GPIO chip", "UVC camera"};
  return words.at(static_cast<std::size_t>(kind));
}

Result<Instead> Instead::parse(std::string_view text) {
  if (text == "nothing") return Instead{.nothing = true};
  Instead other;
  std::string_view numbers = text;
  for (const auto& [word, kind] : kinds)
    if (text.starts_with(word) && text.substr(word.size()).starts_with(':')) {
      other.kind = kind;
      numbers = text.substr(word.size() + 1);
    }
  const auto product = product_of(numbers);
  if (!product)
    return Error{"is no product", std::string(text),
                 "write VENDOR:PRODUCT as 0c2e:0b61, before it where needed what it is (keyboard:, pos:, acm:, ftdi:, "
                 "ch341:, dcttech:, cp2112:, camera:), or nothing"};
  other.vendor = product->first;
  other.product = product->second;
  return other;
}

int Part::pin_of(std::string_view line) const {
  const bool own = std::ranges::all_of(
      lines, [](const std::string& name) { return name.size() == 1 && name[0] >= '0' && name[0] < '0' + 8; });
  if (own) return line[0] - '0';
  return static_cast<int>(std::ranges::find(lines, line) - lines.begin());
}

const Mention* Plan::find(std::size_t device, std::string_view key) const {
  for (const auto& mention : mentions)
    if (!mention.is_output && mention.device == device && mention.key == key) return &mention;
  return nullptr;
}

const Mention* Plan::board_of_output(std::size_t output) const {
  for (const auto& mention : mentions)
    if (mention.is_output && mention.device == output) return &mention;
  return nullptr;
}

const config::PluginUse& use_of(const config::Site& site, const Mention& mention) {
  return (mention.is_output ? site.outputs : site.devices)[mention.device];
}

std::vector<std::string> knobs_of(const Plan& plan, const Mention& mention) {
  std::vector<std::string> knobs;
  if (mention.fate != Fate::played || plan.parts[mention.part].kind != Kind::camera) return knobs;
  for (const auto& [name, value] : mention.address.options)
    if (name != "format" && name != "size" && name != "fps") knobs.push_back(name);
  return knobs;
}

Result<Plan> plan_of(const config::Site& site, const std::map<std::string, Instead>& instead) {
  return Planner(site, instead).plan();
}

}  // namespace gatepost::lab
