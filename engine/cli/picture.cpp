#include "cli/picture.hpp"

#include <cstdio>
#include <mutex>

namespace gatepost::cli {
namespace {

constexpr const char* picture_plugin = "uvc_camera";

/// Keeps the Readings of one picture.
class Collector final : public InputHost {
 public:
  void emit(Reading reading) override {
    const std::lock_guard lock(mutex_);
    readings_.push_back(std::move(reading));
  }
  void opened(std::string_view) override {}
  std::vector<Reading> taken() {
    const std::lock_guard lock(mutex_);
    return std::move(readings_);
  }

 private:
  std::mutex mutex_;
  std::vector<Reading> readings_;
};

// Percent-encoded where an address would end or split (RFC 3986).
std::string still_address(const std::filesystem::path& file) {
  std::string address = "sim:still/";
  for (const char c : std::filesystem::absolute(file).string()) {
    if (c == '%' || c == '?' || c == '&' || c == '=') {
      char code[4];
      std::snprintf(code, sizeof code, "%%%02X", static_cast<unsigned>(c));
      address += code;
    } else {
      address += c;
    }
  }
  return address;
}

constexpr const char* every_format = "all";

/// `formats`: empty: those that the plugin looks for unless it is told otherwise.
Result<std::vector<Reading>> read_picture(const Descriptor& descriptor, const std::filesystem::path& file,
                                          const std::vector<std::string>& formats) {
  std::vector<Value> values;
  for (const FieldInfo& info : descriptor.settings())
    values.push_back(info.key == "device"                        ? Value(still_address(file))
                     : info.key == "formats" && !formats.empty() ? Value(formats)
                                                                 : info.fallback);
  auto input = descriptor.make.input(values, {"decode", std::filesystem::current_path()});
  if (!input) return input.error();
  Collector host;
  if (auto ran = (*input)->run(host, {}); !ran) return ran.error();
  return host.taken();
}

}  // namespace

Result<PictureReader> PictureReader::load() {
  auto catalogue = plugin::Catalogue::load(plugin::search_path());
  const auto* found = catalogue.find(picture_plugin);
  if (found == nullptr || found->descriptor->kind != PluginKind::input)
    return Error{std::string("there is no plugin '") + picture_plugin + "'", "pictures",
                 "see what `gatepost plugins` says"};
  return PictureReader(std::move(catalogue));
}

// Where nothing is there that is looked for, a code of another kind is better told of than nothing.
Picture PictureReader::read(const std::string& file, const std::vector<std::string>& formats) const {
  const Descriptor& descriptor = *catalogue_.find(picture_plugin)->descriptor;
  Picture picture{file, read_picture(descriptor, file, formats)};
  if (!formats.empty() || !picture.readings || !picture.readings->empty()) return picture;
  picture.readings = read_picture(descriptor, file, {every_format});
  picture.unwanted = picture.readings && !picture.readings->empty();
  return picture;
}

}  // namespace gatepost::cli
