// From a site file to what has to be plugged in for it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/site.hpp"
#include "trial/place.hpp"

namespace gatepost::lab {

/// What the lab can play; tests/lab/devices has each.
enum class Kind { keyboard, pos, acm, ftdi, ch341, dcttech, cp2112, camera };
std::string_view to_words(Kind kind);  ///< "a keyboard gun"

/// Another thing in the place of the one that the site names.
struct Instead {
  std::optional<Kind> kind{};  ///< none: what the numbers tell, else the kind that the site wants
  std::uint16_t vendor = 0, product = 0;
  bool nothing = false;  ///< the cable hangs loose

  /// "0c2e:0b61", "pos:0c2e:0b62", "nothing".
  static Result<Instead> parse(std::string_view text);
};

/// One thing to be plugged in.
struct Part {
  Kind kind = Kind::acm;
  std::string wanted;                     ///< the thing as the site names it
  std::uint16_t vendor = 0, product = 0;  ///< 0: as the lab's own device has it
  std::string port{};                     ///< that the site names; empty: any
  std::string serial{};                   ///< that the site names
  std::optional<ById> by_id{};            ///< what it must say of itself
  int unit = 0;                           ///< of a Modbus board behind it; 0: none
  int channels = 0;                       ///< that a dcttech board must have
  std::vector<std::string> lines{};       ///< of a GPIO chip, by the pin that plays each
  std::optional<Instead> instead{};

  /// Of a GPIO chip: the pin that plays a line. Its own where all that are named are pins that the chip has.
  int pin_of(std::string_view line) const;
};

/// What becomes of one address of the site file.
enum class Fate { played, simulated, not_played };

/// One address in the site file.
struct Mention {
  bool is_output = false;
  std::size_t device = 0;  ///< in Site::devices, or in Site::outputs
  std::string key{};       ///< device, board, sensor …
  hal::Address address{};
  Fate fate = Fate::not_played;
  std::size_t part = 0;  ///< in Plan::parts, where it is played
  std::string why{};     ///< where it is not: in words
};

struct Plan {
  std::vector<Part> parts{};
  std::vector<Mention> mentions{};

  /// Of a device, by key; null: nothing is named there.
  const Mention* find(std::size_t device, std::string_view key) const;
  /// The board of an output, as lamps have one; null: it has none.
  const Mention* board_of_output(std::size_t output) const;
};

/// Whose address it is.
const config::PluginUse& use_of(const config::Site& site, const Mention& mention);

/// The options of a camera's address that the lab's camera does not know.
std::vector<std::string> knobs_of(const Plan& plan, const Mention& mention);

/// An Error where the site asks for what the lab cannot have at all, or `instead` names what the site does not.
Result<Plan> plan_of(const config::Site& site, const std::map<std::string, Instead>& instead);

}  // namespace gatepost::lab
