// Plays a fuzz target's corpus, and some changes of each of its files, where there is no libFuzzer: the plain build.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void give(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

// As it is, cut short, and with single bytes changed; the same at every run.
void play(const std::string& input, std::mt19937& random) {
  give(input);
  give(input.substr(0, input.size() / 2));
  for (int i = 0; i < 50 && !input.empty(); ++i) {
    std::string changed = input;
    changed[random() % changed.size()] = static_cast<char>(random());
    give(changed);
  }
}

}  // namespace

int main(int count, char** words) {
  std::mt19937 random(4017);
  int played = 0;
  give({});
  for (int i = 1; i < count; ++i)
    for (const auto& entry : std::filesystem::directory_iterator(words[i])) {
      std::ifstream in(entry.path(), std::ios::binary);
      play({std::istreambuf_iterator<char>(in), {}}, random);
      ++played;
    }
  std::printf("%d inputs, each with 51 changes\n", played);
  return played > 0 ? 0 : 1;  // a corpus that is not found would prove nothing
}
