// decode_bench [FOLDER]: what reading a camera costs, beside ZXing-C++ on every frame. FOLDER, an absolute path, holds
// cards; without it those of the target demo_cards. CPU time of this thread; both read the same frame, one after the
// other, so that noise meets both.
#include <gatepost/hal/camera.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "../../plugins/input/uvc_camera/cascade.hpp"

namespace {

using gatepost::Duration;
using namespace std::chrono_literals;

constexpr Duration hold = 1200ms, pause = 1500ms, slide = 600ms, cycle = pause + slide + hold + slide;
constexpr int events = 3, first_seed = 7, seeds = 5;

struct Shot {
  std::vector<std::uint8_t> luma;
  int width, height;
  Duration time;  ///< since the first frame

  camera::Luma view() const { return {luma.data(), width, height, width}; }
  bool empty() const { return time % cycle < pause; }
  auto event() const { return static_cast<std::size_t>(time / cycle); }
};

std::vector<Shot> film(const std::string& folder, int seed) {
  const auto address = gatepost::hal::Address::parse(
      "sim:cards/" + folder + "?fps=15&hold=1200ms&pause=1500ms&seed=" + std::to_string(seed), "/");
  auto camera = address ? gatepost::hal::open_camera(*address) : address.error();
  if (!camera) {
    std::fprintf(stderr, "decode_bench: %s\n", to_line(camera.error()).c_str());
    std::exit(1);
  }
  std::vector<Shot> shots;
  gatepost::MonotonicTime begin{};
  while (true) {
    const auto frame = (*camera)->next({});
    if (!frame || !*frame) std::exit(1);
    if (shots.empty()) begin = (*frame)->at;
    const Duration time = (*frame)->at - begin;
    if (time >= events * cycle) return shots;
    shots.push_back({{(*frame)->luma.begin(), (*frame)->luma.end()}, (*frame)->width, (*frame)->height, time});
  }
}

/// One way to read frames, and what came of it.
struct Way {
  std::function<std::vector<camera::Code>(const camera::Luma&)> read;
  std::vector<double> empty, shown;                               ///< milliseconds of CPU
  std::vector<int> first = std::vector<int>(seeds * events, -1);  ///< frames of an event before its first read
  std::vector<int> frames = std::vector<int>(seeds * events, 0);

  void take(const Shot& shot, int seed) {
    timespec from{}, to{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    const bool found = !read(shot.view()).empty();
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
    const double ms =
        static_cast<double>(to.tv_sec - from.tv_sec) * 1e3 + static_cast<double>(to.tv_nsec - from.tv_nsec) / 1e6;
    (shot.empty() ? empty : shown).push_back(ms);
    if (shot.empty()) return;
    const auto event = static_cast<std::size_t>((seed - first_seed) * events) + shot.event();
    if (found && first[event] < 0) first[event] = frames[event];
    ++frames[event];
  }
};

double mean(const std::vector<double>& all) {
  return std::accumulate(all.begin(), all.end(), 0.0) / static_cast<double>(std::max<std::size_t>(all.size(), 1));
}

/// Over the events of seeds from `seed` on, as many as `of`.
double mean_first(const Way& way, int seed = first_seed, int of = seeds) {
  double sum = 0;
  const auto begin = static_cast<std::size_t>((seed - first_seed) * events);
  const auto number = static_cast<std::size_t>(of * events);
  for (std::size_t i = begin; i < begin + number; ++i) sum += way.first[i] < 0 ? way.frames[i] : way.first[i];
  return sum / static_cast<double>(number);
}

void row(const char* name, double value, const char* unit, double plain, const char* budget) {
  std::printf("%s | %.2f | %s | %.3f | %s\n", name, value, unit, value / plain, budget);
}

}  // namespace

int main(int count, char** words) {
  const auto built = std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() / "demo/cards";
  const std::string folder = count > 1 ? words[1] : built.string();
  const auto decoder =
      camera::make_decoder({"qr", "data_matrix", "aztec", "pdf417", "code128", "ean13", "ean8", "upc_a"});
  std::optional<camera::Cascade> cascade;
  constexpr camera::Effort everything{.hard = true, .rotate = true, .shrink = true};
  Way plain{.read = [&](const camera::Luma& luma) { return decoder->read(luma, everything); }, .empty{}, .shown{}};
  Way ours{.read = [&](const camera::Luma& luma) { return cascade->read(luma); }, .empty{}, .shown{}};
  for (int seed = first_seed; seed < first_seed + seeds; ++seed) {
    cascade.emplace(*decoder);
    for (const auto& shot : film(folder, seed)) {
      plain.take(shot, seed);
      ours.take(shot, seed);
    }
  }
  std::printf("name | value | unit | ratio | budget\n");
  row("plain ZXing, nothing in view, mean", mean(plain.empty), "ms CPU", mean(plain.empty), "");
  row("camera, nothing in view, mean", mean(ours.empty), "ms CPU", mean(plain.empty), "1/8 of plain");
  row("plain ZXing, card in view, mean", mean(plain.shown), "ms CPU", mean(plain.shown), "");
  row("camera, card in view, mean", mean(ours.shown), "ms CPU", mean(plain.shown), "");
  for (int seed = first_seed; seed < first_seed + seeds; ++seed) {
    const auto of = ", first read after, seed " + std::to_string(seed);
    const double beside = mean_first(plain, seed, 1);
    row(("plain ZXing" + of).c_str(), beside, "frames", beside, "");
    row(("camera" + of).c_str(), mean_first(ours, seed, 1), "frames", beside, "");
  }
  row("plain ZXing, first read after", mean_first(plain), "frames", mean_first(plain), "");
  row("camera, first read after", mean_first(ours), "frames", mean_first(plain), "no later than plain");
  return mean(ours.empty) < mean(plain.empty) / 8 && mean_first(ours) <= mean_first(plain) ? 0 : 1;
}
