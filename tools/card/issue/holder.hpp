// The people who are given cards.
#pragma once

#include <filesystem>
#include <gatepost/result.hpp>
#include <gatepost/support/csv.hpp>
#include <gatepost/time.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "card/issue/validity.hpp"

namespace gatepost::card {

struct Holder {
  std::string subject{};        ///< as a site's lists know them; never empty
  std::string code{};           ///< what the QR code of a personal card holds; empty: the subject
  std::string name{}, group{};  ///< `group` is the class: staff, visitor
  Validity validity{};
  std::filesystem::path photo{};
  std::string where{};  ///< for errors: "people.csv:7"
};

/// Words as a user has given them: for one card, or a line of a list.
struct Words {
  std::string subject{}, name{}, group{}, from{}, until{}, photo{}, code{};
};

/// Checked; the name is composed (NFC). Errors tell no value.
Result<Holder> holder_of(const Words& words, std::string where, WallTime now);

/// A CSV file whose first line names its columns: subject, name, class, from, until, photo, code, in any order. Subject
/// is needed, or code in its place. Photos are looked for beside the list.
Result<std::vector<Holder>> read_holders(const std::filesystem::path& file, WallTime now);
/// The same from what is open already; photos beside `folder`.
Result<std::vector<Holder>> read_holders(support::Csv& csv, const std::filesystem::path& folder, WallTime now);

}  // namespace gatepost::card
