// @NAME@: what it promises. What every plugin must keep to is in the conformance suite.
#include <gmock/gmock.h>

#include "plugin/catalogue.hpp"

namespace {

TEST(Plugin_@NAME@, IsFoundByItsNameAndExplainsItsSettings) {
  const std::filesystem::path folder = GATEPOST_PLUGINS;
  const auto catalogue = gatepost::plugin::Catalogue::load({&folder, 1});
  const auto* plugin = catalogue.find("@NAME@");
  ASSERT_NE(plugin, nullptr);
  for (const auto& field : plugin->descriptor->settings()) EXPECT_FALSE(field.text.empty()) << field.key;
}

}  // namespace
