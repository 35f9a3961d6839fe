// Cards and passes, from people to files.
#pragma once

#include <sys/types.h>
#include <gatepost/support/gate_pass.hpp>
#include <span>

#include "card/draw/picture.hpp"
#include "card/draw/sheet.hpp"
#include "card/issue/holder.hpp"

namespace gatepost::card {

struct Order {
  std::optional<support::SigningKey> key{};  ///< without one the code itself is printed: a personal card
  std::string issuer{};
  std::filesystem::path register_file{};  ///< empty: none is kept
  std::filesystem::path output{};         ///< a .png or .svg of one card, a .pdf, or a folder
  Format format = Format::png;            ///< of the pictures in a folder
  Paper paper = Paper::a4;
  mode_t mode = 0600;  ///< of new files: whoever has the picture of a pass has the pass
};

/// A pass's id and its subject.
struct Handed {
  std::string id, subject;
};

/// Whether `output` names a folder: one that is there, or with a slash at its end.
bool is_folder(const std::filesystem::path& output);

/// Draws all of them, keeps the register, and only then puts the files in place: when one card is wrong there are none,
/// and no file holds a pass that the register lacks. Returns the passes.
Result<std::vector<Handed>> issue_cards(std::span<const Holder> holders, const Order& order, WallTime now);

}  // namespace gatepost::card
