// Buttons and alarm contacts at the inputs of a Modbus board.
#include <gmock/gmock.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "plugin/catalogue.hpp"
#include "world/modbus_server.hpp"
#include "world/places.hpp"

namespace {

using gatepost::Result;
using gatepost::Signal;
using gatepost::world::ModbusServer;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

/// The plugin at work, until it goes out of scope.
class Contact final : private gatepost::InputHost {
 public:
  Contact(const std::string& address, const std::string& means) {
    const std::filesystem::path folder = gatepost::world::plugins_folder();
    catalogue_ = gatepost::plugin::Catalogue::load({&folder, 1});
    const std::vector<gatepost::Value> values{address, means};
    input_ = std::move(catalogue_.find("contact")->descriptor->make.input(values, {"contact", "/"}).value());
    thread_ = std::jthread([this](const std::stop_token& stop) {
      auto ran = input_->run(*this, stop);
      const std::scoped_lock lock(mutex_);
      ran_ = std::move(ran);
      changed_.notify_all();
    });
  }

  std::vector<Signal> says(std::size_t signals) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 5s, [&] { return said_.size() >= signals; });
    return said_;
  }
  bool opens() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 5s, [&] { return opened_; });
  }
  std::optional<Result<void>> ends() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 5s, [&] { return ran_.has_value(); });
    return ran_;
  }
  void stop() { thread_.request_stop(); }

 private:
  void emit(gatepost::Reading) override { ADD_FAILURE() << "a contact reads no codes"; }
  void signal(Signal signal, gatepost::MonotonicTime) override {
    const std::scoped_lock lock(mutex_);
    said_.push_back(signal);
    changed_.notify_all();
  }
  void opened(std::string_view) override {
    const std::scoped_lock lock(mutex_);
    opened_ = true;
    changed_.notify_all();
  }

  gatepost::plugin::Catalogue catalogue_;
  std::unique_ptr<gatepost::Input> input_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Signal> said_;
  std::optional<Result<void>> ran_;
  bool opened_ = false;
  std::jthread thread_;
};

/// Longer than the 20 ms between two looks at a Modbus input.
void is_seen(ModbusServer& board) {
  const auto before = board.requests().size();
  while (board.requests().size() < before + 3) std::this_thread::sleep_for(1ms);
}

TEST(ContactInput, EachPressOfAButtonIsOne) {
  ModbusServer board;
  Contact button(board.board() + "/input/3", "button");
  ASSERT_TRUE(button.opens());
  is_seen(board);
  board.input(3, true);
  EXPECT_THAT(button.says(1), ElementsAre(Signal::press));
  is_seen(board);  // held down: no second one
  EXPECT_THAT(button.says(1), ElementsAre(Signal::press));
  board.input(3, false);
  is_seen(board);
  board.input(3, true);
  EXPECT_THAT(button.says(2), ElementsAre(Signal::press, Signal::press));
}

TEST(ContactInput, AnAlarmLastsAsLongAsTheContactIsClosed) {
  ModbusServer board;
  Contact panel(board.board() + "/input/1", "alarm");
  EXPECT_THAT(panel.says(1), ElementsAre(Signal::all_clear));
  is_seen(board);
  board.input(1, true);
  EXPECT_THAT(panel.says(2), ElementsAre(Signal::all_clear, Signal::alarm));
  board.input(1, false);
  EXPECT_THAT(panel.says(3), ElementsAre(Signal::all_clear, Signal::alarm, Signal::all_clear));
}

// The contact closes again between the look that finds it open and the wait that follows.
TEST(ContactInput, AnAlarmThatIsBackAtOnceIsHeeded) {
  ModbusServer board;
  Contact panel(board.board() + "/input/1", "alarm");
  ASSERT_EQ(panel.says(1).size(), 1U);
  for (std::size_t said = 1; said < 41; said += 2) {
    board.input(1, true);
    ASSERT_EQ(panel.says(said + 1).size(), said + 1) << "an alarm was passed over";
    board.input(1, false);
    ASSERT_EQ(panel.says(said + 2).size(), said + 2);
  }
}

TEST(ContactInput, AnAlarmThatIsOnAtTheStartIsHeeded) {
  ModbusServer board;
  board.input(1, true);
  Contact panel(board.board() + "/input/1", "alarm");
  EXPECT_THAT(panel.says(1), ElementsAre(Signal::alarm));
}

TEST(ContactInput, SaysThatItsBoardIsGoneAndLeavesTheAlarmAsItWas) {
  auto board = std::make_unique<ModbusServer>();
  board->input(1, true);
  Contact panel(board->board("") + "/input/1", "alarm");
  ASSERT_THAT(panel.says(1), ElementsAre(Signal::alarm));
  board.reset();
  const auto ended = panel.ends();
  ASSERT_TRUE(ended.has_value());
  EXPECT_FALSE(*ended);
  EXPECT_THAT(panel.says(1), ElementsAre(Signal::alarm));
}

TEST(ContactInput, StopsAtOnce) {
  ModbusServer board;
  Contact button(board.board() + "/input/3", "button");
  ASSERT_TRUE(button.opens());
  const auto asked = std::chrono::steady_clock::now();
  button.stop();
  const auto ended = button.ends();
  ASSERT_TRUE(ended.has_value());
  EXPECT_TRUE(*ended);
  EXPECT_LT(std::chrono::steady_clock::now() - asked, 1s);
}

}  // namespace
