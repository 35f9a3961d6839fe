// Who is inside each part of a site, as its Records tell.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <gatepost/record.hpp>
#include <gatepost/settings.hpp>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gatepost::support {

/// Whether this Record says that somebody was let through whom it names. Who pressed a button has no name.
bool lets_through(const Record& record);

/// The sequence of the attempt of which this Record says that nobody went through after it, though it was granted; 0:
/// it says no such thing. Where nobody saw what became of a grant, the person counts as gone through.
std::uint64_t not_passed(const Record& record);

/// The part of the site that an attempt's lane leads into; empty: the site as a whole.
std::string_view zone_of(const Record& record);

/// As Records name them. `subject` is the clear one or its keyed hash.
struct Person {
  std::string scheme, subject;
  auto operator<=>(const Person&) const = default;
};

/// A way through a lane.
struct Movement {
  RecordId attempt{};
  Direction direction = Direction::in;
  /// When. While nobody had told the machine the time it is the time of the first Record thereafter; nothing: there is
  /// none yet.
  std::optional<WallTime> wall{};

  /// Whether it was no longer ago than this. Who cannot tell the time takes it as young; where the clock was put back,
  /// what lies ahead by no more than that is young as well.
  bool is_within(Duration length, std::optional<WallTime> now) const;
};

/// Whether one subject under two credential formats is two people.
enum class Schemes : std::uint8_t { apart, together };
constexpr auto setting_names(Schemes) {
  return std::array{Choice{"apart", Schemes::apart}, Choice{"together", Schemes::together}};
}

/// Learned from Records, in order: equal Records make equal answers. Bounded: whoever moved longest ago is forgotten
/// first, and of each person the newest movements are kept. Not thread-safe.
class Presence {
 public:
  struct Keeps {
    std::size_t people = 100'000;
    std::size_t movements = 4;        ///< of each; the newest ones may yet turn out to be none
    std::optional<Direction> only{};  ///< of movements in the other direction nothing is kept
  };
  explicit Presence(Schemes schemes = Schemes::apart) : Presence(schemes, Keeps{}) {}
  Presence(Schemes schemes, Keeps keeps) : schemes_(schemes), keeps_(keeps) {}

  void learn(const Record& record);

  /// As this object tells people apart.
  Person person(std::string_view scheme, std::string_view subject) const;

  /// The newest movement at lanes of that zone; null: none is known. Good until the next Record is learned.
  const Movement* last(std::string_view zone, const Person& person) const;
  bool is_inside(std::string_view zone, const Person& person) const;
  /// Those that are kept, the newest last. Good until the next Record is learned.
  std::span<const Movement> movements(std::string_view zone, const Person& person) const;

  struct Inside {
    Person person;
    Movement came;  ///< the newest `in`
  };
  /// Who came longest ago first.
  std::vector<Inside> inside(std::string_view zone) const;
  /// How many of those inside are meant.
  std::size_t count_inside(std::string_view zone,
                           const std::function<bool(const Person&, const Movement&)>& is_meant) const;

  /// Those of which anybody is known, inside or not.
  std::vector<std::string> zones() const;

 private:
  struct Known {
    std::vector<Movement> movements;  ///< the newest last; never empty
    std::uint64_t touched = 0;        ///< its place in order_
  };
  using People = std::map<Person, Known>;
  struct Whose {
    std::string zone;
    Person person;
  };
  void note(const Record& record);
  void take_back(const RecordId& attempt);
  void forget(const Whose& whose);
  void give_times(WallTime now);

  Schemes schemes_;
  Keeps keeps_;
  std::map<std::string, People, std::less<>> zones_;
  std::map<std::uint64_t, Whose> order_;         ///< who moved longest ago first
  std::map<RecordId, Whose> may_be_taken_back_;  ///< the newest attempts
  std::uint64_t touches_ = 0;
  bool lacks_times_ = false;
};

}  // namespace gatepost::support
