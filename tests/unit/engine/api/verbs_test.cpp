#include "api/verbs.hpp"

#include <gmock/gmock.h>

namespace gatepost::api {
namespace {

Result<boost::json::object> nothing(const boost::json::object&) { return boost::json::object(); }

TEST(Verbs, OfAServiceAreThoseThatItAsksForAndTheSiteAllows) {
  Verbs all;
  all.answer("status", nothing).answer("tape", nothing).answer("reload", nothing, Effect::changes);
  constexpr std::array<const char*, 2> asked{"status", "reload"};
  EXPECT_EQ(all.only(asked, {}).names(), "status");
  const std::vector<std::string> allowed{"reload", "tape"};
  EXPECT_EQ(all.only(asked, allowed).names(), "reload, status");
}

}  // namespace
}  // namespace gatepost::api
