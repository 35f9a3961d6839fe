// Two who write a site file and ask for a reload, while the site may be stopped.
#include "supervisor/reloader.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "config/load.hpp"
#include "scenario.hpp"

namespace gatepost::interleaving {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t asks = 4;

/// The site file; a scenario makes one before it is read.
struct File {
  File() { present() = this; }
  ~File() { present() = nullptr; }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  static File*& present() {
    static File* file = nullptr;
    return file;
  }
  std::atomic<std::uint64_t> version = 0;
};

using Answers = std::array<std::atomic<int>, asks>;

std::string waits_in_vain(const File& file, const Answers& answers, bool is_reloading, Duration until) {
  const auto answered = std::ranges::count_if(answers, [](const auto& times) { return times > 0; });
  if (!is_reloading && file.version > static_cast<std::uint64_t>(answered)) return "time passes, and nobody reloads";
  return until >= 1h ? "a reloader does not come to its end" : "";
}

void ask(supervisor::Reloader& reloader, File& file, Answers& answers, std::size_t number) {
  const std::uint64_t written = ++file.version;
  reloader.ask([&answers, number, written](const supervisor::Reloaded& reloaded) {
    require(++answers.at(number) == 1, "who asks for a reload is answered twice");
    const bool is_read = !reloaded.diagnostics.empty() && std::stoull(reloaded.diagnostics) >= written;
    require(is_read || !reloaded.done, "a reload read the file before somebody who asked for it wrote there");
  });
}

}  // namespace

void reloader() {
  File file;
  supervisor::RunningSite site;
  const plugin::Catalogue catalogue;
  Answers answers{};
  std::atomic<int> told = 0, begun = 0;
  before_time_passes([&](Duration until) { return waits_in_vain(file, answers, site.is_reloading, until); });
  {
    std::optional<supervisor::Reloader> reloader;
    reloader.emplace(
        site, catalogue, [&](const auto&) { ++told; }, [&] { ++begun; });
    std::vector<std::jthread> askers;
    askers.reserve(2);
    for (std::size_t asker = 0; asker < 2; ++asker)
      askers.emplace_back([&, asker] {
        for (std::size_t i = 0; i < 2; ++i) ask(*reloader, file, answers, 2 * asker + i);
      });
    if (draw(2) == 0) std::this_thread::sleep_for(1s * draw(3));
    require(reloader->stop(1h) || time_passed() >= 1h, "a reloader was waited for in vain");
    askers.clear();
    reloader.reset();
  }
  require(told == begun, "not each reload was told that began");
  for (const auto& answered : answers) require(answered == 1, "who asks for a reload is not answered");
}

}  // namespace gatepost::interleaving

// Linked in place of what reads and checks files.
namespace gatepost::config {

LoadedSite load(const std::filesystem::path&, const plugin::Catalogue&) {
  LoadedSite loaded;
  loaded.site.emplace().checkpoint.code = interleaving::File::present()->version;
  return loaded;
}
std::string LoadedSite::shown() const { return std::to_string(site->checkpoint.code); }
std::size_t Source::column(Place place) const { return place.byte; }

}  // namespace gatepost::config
