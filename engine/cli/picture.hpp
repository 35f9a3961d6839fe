// The codes in a picture, by the plugin that reads them.
#pragma once

#include <filesystem>
#include <gatepost/input.hpp>
#include <gatepost/result.hpp>
#include <memory>
#include <string>
#include <vector>

#include "plugin/catalogue.hpp"

namespace gatepost::cli {

/// What is in one picture.
struct Picture {
  std::string file;
  Result<std::vector<Reading>> readings;
  bool unwanted = false;  ///< codes that a camera does not look for unless it is told to
};

class PictureReader {
 public:
  /// An Error where the plugin is not there.
  static Result<PictureReader> load();

  /// PNG, JPEG and WebP. `formats`: as the plugin's setting has them; empty: those that it looks for by itself, and
  /// where there is none of them, any.
  Picture read(const std::string& file, const std::vector<std::string>& formats = {}) const;

 private:
  explicit PictureReader(plugin::Catalogue catalogue) : catalogue_(std::move(catalogue)) {}
  plugin::Catalogue catalogue_;
};

}  // namespace gatepost::cli
