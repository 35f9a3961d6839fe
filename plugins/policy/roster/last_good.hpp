// The list as it was taken last, kept by its policy over restarts.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include <gatepost/host.hpp>
#include <gatepost/result.hpp>

#include "listing.hpp"

namespace roster {

/// A copy of a CSV in the policy's data folder. Its time of change is when the list was last seen to be right, so that
/// its age is how long nobody has known better.
class LastGood {
 public:
  explicit LastGood(std::shared_ptr<gatepost::Host> host) : host_(std::move(host)) {}

  /// Whole and of that state, or not at all; and on the disk. Takes as long as that does.
  gatepost::Result<void> keep(const std::filesystem::path& list, const Stamp& stamp) const;
  /// The list is what the copy was made of, still.
  void confirm() const;

  struct Copy {
    std::filesystem::path file;
    gatepost::Duration age;  ///< by the wall clock; 0 where that was set back
  };
  /// Nothing: there is none.
  std::optional<Copy> find() const;

 private:
  std::shared_ptr<gatepost::Host> host_;
};

}  // namespace roster
