// @NAME@: an example service that keeps a page in its data folder, anew after each Record. Put yours in its place.
#include <fstream>
#include <gatepost/descriptor.hpp>

namespace {

using gatepost::Error;
using gatepost::Result;

struct Settings {
  std::string title = "How this site is";
};

constexpr auto table = gatepost::settings(gatepost::field("title", &Settings::title, "the page's first line"));

class StatusPage final : public gatepost::Service {
 public:
  // What it may ask of the site, and nothing else. Verbs that change something must be allowed by the site file too.
  static constexpr std::array<const char*, 2> asks{"status", "follow"};

  explicit StatusPage(Settings settings) : settings_(std::move(settings)) {}

  // Returns when told to stop. Whatever goes wrong may be returned as an Error: the engine runs it again after a while.
  Result<void> run(gatepost::ServiceHost& host, std::stop_token stop) override {
    if (auto written = write(host); !written) return written;
    Result<void> written;
    const auto followed = host.follow("follow", "{}", stop, [&](std::string_view) {
      written = write(host);
      return written.has_value();
    });
    return followed ? written : followed;
  }

 private:
  // A whole page or the one before: a reader never sees half of it. Answers are JSON; take a library that reads it.
  Result<void> write(gatepost::ServiceHost& host) const {
    const auto status = host.ask("status");
    if (!status) return status.error();
    const auto folder = host.data_folder();
    if (!folder) return folder.error();
    std::ofstream(*folder / "new.txt") << settings_.title << "\n" << *status << "\n";
    std::error_code failure;
    std::filesystem::rename(*folder / "new.txt", *folder / "page.txt", failure);
    if (!failure) return {};
    return Error{"cannot be written: " + failure.message(), folder->string(), "check the folder and the disk"};
  }

  const Settings settings_;
};

}  // namespace

GATEPOST_SERVICE("@NAME@", "keeps a page that says how the site is", table, StatusPage)
