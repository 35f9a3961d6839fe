// Codes in a stream of frames: where is looked, what is told, what belongs together.
#include "cascade.hpp"
#include "message_parts.hpp"
#include "sightings.hpp"
#include "test_parts.hpp"

namespace camera {
namespace {

using namespace gatepost;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct Stream {
  static constexpr int width = 320, height = 240;
  std::vector<std::uint8_t> scene = std::vector<std::uint8_t>(width * height, 110), pixels = scene;
  CountingDecoder decoder;
  Cascade cascade{decoder};

  std::vector<Code> frame() { return cascade.read({pixels.data(), width, height, width}); }
  void put(int left, int top, int side, std::uint8_t luma) {
    pixels = scene;
    for (int y = top; y < top + side; ++y)
      for (int x = left; x < left + side; ++x) pixels[static_cast<std::size_t>(y * width + x)] = luma;
  }
};

TEST(Cascade, LeavesAStillSceneAloneButForAnInsurance) {
  Stream stream;
  stream.frame();
  stream.decoder.looks = 0;
  stream.decoder.pixels = 0;
  for (int i = 0; i < 300; ++i) stream.frame();
  EXPECT_EQ(stream.decoder.looks, 10);
  EXPECT_EQ(stream.decoder.pixels, 10 * Stream::width * Stream::height / 4);
}

TEST(Cascade, DoesNotTakeALampForAnObject) {
  Stream stream;
  stream.frame();
  stream.decoder.looks = 0;
  for (auto& luma : stream.pixels) luma = static_cast<std::uint8_t>(luma + 40);
  for (int i = 0; i < 20; ++i) stream.frame();
  EXPECT_EQ(stream.decoder.looks, 0);
}

TEST(Cascade, LooksOnlyWhereSomethingCame) {
  Stream stream;
  stream.frame();
  stream.decoder.looks = 0;
  stream.decoder.pixels = 0;
  stream.decoder.answer = code_named("X", "]Q1");
  stream.put(200, 80, 64, 220);
  EXPECT_THAT(stream.frame(), SizeIs(1));
  EXPECT_EQ(stream.decoder.looks, 1);
  EXPECT_LE(stream.decoder.pixels, 112 * 112 / 4);
}

TEST(Cascade, TellsPlacesInThePicture) {
  Stream stream;
  stream.frame();
  stream.decoder.answer = code_named("X", "]Q1");
  stream.decoder.answer->corners[0] = {5, 7};  // halved, in the box that begins 16 pixels before the change
  stream.put(200, 80, 64, 220);
  const auto codes = stream.frame();
  ASSERT_THAT(codes, SizeIs(1));
  EXPECT_EQ(codes[0].corners[0], (Corner{2 * 5 + 184, 2 * 7 + 64}));
}

TEST(Cascade, GivesUpByAndByOnWhatHoldsNoCode) {
  Stream stream;
  stream.frame();
  stream.put(200, 80, 64, 220);
  const auto looks_of = [&](int frames) {
    const int before = stream.decoder.hard_looks;
    for (int i = 0; i < frames; ++i) stream.frame();
    return stream.decoder.hard_looks - before;
  };
  const int early = looks_of(45);
  looks_of(5);
  EXPECT_LT(looks_of(45), early / 2);
}

TEST(Cascade, ReadsARealCodeThatSlidesIn) {
  const auto card = qr("E000104", 3);
  Stream stream;
  const auto decoder = make_decoder(usual());
  Cascade cascade(*decoder);
  std::vector<std::string> read;
  for (int i = 0; i < 12; ++i) {
    stream.pixels = stream.scene;
    for (int y = 0; y < card.height; ++y)
      for (int x = 0; x < card.width; ++x)
        if (const int to = x + 300 - 20 * i; to < Stream::width)
          stream.pixels[static_cast<std::size_t>((y + 60) * Stream::width + to)] =
              card.luma[static_cast<std::size_t>(y * card.width + x)];
    for (const auto& code : cascade.read({stream.pixels.data(), Stream::width, Stream::height, Stream::width}))
      read.push_back(std::to_string(i) + code.bytes);
  }
  ASSERT_THAT(read, testing::Not(IsEmpty()));
  EXPECT_EQ(read[0], "3E000104");  // the first frame with the whole code in it: from x = 252 to 315
}

TEST(Cascade, ReadsWhatIsLightOnDark) {
  auto card = qr("E000105", 3);
  for (auto& luma : card.luma) luma = static_cast<std::uint8_t>(255 - luma);
  Stream stream;
  const auto decoder = make_decoder(usual());
  Cascade cascade(*decoder);
  const auto frame = [&] { return cascade.read({stream.pixels.data(), Stream::width, Stream::height, Stream::width}); };
  frame();
  for (int y = 0; y < card.height; ++y)
    std::copy_n(card.luma.begin() + y * card.width, card.width, stream.pixels.begin() + (y + 60) * Stream::width + 100);
  std::vector<std::string> read;
  for (int i = 0; i < 4; ++i)
    for (const auto& code : frame()) read.push_back(code.bytes);
  EXPECT_THAT(read, testing::Contains("E000105"));
}

TEST(Cascade, ReadsBarsThatAreHeldAslant) {
  const Pixels card = scaled(luma_of(bars_on_a_card()), 1.5);
  const auto decoder = make_decoder(usual());
  for (const int degrees : {25, 35, 45, 55, 65, 115, 135, 155}) {
    world::Picture scene{1280, 720, std::vector<std::uint8_t>(1280 * 720, 110)};
    Cascade cascade(*decoder);
    const auto frame = [&] { return cascade.read(luma_of(scene)); };
    frame();
    const Pixels turned = rotated(card, degrees);
    for (int y = 0; y < turned.height; ++y)
      std::copy_n(turned.luma.begin() + y * turned.width, turned.width, scene.luma.begin() + (y + 100) * 1280 + 200);
    std::vector<std::string> read;
    for (int i = 0; i < 12; ++i)  // each direction has had its turn
      for (const auto& code : frame()) read.push_back(code.bytes);
    EXPECT_THAT(read, testing::Contains("AB")) << degrees;
  }
}

TEST(Cascade, TakesAnySizeOfPicture) {
  const auto decoder = make_decoder(usual());
  Cascade cascade(*decoder);
  const std::vector<std::uint8_t> pixels(100 * 100, 128);
  for (const int width : {1, 2, 7, 8, 9, 15, 16, 17, 100})
    for (const int height : {1, 7, 8, 17, 100})
      for (int i = 0; i < 2; ++i) cascade.read({pixels.data(), width, height, 100});
}

TEST(Sightings, TellsACodeOnceInItsTime) {
  Sightings sightings(2s);
  const auto code = code_named("E1", "]Q1");
  std::vector<int> told;
  for (int i = 0; i < 50; ++i)
    if (sightings.tell(code, MonotonicTime(1h + i * 100ms))) told.push_back(i);
  EXPECT_THAT(told, ElementsAre(0, 20, 40));
  EXPECT_TRUE(sightings.tell(code_named("E2", "]Q1"), MonotonicTime(1h + 5s)));
}

TEST(Sightings, WantsBarsInTwoFrames) {
  Sightings sightings(2s);
  const auto bars = code_named("4006381333931", "]E0"), misread = code_named("4006381333930", "]E0");
  const MonotonicTime begin(1h);
  EXPECT_FALSE(sightings.tell(bars, begin));
  EXPECT_FALSE(sightings.tell(bars, begin));  // the same frame proves nothing
  EXPECT_FALSE(sightings.tell(misread, begin + 30ms));
  EXPECT_TRUE(sightings.tell(bars, begin + 60ms));
  EXPECT_FALSE(sightings.tell(misread, begin + 1600ms));  // too long after to be the same showing
}

Code part(int number, int parts, const std::string& bytes, const std::string& message = "Q7") {
  return {.bytes = bytes, .text = bytes, .aim = "]Q1", .part = number, .parts = parts, .message = message};
}

TEST(MessageParts, GiveTheWholeInTheOrderOfTheParts) {
  MessageParts parts;
  const MonotonicTime begin(1h);
  EXPECT_FALSE(parts.add(part(2, 3, "two "), begin));
  EXPECT_FALSE(parts.add(part(3, 3, "three"), begin + 1s));
  EXPECT_FALSE(parts.add(part(2, 3, "two "), begin + 1s)) << "it is known";
  const auto whole = parts.add(part(1, 3, "one "), begin + 2s);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->bytes, "one two three");
  EXPECT_EQ(whole->part, 0);
  EXPECT_FALSE(parts.add(part(1, 3, "one "), begin + 4s)) << "it is still held there";
  EXPECT_THAT(parts.incomplete(begin + 10s), IsEmpty()) << "nothing is missing";
}

TEST(MessageParts, AreNotMixed) {
  MessageParts parts;
  const MonotonicTime begin(1h);
  EXPECT_FALSE(parts.add(part(1, 2, "a"), begin));
  EXPECT_FALSE(parts.add(part(2, 2, "b", "Q8"), begin));
  EXPECT_FALSE(parts.add(part(2, 3, "b"), begin));
  EXPECT_FALSE(parts.add(part(1, 0, "a", "L1"), begin)) << "it does not tell how many there are";
}

TEST(MessageParts, TellOnceWhatIsMissing) {
  MessageParts parts;
  const MonotonicTime begin(1h);
  EXPECT_FALSE(parts.add(part(2, 2, "b"), begin));
  EXPECT_FALSE(parts.add(part(2, 2, "b"), begin + 2s));
  EXPECT_THAT(parts.incomplete(begin + 2s), IsEmpty());
  const auto told = parts.incomplete(begin + 3s);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(part_of(told[0]), "part 2 of 2");
  EXPECT_THAT(parts.incomplete(begin + 4s), IsEmpty());
  EXPECT_FALSE(parts.add(part(1, 2, "a"), begin + 5s)) << "what was told of is over";
}

}  // namespace
}  // namespace camera
