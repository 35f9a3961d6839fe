// links: gatepost_engine
// Any bytes as a site file, with a small plugin in the program: never a crash; a Site only without an error; every
// diagnostic can be shown and lies in the file.
#include <gatepost/descriptor.hpp>

#include "config/load.hpp"

namespace {

using namespace gatepost;
using namespace std::chrono_literals;

enum class Framing { terminator, idle };
constexpr auto setting_names(Framing) {
  return std::array{Choice{"terminator", Framing::terminator}, Choice{"idle", Framing::idle}};
}

struct Settings {
  std::string device;
  std::chrono::milliseconds idle = 50ms;
  Framing framing = Framing::terminator;
  std::uint16_t port = 4001;
  double factor = 1;
  bool beep = true;
  ByteSize longest{4096};
  std::filesystem::path file;
  std::vector<std::string> columns;
  std::string token;
};

constexpr auto table =
    settings(field("device", &Settings::device, "").required(), field("idle", &Settings::idle, "").between(1ms, 10s),
             field("framing", &Settings::framing, ""), field("port", &Settings::port, ""),
             field("factor", &Settings::factor, ""), field("beep", &Settings::beep, ""),
             field("longest", &Settings::longest, ""), field("file", &Settings::file, ""),
             field("columns", &Settings::columns, ""), field("token", &Settings::token, "").secret());

class Scanner final : public Input {
 public:
  explicit Scanner(Settings) {}
  static Result<void> check(const Settings& settings) {
    if (settings.framing == Framing::idle) return Error{"no idle framing today", "framing", "choose another"};
    return {};
  }
  Result<void> run(InputHost&, std::stop_token) override { return {}; }
};

}  // namespace

GATEPOST_INPUT("scanner", "a scanner", table, Scanner)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const plugin::Catalogue catalogue = [] {
    plugin::Catalogue all;
    if (!all.add(gatepost_plugin)) std::abort();
    return all;
  }();
  const std::string text(data, data + size);
  const auto loaded = config::load_text(text, "site.yaml", catalogue);
  bool any_error = false;
  for (const auto& diagnostic : loaded.diagnostics) {
    any_error = any_error || diagnostic.severity == config::Severity::error;
    if (diagnostic.what.empty() || diagnostic.place.byte > text.size()) std::abort();
  }
  if (any_error == loaded.site.has_value()) std::abort();
  if (loaded.shown().empty() != loaded.diagnostics.empty()) std::abort();
  static_cast<void>(config::to_json(loaded.diagnostics, loaded.sources));
  return 0;
}
