// stills_bench [RUNS]: what each picture of the set of barcodes costs, read as `gatepost decode` does, beside ZXing-C++
// with all its options on, once. CPU time of this thread, medians of RUNS (5), both by turns so that noise meets both.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "../../hal/image/image.hpp"
#include "../../plugins/input/uvc_camera/still.hpp"
#include "world/places.hpp"

namespace {

namespace fs = std::filesystem;

/// One way to read a picture, and what came of it.
struct Way {
  std::vector<double> ms{};
  std::vector<camera::Code> codes{};

  template <class Read>
  void take(const Read& read) {
    timespec from{}, to{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    codes = read();
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
    ms.push_back(static_cast<double>(to.tv_sec - from.tv_sec) * 1e3 +
                 static_cast<double>(to.tv_nsec - from.tv_nsec) / 1e6);
  }
};

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// Without the one newline at the end that is none of the code's.
std::string text_beside(const fs::path& picture) {
  auto file = picture;
  std::ifstream in(file.replace_extension(".txt"), std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

bool holds(const std::vector<camera::Code>& codes, const std::string& text) {
  return std::any_of(codes.begin(), codes.end(), [&](const camera::Code& code) {
    return (code.text.ends_with('\n') ? code.text.substr(0, code.text.size() - 1) : code.text) == text;
  });
}

std::vector<fs::path> pictures(const fs::path& folder) {
  std::vector<fs::path> all;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const auto end = entry.path().extension();
    if (end == ".png" || end == ".jpg" || end == ".webp") all.push_back(entry.path());
  }
  std::sort(all.begin(), all.end());
  return all;
}

/// What all the pictures together cost, each at the median of its runs.
struct Sum {
  double plain = 0, ours = 0;
  int with_code = 0, read_plain = 0, read_ours = 0;
  std::vector<double> ratios{};
};

bool measure(const camera::Decoder& decoder, const fs::path& file, int runs, Sum& sum) {
  const auto image = gatepost::hal::read_image(file);
  if (!image) {
    std::fprintf(stderr, "stills_bench: %s\n", to_line(image.error()).c_str());
    return false;
  }
  const camera::Luma luma{image->luma.data(), image->width, image->height, image->width};
  Way plain, ours;
  for (int run = 0; run < runs; ++run) {
    plain.take([&] { return decoder.read(luma, camera::Effort::full()); });
    ours.take([&] { return camera::read_still(decoder, luma); });
  }
  const double beside = median(plain.ms), own = median(ours.ms);
  const std::string text = text_beside(file), name = file.filename().string();
  const auto read = [&](const Way& way) { return text.empty() ? way.codes.empty() : holds(way.codes, text); };
  std::printf("%s %dx%d, plain ZXing%s | %.2f | ms CPU | 1 | \n", name.c_str(), image->width, image->height,
              read(plain) ? "" : ", not read right", beside);
  std::printf("%s, gatepost%s | %.2f | ms CPU | %.2f | \n", name.c_str(), read(ours) ? "" : ", not read right", own,
              own / beside);
  sum.plain += beside;
  sum.ours += own;
  sum.ratios.push_back(own / beside);
  if (text.empty()) return true;
  ++sum.with_code;
  sum.read_plain += read(plain) ? 1 : 0;
  sum.read_ours += read(ours) ? 1 : 0;
  return true;
}

}  // namespace

int main(int count, char** words) {
  const int runs = count > 1 ? std::max(1, std::atoi(words[1])) : 5;
  const fs::path folder = fs::path(gatepost::world::source_folder()) / "../shared/data/barcodes";
  if (!fs::exists(folder)) {
    std::printf("# skipped: the photographs of shared/data/barcodes are not beside this tree\n");
    return 0;
  }
  const auto decoder =
      camera::make_decoder({"qr", "data_matrix", "aztec", "pdf417", "code128", "ean13", "ean8", "upc_a"});
  std::printf("name | value | unit | ratio | budget\n");
  Sum sum;
  for (const auto& file : pictures(folder))
    if (!measure(*decoder, file, runs, sum)) return 1;
  std::printf("all pictures, plain ZXing | %.1f | ms CPU | 1 | \n", sum.plain);
  std::printf("all pictures, gatepost | %.1f | ms CPU | %.2f | \n", sum.ours, sum.ours / sum.plain);
  std::printf("a picture, gatepost beside plain ZXing, median | %.2f | times | | \n", median(sum.ratios));
  std::printf("read by plain ZXing, of %d | %d | pictures | 1 | \n", sum.with_code, sum.read_plain);
  std::printf("read by gatepost, of %d | %d | pictures | %.2f | no fewer than plain\n", sum.with_code, sum.read_ours,
              static_cast<double>(sum.read_ours) / std::max(sum.read_plain, 1));
  return sum.read_ours >= sum.read_plain ? 0 : 1;
}
