#include "runtime/subscribers.hpp"

namespace gatepost::runtime {

Subscriber::Subscriber(Observer& observer)
    : news_([&observer](const std::variant<core::Answer, Record>& news, std::uint64_t) {
        if (const auto* answer = std::get_if<core::Answer>(&news))
          observer.answered(*answer);
        else
          observer.recorded(std::get<Record>(news));
      }) {}

}  // namespace gatepost::runtime
