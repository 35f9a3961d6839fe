#include "runtime/subscribers.hpp"

namespace gatepost::runtime {

Subscriber::Subscriber(Observer& observer)
    : news_([&observer](const News& news, std::uint64_t) {
        if (const auto* answer = std::get_if<core::Answer>(&news))
          observer.answered(*answer);
        else if (const auto* prompt = std::get_if<Prompt>(&news))
          observer.prompted(prompt->told);
        else if (const auto* record = std::get_if<Record>(&news))
          observer.recorded(*record);
        else
          observer.logged(std::get<LogLine>(news));
      }) {}

}  // namespace gatepost::runtime
