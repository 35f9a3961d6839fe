// Services in a site file: what each may take, and change.
#include <gmock/gmock.h>

#include "config/difference.hpp"
#include "config/dump.hpp"
#include "shelf.hpp"

namespace gatepost::config {
namespace {

using shelf::told;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

const plugin::Catalogue& plugins_with_services() {
  static const plugin::Catalogue all = shelf::catalogue();
  return all;
}

std::string hall(const std::string& service) {
  return "site: { name: Hall, code: 12 }\nservices:\n  wall: { plugin: page" + service + " }\n";
}

Site site_of(const std::string& text) {
  auto loaded = load_text(text, "/gate/site.yaml", plugins_with_services());
  EXPECT_TRUE(loaded.site) << loaded.shown();
  return loaded.site.value_or(Site{});
}

TEST(ServicesInASite, HaveAPluginItsSettingsAndTheirTerms) {
  const Site site = site_of(hall(", title: Hall, memory: 64MiB, allow: [reload]"));
  ASSERT_EQ(site.services.size(), 1U);
  EXPECT_EQ(site.services[0].values, std::vector<Value>{std::string("Hall")});
  EXPECT_EQ(site.services[0].service.memory, ByteSize{64 << 20});
  EXPECT_THAT(site.services[0].service.allow, ElementsAre("reload"));
  EXPECT_TRUE(site.lanes.empty()) << "a site of services needs none";
  EXPECT_EQ(site_of(dump(site)).services[0].service, site.services[0].service);
}

TEST(ServicesInASite, ChangeNothingUnlessTheFileSaysSo) {
  EXPECT_THAT(told(hall("")),
              AllOf(HasSubstr("service 'wall' changes the running site by 'reload'"), HasSubstr("allow: [reload]")));
  EXPECT_THAT(told(hall(", allow: [relod]")), AllOf(HasSubstr("never asks to 'relod'"), HasSubstr("did you mean")));
  EXPECT_THAT(told(hall(", allow: [reload, status]")), HasSubstr("never asks to 'status'")) << "what reads needs none";
}

TEST(ServicesInASite, TakeMemoryWithinBounds) {
  EXPECT_THAT(told(hall(", allow: [reload], memory: 1MiB")), HasSubstr("32MiB"));
}

TEST(ServicesInASite, AreNoOutputs) {
  EXPECT_THAT(told("site: { name: Hall, code: 12 }\nservices: { wall: { plugin: store } }\n"),
              AllOf(HasSubstr("is of kind sink and cannot be a service"), HasSubstr("move this entry to 'outputs:'")));
}

TEST(ServicesInASite, AreComparedWithTheirTerms) {
  const auto lines = [](const std::string& before, const std::string& after) {
    return to_lines(difference(site_of(before), site_of(after)));
  };
  const std::string old = hall(", allow: [reload]");
  EXPECT_THAT(lines(old, hall(", allow: [reload], memory: 64MiB")),
              ElementsAre("~ service wall: memory 256MiB → 64MiB"));
  EXPECT_FALSE(same(site_of(old).services[0], site_of(hall(", allow: [reload], memory: 64MiB")).services[0]));
  EXPECT_THAT(lines(old, "site: { name: Hall, code: 12 }\nservices:\n  other: { plugin: page, allow: [reload] }\n"),
              ElementsAre("+ service other (plugin page)", "- service wall (plugin page)"));
}

}  // namespace
}  // namespace gatepost::config
