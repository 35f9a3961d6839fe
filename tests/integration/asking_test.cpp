// One gun that asks in or out: by the real command, with a terminal that is the gun.
#include <gmock/gmock.h>

#include <boost/json/parse.hpp>

#include "integration/gun_site.hpp"

namespace gatepost {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// A site whose one gun asks, in English and Vietnamese.
class Asks : public testing::Test {
 protected:
  explicit Asks(const std::string& rules = {}) {
    site_.disk().write("site.yaml",
                       "site: { name: Cầu Bắc, code: 4017, languages: [en, vi] }\n"
                       "journal: { file: journal.db }\n"
                       "devices: { gun: { plugin: serial, lines: many, device: 'serial:" +
                           site_.gun_file().string() +
                           "' } }\n"
                           "credentials: { card: { plugin: pattern, match: '(?P<subject>E[0-9]{6})' } }\n"
                           "policies: { list: { plugin: roster, file: people.csv, show: [name] } }\n"
                           "lanes: { main: { inputs: { gun: ask }, credentials: [card], policies: [list], "
                           "repeat_within: 0s, denied_at_most: none, ask_within: 2s" +
                           rules +
                           " } }\n"
                           "tests:\n"
                           "  both_ways:\n"
                           "    - { at: 2026-12-01 08:00, direction: out, code: E000001, expect: grant }\n"
                           "    - { at: 2026-12-01 08:01, code: E000001, expect: grant }\n"
                           "    - { at: 2026-12-01 08:02, code: 'GP:IN', expect: deny, reason: unknown_code }\n");
    site_.plug();
  }
  std::string attempts() { return site_.say("records", {"--kind", "attempt"}).text; }

  GunSite site_;
};

class Stays : public Asks {
 protected:
  Stays() : Asks(", ask_stays: 1h") {}
};

TEST_F(Asks, AndJudgesByWhatIsSaid) {
  const auto engine = site_.run();
  site_.scan("E000001");
  ASSERT_TRUE(engine->says("ASK")) << engine->output();
  ASSERT_TRUE(
      engine->says("In or out? Please scan the posted code of your direction · "
                   "Vào hay ra? Xin quét mã chiều đi treo bên cạnh"))
      << engine->output();
  EXPECT_THAT(attempts(), Not(HasSubstr("E000001"))) << "a question is no attempt";
  site_.scan("GP:OUT");
  ASSERT_TRUE(engine->says("◂ out  E000001")) << engine->output();
  EXPECT_THAT(attempts(), AllOf(HasSubstr("E000001"), HasSubstr("out")));
}

TEST_F(Asks, AndDeniesWhoDoesNotSayIt) {
  const auto engine = site_.run();
  site_.scan("E000001");
  ASSERT_TRUE(engine->says("Nobody said whether in or out: please scan again · Chưa chọn vào hay ra: xin quét lại"))
      << engine->output();
  EXPECT_THAT(attempts(), HasSubstr("direction_not_said"));
  site_.scan("GP:IN");
  ASSERT_TRUE(engine->says("Chiều vào: mời quét mã của bạn")) << engine->output();
  site_.scan("E000002");
  ASSERT_TRUE(engine->says("▸ in  E000002")) << engine->output();
}

TEST_F(Stays, TheDirectionThatWasSaidAndStatusTellsIt) {
  const auto engine = site_.run();
  site_.scan("GP:OUT");
  ASSERT_TRUE(engine->says("Out: please scan your code · Chiều ra: mời quét mã của bạn (for 60 min)"))
      << engine->output();
  for (const char* who : {"E000001", "E000002"}) {
    site_.scan(who);
    ASSERT_TRUE(engine->says("◂ out  " + std::string(who))) << engine->output();
  }
  EXPECT_THAT(site_.say("status").text, HasSubstr("; out for "));
  const auto status = boost::json::parse(site_.say("status", {"--json"}).text);
  EXPECT_EQ(status.at("inputs").at(0).at("direction"), "out");
  EXPECT_GT(status.at("inputs").at(0).at("direction_for").to_number<double>(), 3500);
}

TEST_F(Asks, NobodyWhoIsLookedUp) {
  const auto said = site_.say("lookup", {"E000001", "--direction", "out"});
  EXPECT_THAT(said.text, HasSubstr("main out: grant, granted")) << "as if it had been said";
  EXPECT_THAT(site_.say("lookup", {"E000001"}).text, HasSubstr("main in: grant, granted"));
}

TEST_F(Asks, NothingInTheSitesOwnTests) {
  const auto said = site_.say("check");
  EXPECT_EQ(said.exit, 0) << said.text;
  EXPECT_THAT(site_.say("check", {"--echo"}).text, HasSubstr("inputs: { gun: ask }"));
}

TEST_F(Asks, OnAfterAReload) {
  const auto engine = site_.run();
  site_.scan("E000001");
  ASSERT_TRUE(engine->says("In or out?")) << engine->output();
  site_.disk().write("people.csv", "subject,name\nE000001,Lan\nE000002,An\nE000003,Bo\n");
  EXPECT_EQ(site_.say("reload").exit, 0);
  site_.scan("GP:IN");
  ASSERT_TRUE(engine->says("▸ in  E000001")) << engine->output();
}

}  // namespace
}  // namespace gatepost
