#include "core/duplicate_filter.hpp"

#include <algorithm>

#include "core/hooks.hpp"

namespace gatepost::core {
namespace {

constexpr std::size_t most_remembered = 64;

// A code that no format knows, or that names nobody, is one attempt too while it is held before a camera: then the
// payload names it.
std::string_view subject_of(const Reading& reading, const std::optional<Credential>& credential) {
  return credential && !credential->subject.empty() ? credential->subject : reading.payload;
}

std::string_view scheme_of(const std::optional<Credential>& credential) {
  return credential ? std::string_view(credential->scheme) : std::string_view();
}

}  // namespace

std::optional<DuplicateFilter::Earlier> DuplicateFilter::find(const Reading& reading,
                                                              const std::optional<Credential>& credential,
                                                              Direction direction, BootTime seen) {
  if (mutant(Mutant::repeated_through_sleep)) seen = BootTime(reading.seen.time_since_epoch());
  std::erase_if(made_, [&](const Made& made) { return seen - made.last > within_; });
  auto made = std::ranges::find_if(made_, [&](const Made& earlier) {
    return earlier.direction == direction && earlier.scheme == scheme_of(credential) &&
           earlier.subject == subject_of(reading, credential);
  });
  if (made == made_.end()) return {};
  const Duration ago = seen - made->last;
  made->last = std::max(made->last, seen);
  return Earlier{made->verdict, made->record, std::max(ago, Duration::zero())};
}

void DuplicateFilter::remember(const Reading& reading, const Answer& answer, BootTime seen) {
  if (mutant(Mutant::repeated_through_sleep)) seen = BootTime(reading.seen.time_since_epoch());
  if (within_ == Duration::zero()) return;
  if (made_.size() == most_remembered) made_.pop_front();
  made_.push_back({std::string(scheme_of(answer.credential)), std::string(subject_of(reading, answer.credential)),
                   answer.direction, seen, answer.verdict, answer.record});
}

}  // namespace gatepost::core
