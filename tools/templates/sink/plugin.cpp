// @NAME@: an example output, one line a Record in a file. Put your service in its place.
#include <fstream>
#include <gatepost/descriptor.hpp>

namespace {

using gatepost::Delivery;
using gatepost::Error;

struct Settings {
  std::filesystem::path file;
};

constexpr auto table = gatepost::settings(gatepost::field("file", &Settings::file, "where the lines go").required());

class LineFile final : public gatepost::Sink {
 public:
  explicit LineFile(Settings settings) : settings_(std::move(settings)) {}

  // Records may come a second time after a crash; (site, epoch, sequence) tells. Say how many are safe.
  Delivery deliver(std::span<const gatepost::Record> batch, std::stop_token) override {
    std::ofstream out(settings_.file, std::ios::app);
    for (const auto& record : batch)
      out << record.id.epoch << '-' << record.id.sequence << ' ' << record.lane << ' ' << record.reason << '\n';
    out.flush();
    if (!out) return {0, Error{"cannot be written", settings_.file.string(), "check its folder and the disk"}, false};
    return {batch.size(), {}, false};
  }

 private:
  const Settings settings_;
};

}  // namespace

GATEPOST_SINK("@NAME@", "one line a Record in a file", table, LineFile)
