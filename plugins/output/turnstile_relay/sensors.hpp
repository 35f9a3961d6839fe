// The passage sensors of a gate: inputs of its relay board, or contacts with an address of their own.
#pragma once

#include <array>
#include <gatepost/actuator.hpp>
#include <gatepost/hal/contact.hpp>
#include <gatepost/hal/relay.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace turnstile {

/// As they are set; empty: none.
struct SensorTexts {
  std::string both{}, in{}, out{};
  bool any() const { return !both.empty() || !in.empty() || !out.empty(); }
};

class Sensors {
  struct Sensor;

 public:
  /// An Error names the setting that is wrong.
  static gatepost::Result<void> check(const SensorTexts& texts, const std::string& board);

  /// Of texts that check() has let pass. An Error where the board has fewer inputs.
  static gatepost::Result<std::unique_ptr<Sensors>> make(const SensorTexts& texts,
                                                         const std::filesystem::path& directory, int inputs);

  /// Of those that are no inputs of the board.
  std::vector<gatepost::hal::Address> addresses() const;

  /// Opens those with an address of their own that are not open, or gone, so that a gate without its sensor is down and
  /// not found out by the first who passes.
  gatepost::Result<void> open();

  /// The same, and who passed while nobody was let through. What the kernel tells of is all seen; an input that can
  /// only be asked is seen where it is closed just now.
  struct Seen {
    std::vector<gatepost::UnaskedPassage> passed{};
    bool is_stuck = false;
  };
  gatepost::Result<Seen> look(const std::shared_ptr<gatepost::hal::Relay>& board);

  /// Who has passed before now was let through by something else, such as an alarm.
  gatepost::Result<void> forget();

  /// The use of one sensor for one passage.
  class Use {
   public:
    Use() = default;
    explicit Use(std::shared_ptr<gatepost::hal::Relay> board) : board_(std::move(board)) {}
    bool fitted() const { return contact_ != nullptr; }
    gatepost::Result<bool> wait(gatepost::Duration timeout, const std::stop_token& stop) {
      return contact_->wait_to_close(timeout, stop);
    }
    std::optional<gatepost::MonotonicTime> closed_at() const { return contact_->closed_at(); }

   private:
    friend class Sensors;
    std::shared_ptr<gatepost::hal::Relay> board_{};  ///< outlives its input
    std::unique_ptr<gatepost::hal::Contact> input_{};
    struct Free {
      void operator()(Sensor* sensor) const;
    };
    std::unique_ptr<Sensor, Free> turn_{};  ///< a contact of its own serves one passage at a time
    gatepost::hal::Contact* contact_ = nullptr;
  };
  /// Of that direction; not fitted where it has none. An Error where it is gone, or somebody else's passage has it.
  gatepost::Result<Use> use(gatepost::Direction direction, const std::shared_ptr<gatepost::hal::Relay>& board);

 private:
  struct Sensor {
    int input = 0;                                    ///< of the board; 0: it is none of them
    std::optional<gatepost::hal::Address> address{};  ///< of its own
    std::mutex mutex{};                               ///< of what follows; held for a look, never for a passage
    bool serves = false;                              ///< a passage, which alone uses the contact then
    std::unique_ptr<gatepost::hal::Contact> contact{};
    std::optional<gatepost::Direction> direction{};   ///< nothing: of both
    std::vector<gatepost::UnaskedPassage> unasked{};  ///< not told yet
    int closed_looks = 0;                             ///< one after the other, up to now
    bool fitted() const { return input != 0 || address.has_value(); }
  };
  static gatepost::Result<void> open(Sensor& sensor);
  static gatepost::Result<void> collect(Sensor& sensor);
  static gatepost::Result<void> look(Sensor& sensor, gatepost::hal::Relay* board);

  Sensor both_, in_, out_;
};

}  // namespace turnstile
