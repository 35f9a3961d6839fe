// The file format both ways, its errors by line, and time as it was or faster.
#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>

#include "base64.hpp"
#include "plugin/catalogue.hpp"
#include "recording.hpp"
#include "world/places.hpp"
#include "world/readings.hpp"
#include "world/scratch.hpp"

namespace {

using gatepost::Damage;
using gatepost::Reading;
using gatepost::Result;
using replay::Entry;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

bool same(const Entry& one, const Entry& other) {
  return one.at == other.at && one.reading.payload == other.reading.payload &&
         one.reading.symbology == other.reading.symbology && one.reading.device == other.reading.device &&
         one.reading.damage == other.reading.damage && one.reading.damage_detail == other.reading.damage_detail;
}

Result<Entry> parsed(std::string line) {
  EXPECT_EQ(line.back(), '\n');
  EXPECT_EQ(std::ranges::count(line, '\n'), 1);
  line.pop_back();
  return replay::parse_line(line);
}

rc::Gen<std::string> any_bytes(std::size_t most) {
  return rc::gen::map(rc::gen::container<std::string>(rc::gen::arbitrary<char>()),
                      [most](std::string bytes) { return bytes.substr(0, most); });
}

// RFC 4648, section 10.
TEST(Base64, IsAsTheStandardShowsIt) {
  const std::array<std::pair<const char*, const char*>, 7> vectors{{{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"}}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(replay::to_base64(bytes), text);
    EXPECT_EQ(replay::from_base64(text), bytes);
  }
  for (const char* bad : {"Zg=", "Zg", "Zh==", "Z===", "Zm9v Zg==", "====", "Zg==Zm9v", "Zm9v\n"})
    EXPECT_FALSE(replay::from_base64(bad)) << bad;
}

TEST(Recording, WhatIsWrittenIsReadBack) {
  EXPECT_TRUE(rc::check([] {
    Entry entry{std::chrono::microseconds(*rc::gen::inRange<std::int64_t>(0, replay::latest_us)), {}};
    auto& reading = entry.reading;
    reading.payload = *any_bytes(gatepost::max_payload);
    reading.damage = *rc::gen::element(Damage::none, Damage::none, Damage::no_terminator, Damage::gap, Damage::length,
                                       Damage::overlong, Damage::lost);
    reading.symbology = *rc::gen::element<std::string>("", "]Q1", "]E0");
    reading.device = *rc::gen::element<std::string>("", "gun", "cửa bắc \"1\"\\");
    reading.damage_detail = *rc::gen::element<std::string>("", "5 bytes, then silence");
    const auto back = parsed(replay::to_line(entry));
    RC_ASSERT(back.has_value());
    RC_ASSERT(same(*back, entry));
  }));
}

TEST(Recording, KeepsTextReadableAndOtherBytesWhole) {
  const auto line_of = [](std::string payload) {
    return replay::to_line({0us, Reading{.payload = std::move(payload)}});
  };
  EXPECT_EQ(line_of("Nguyễn"), "{\"at_us\":0,\"text\":\"Nguyễn\"}\n");
  EXPECT_EQ(line_of("\xff"), "{\"at_us\":0,\"base64\":\"/w==\"}\n");
  EXPECT_TRUE(parsed(replay::to_line({1us, Reading{.payload = std::string(gatepost::max_payload, '\x01')}})));
}

TEST(Recording, RefusesALineThatIsNotRight) {
  for (const char* line :
       {"", "x", "[]", "{}", R"({"at_us":1})", R"({"at_us":-1,"text":"A"})", R"({"at_us":0.5,"text":"A"})",
        R"({"at_us":"1","text":"A"})", R"({"at_us":1,"text":"A","base64":"QQ=="})", R"({"at_us":1,"txt":"A"})",
        R"({"at_us":1,"base64":"QQ="})", R"({"at_us":1,"text":5})", R"({"at_us":1,"text":"A","damaged":"yes"})",
        R"({"at_us":1,"text":"A","symbology":"]Q1x"})", R"({"at_us":99999999999999999,"text":"A"})",
        R"({"at_us":1,"text":"A"} {})", "{\"at_us\":1,\"text\":\"\xff\"}"}) {
    const auto entry = replay::parse_line(line);
    EXPECT_FALSE(entry) << line;
    if (!entry) {
      EXPECT_FALSE(entry.error().remedy.empty());
    }
  }
  EXPECT_FALSE(replay::parse_line(R"({"at_us":1,"text":")" + std::string(8193, 'x') + "\"}"));
}

std::string error_of(const std::string& content) {
  const gatepost::world::Scratch scratch;
  auto reader = replay::Reader::open(scratch.write("r.jsonl", content));
  EXPECT_TRUE(reader);
  while (true) {
    const auto entry = reader->next();
    if (!entry) return to_line(entry.error()).substr(scratch.path().string().size() + 1);
    if (!*entry) return "";
  }
}

TEST(Recording, NamesTheFileAndTheLine) {
  const std::string good = R"({"at_us":7,"text":"A"})";
  EXPECT_EQ(error_of("# one\r\n\n" + good + "\r\n" + good), "");
  EXPECT_THAT(error_of(good + "\n\n" + R"({"at_us":9})"), testing::StartsWith("r.jsonl:3: has no payload"));
  EXPECT_THAT(error_of(good + "\n" + R"({"at_us":6,"text":"A"})"), testing::StartsWith("r.jsonl:2: goes back"));
  EXPECT_THAT(error_of(good + "\n#" + std::string(70'000, 'x')), testing::StartsWith("r.jsonl:2: is longer"));
}

Result<std::unique_ptr<gatepost::Input>> made(const std::map<std::string, gatepost::Value>& settings) {
  static const std::filesystem::path folder = gatepost::world::plugins_folder();
  static const auto catalogue = gatepost::plugin::Catalogue::load({&folder, 1});
  const auto& descriptor = *catalogue.find("replay")->descriptor;
  std::vector<gatepost::Value> values;
  for (const auto& field : descriptor.settings()) {
    const auto given = settings.find(std::string(field.key));
    values.push_back(given == settings.end() ? field.fallback : given->second);
  }
  return descriptor.make.input(values, {"tape", "/"});
}

// Plays, and notes when each Reading came.
class Player final : private gatepost::InputHost {
 public:
  Player(const std::string& content, std::map<std::string, gatepost::Value> settings) {
    settings["file"] = std::filesystem::path(scratch_.write("r.jsonl", content));
    auto input = made(settings);
    EXPECT_TRUE(input) << to_line(input.error());
    input_ = std::move(*input);
    begun_ = std::chrono::steady_clock::now();
    thread_ = std::jthread([this](const std::stop_token& stop) {
      const auto result = input_->run(*this, stop);
      const std::scoped_lock lock(mutex_);
      ended_ = result;
      changed_.notify_all();
    });
  }
  std::vector<std::string> waits_for(std::size_t count, gatepost::Duration time = 5s) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, time, [&] { return payloads_.size() >= count; });
    return payloads_;
  }
  std::optional<Result<void>> ended() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 5s, [&] { return ended_.has_value(); });
    return ended_;
  }
  gatepost::Duration came_after(std::size_t which) {
    const std::scoped_lock lock(mutex_);
    return times_.at(which) - begun_;
  }
  void takes(std::size_t room) { room_ = room; }
  void stop() { thread_.request_stop(); }

 private:
  void emit(Reading reading) override {
    const std::scoped_lock lock(mutex_);
    times_.push_back(std::chrono::steady_clock::now());
    payloads_.push_back(gatepost::world::told(reading));
    if (room_ != std::numeric_limits<std::size_t>::max()) --room_;
    changed_.notify_all();
  }
  void opened(std::string_view) override {}
  std::size_t room() const override { return room_; }

  gatepost::world::Scratch scratch_;
  std::unique_ptr<gatepost::Input> input_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> payloads_;
  std::vector<std::chrono::steady_clock::time_point> times_;
  std::chrono::steady_clock::time_point begun_;
  std::optional<Result<void>> ended_;
  std::atomic<std::size_t> room_ = 64;
  std::jthread thread_;
};

constexpr const char* three = R"({"at_us":0,"text":"A"}
{"at_us":200000,"damaged":"gap"}
{"at_us":400000,"text":"C"}
)";

TEST(Replay, PlaysWithTheTimingOfLife) {
  Player player(three, {});
  EXPECT_THAT(player.waits_for(3), ElementsAre("A", "!gap", "C"));
  EXPECT_GE(player.came_after(1), 200ms);
  EXPECT_GE(player.came_after(2), 400ms);
  EXPECT_LT(player.came_after(0), 200ms);
  const auto ended = player.ended();
  EXPECT_TRUE(ended && *ended) << "a recording that has ended is no failure";
}

TEST(Replay, PlaysFasterThanLife) {
  Player player(R"({"at_us":0,"text":"A"}
{"at_us":3600000000,"text":"B"})",
                {{"speed", std::string("1000")}});
  player.waits_for(1);
  player.stop();  // an hour would be 3.6 s
  EXPECT_TRUE(player.ended());
  Player fast(three, {{"speed", std::string("10")}});
  EXPECT_EQ(fast.waits_for(3).size(), 3U);
  EXPECT_GE(fast.came_after(2), 40ms);
  EXPECT_LT(fast.came_after(2), 400ms);
}

TEST(Replay, AtFullSpeedWaitsForTheLane) {
  std::string many;
  for (int i = 1; i <= 1000; ++i) many += R"({"at_us":)" + std::to_string(i) + R"(000000,"text":"A"})" + "\n";
  Player player(many, {{"speed", std::string("max")}});
  EXPECT_EQ(player.waits_for(1000, 200ms).size(), 48U) << "some of the lane's 64 places are left to devices";
  player.takes(100'000);
  EXPECT_EQ(player.waits_for(1000).size(), 1000U);
}

TEST(Replay, LoopsUntilItIsStopped) {
  Player player(three, {{"speed", std::string("100")}, {"loop", true}, {"pause", gatepost::Duration(100ms)}});
  EXPECT_GE(player.waits_for(10).size(), 10U);
  const auto asked = std::chrono::steady_clock::now();
  player.stop();
  const auto ended = player.ended();
  EXPECT_TRUE(ended && *ended);
  EXPECT_LT(std::chrono::steady_clock::now() - asked, 500ms);
}

TEST(Replay, RefusesABadRecordingBeforeItRuns) {
  const gatepost::world::Scratch scratch;
  const auto refusal = [&](const char* content, const char* speed = "1") {
    const auto input =
        made({{"file", std::filesystem::path(scratch.write("r.jsonl", content))}, {"speed", std::string(speed)}});
    return input ? "" : to_line(input.error());
  };
  EXPECT_THAT(refusal("{}"), HasSubstr("r.jsonl:1: at_us"));
  EXPECT_THAT(refusal("# nothing\n"), HasSubstr("holds no Reading"));
  for (const char* speed : {"", "0", "-1", "fast", "1001", "nan", "inf", "10x"})
    EXPECT_THAT(refusal(three, speed), HasSubstr("no speed")) << speed;
  EXPECT_THAT(to_line(made({{"file", std::filesystem::path("/nowhere/r.jsonl")}}).error()), HasSubstr("is no file"));
  EXPECT_FALSE(made({{"file", std::filesystem::path("/dev/zero")}}));
}

}  // namespace
