#include "supervisor/reloader.hpp"

#include <algorithm>
#include <utility>

#include "config/load.hpp"

namespace gatepost::supervisor {
namespace {

// The first of the diagnostics; the rest stand beside it.
Error told_briefly(const config::LoadedSite& loaded) {
  const auto is_error = [](const config::Diagnostic& diagnostic) {
    return diagnostic.severity == config::Severity::error;
  };
  const auto first = std::ranges::find_if(loaded.diagnostics, is_error);
  if (first == loaded.diagnostics.end() || loaded.sources.size() <= first->place.file)
    return {"the new site file is not good", {}, "run gatepost check"};
  const config::Source& source = loaded.sources[first->place.file];
  const auto count = std::ranges::count_if(loaded.diagnostics, is_error);
  std::string where = source.file.string();
  if (!first->no_line)
    where += ":" + std::to_string(first->place.line + 1) + ":" + std::to_string(source.column(first->place));
  std::string remedy = first->remedy;
  if (count > 1) remedy += " (and " + std::to_string(count - 1) + " more: run gatepost check)";
  return {first->what, std::move(where), std::move(remedy)};
}

Reloaded being_stopped() { return {Error{"the site is being stopped", {}, "run it again"}, {}}; }

}  // namespace

Reloader::Reloader(RunningSite& running, const plugin::Catalogue& catalogue, Told told, std::function<void()> begun)
    : running_(running),
      catalogue_(catalogue),
      told_(std::move(told)),
      begun_(std::move(begun)),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

void Reloader::ask(Told answer) {
  std::unique_lock lock(mutex_);
  if (!ended_) {
    waiting_.push_back(std::move(answer));
    lock.unlock();
    return asked_.notify_all();
  }
  lock.unlock();
  if (answer) answer(being_stopped());
}

bool Reloader::stop(Duration patience) {
  thread_.request_stop();
  std::unique_lock lock(mutex_);
  return asked_.wait_for(lock, patience, [&] { return ended_; });
}

void Reloader::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (asked_.wait(lock, stop, [&] { return !waiting_.empty(); })) {
    const auto askers = std::exchange(waiting_, {});
    lock.unlock();
    if (begun_) begun_();
    const Reloaded reloaded = stop.stop_requested() ? being_stopped() : reload(stop);
    told_(reloaded);
    for (const Told& answer : askers)
      if (answer) answer(reloaded);
    lock.lock();
  }
  ended_ = true;
  asked_.notify_all();
}

Reloaded Reloader::reload(const std::stop_token& stop) {
  auto loaded = config::load(running_.site()->file, catalogue_);
  const Result<config::Site> next = loaded.site ? Result<config::Site>(*loaded.site) : told_briefly(loaded);
  return {running_.reload(next, stop), loaded.shown()};
}

}  // namespace gatepost::supervisor
