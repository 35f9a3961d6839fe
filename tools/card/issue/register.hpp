// What was issued to whom, so that it can be revoked.
#pragma once

#include <filesystem>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::card {

struct Issued {
  std::string id;  ///< of the pass, 8 bytes
  std::string subject, name;
  std::optional<WallTime> until{};
};

/// A pass's id from its hexadecimal digits; nothing where it is none.
std::optional<std::string> id_in(std::string_view digits);
/// "0102fe6964007a7a"
std::string shown_id(const std::string& id);

/// Adds a line for each to a CSV file with the columns pass, subject, name, until, issued; all of them or none. A new
/// file is its owner's alone: it names people.
Result<void> append_to_register(const std::filesystem::path& file, std::span<const Issued> passes, WallTime now);

/// The passes of a subject, oldest first; an Error where there is none.
Result<std::vector<std::string>> passes_of(const std::filesystem::path& file, const std::string& subject);

}  // namespace gatepost::card
