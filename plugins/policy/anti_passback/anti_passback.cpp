// Who came in goes out before he comes in again: a card that is handed back over the fence lets in nobody else.
#include <algorithm>
#include <chrono>

#include <gatepost/descriptor.hpp>
#include <gatepost/support/presence.hpp>

namespace {

using namespace std::chrono_literals;
using gatepost::Attempt;
using gatepost::Decision;
using gatepost::Direction;
using gatepost::Error;
using gatepost::Outcome;
using gatepost::Result;
using gatepost::support::Presence;
using gatepost::support::Schemes;

enum class Mode : std::uint8_t { hard, soft, timed };
constexpr auto setting_names(Mode) {
  return std::array{gatepost::Choice{"hard", Mode::hard}, gatepost::Choice{"soft", Mode::soft},
                    gatepost::Choice{"timed", Mode::timed}};
}

enum class OutWithoutIn : std::uint8_t { accepted, denied };
constexpr auto setting_names(OutWithoutIn) {
  return std::array{gatepost::Choice{"accepted", OutWithoutIn::accepted},
                    gatepost::Choice{"denied", OutWithoutIn::denied}};
}

struct Settings {
  Mode mode = Mode::hard;
  OutWithoutIn out_without_in = OutWithoutIn::accepted;
  std::chrono::seconds forget_after = 16h;
  std::chrono::seconds within = 10min;
  Schemes schemes = Schemes::together;  // a second code of the same number is no second person
};

class AntiPassback final : public gatepost::Policy {
 public:
  static constexpr std::array reasons{
      gatepost::ReasonText{"passback", "en", "already used to pass this way"},
      gatepost::ReasonText{"passback", "vi", "đã được dùng để qua cổng theo chiều này"},
      gatepost::ReasonText{"passback_soft", "en", "passes again without having gone back: noted"},
      gatepost::ReasonText{"passback_soft", "vi", "qua lại mà chưa quay về chiều kia: đã ghi nhận"},
      gatepost::ReasonText{"not_inside", "en", "goes out and has not come in"},
      gatepost::ReasonText{"not_inside", "vi", "đi ra nhưng chưa có lượt vào"},
      gatepost::ReasonText{"not_inside_soft", "en", "goes out and has not come in: noted"},
      gatepost::ReasonText{"not_inside_soft", "vi", "đi ra nhưng chưa có lượt vào: đã ghi nhận"},
  };

  explicit AntiPassback(const Settings& settings) : settings_(settings), presence_(settings.schemes) {}

  Result<Decision> decide(const Attempt& attempt) const override {
    if (attempt.subject_key.empty())
      return Error{"the attempt names nobody", "policy anti_passback",
                   "let the lane's credentials name their holders, and write subjects: clear or subjects: hash"};
    const std::string_view objection = objection_to(attempt);
    if (objection.empty()) return Decision{Outcome::grant};
    if (settings_.mode == Mode::soft) return Decision{Outcome::grant, std::string(objection) + "_soft"};
    return Decision{Outcome::deny, std::string(objection)};
  }

  void learn(const gatepost::Record& record) override { presence_.learn(record); }
  gatepost::Duration horizon() const override { return memory(); }
  bool needs_subject() const override { return true; }

 private:
  std::chrono::seconds memory() const {
    return settings_.mode == Mode::timed ? settings_.within : settings_.forget_after;
  }

  std::string_view objection_to(const Attempt& attempt) const {
    const bool out = attempt.direction == Direction::out;
    const auto last = last_way(attempt);
    if (settings_.mode == Mode::timed) return last == attempt.direction || is_reserved(attempt) ? "passback" : "";
    if (!out) return last == Direction::in || is_reserved(attempt) ? "passback" : "";
    if (settings_.out_without_in == OutWithoutIn::accepted) return "";
    return last != Direction::in || is_reserved(attempt) ? "not_inside" : "";
  }

  /// Nothing: none that counts any more.
  std::optional<Direction> last_way(const Attempt& attempt) const {
    const auto* last = presence_.last(attempt.zone, presence_.person(attempt.credential.scheme, attempt.subject_key));
    const auto now = attempt.wall_is_known ? std::optional(attempt.wall) : std::nullopt;
    if (last == nullptr || !last->is_within(memory(), now)) return std::nullopt;
    return last->direction;
  }

  // The same person in the same direction, on the way to a Record. One in the other direction may be given back yet, so
  // that it frees nobody.
  bool is_reserved(const Attempt& attempt) const {
    const auto person = presence_.person(attempt.credential.scheme, attempt.subject_key);
    return std::ranges::any_of(attempt.reserved, [&](const gatepost::Reservation& one) {
      return one.zone == attempt.zone && one.direction == attempt.direction &&
             presence_.person(one.scheme, one.subject_key) == person;
    });
  }

  const Settings settings_;
  Presence presence_;
};

constexpr auto table = gatepost::settings(
    gatepost::field("mode", &Settings::mode,
                    "hard: who is inside does not come in again before he went out; soft: he does, and the Record says "
                    "so; timed: nobody passes twice in one direction within a time"),
    gatepost::field("out_without_in", &Settings::out_without_in,
                    "of hard and soft: whether one goes out who has not come in"),
    gatepost::field("forget_after", &Settings::forget_after,
                    "of hard and soft: a movement that is older counts no more, so that who forgot to scan on his way "
                    "out is free again")
        .between(1min, std::chrono::hours(24 * 366)),
    gatepost::field("within", &Settings::within, "of timed: the time").between(1s, std::chrono::hours(24 * 366)),
    gatepost::field("schemes", &Settings::schemes,
                    "whether one subject under two credential formats is one person, or two"));

}  // namespace

GATEPOST_POLICY("anti_passback", "who came in goes out before he comes in again", table, AntiPassback)
