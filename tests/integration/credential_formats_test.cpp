// The formats of documents beside one another, as a lane has them: each code is known by one at most, in any order.
#include <gmock/gmock.h>

#include <algorithm>

#include "plugin/catalogue.hpp"
#include "world/places.hpp"
#include "world/vectors.hpp"

namespace gatepost {
namespace {

namespace json = boost::json;

/// Those that are made for one kind of document each; a pattern is whatever a site says.
class Formats : public testing::Test {
 protected:
  Formats() {
    for (const auto* name : {"cccd", "personal_qr", "health_insurance", "place_code", "payment_code", "gs1", "aamva"}) {
      const auto* plugin = catalogue_.find(name);
      EXPECT_NE(plugin, nullptr) << name;
      if (plugin == nullptr) continue;
      std::vector<Value> defaults;
      for (const auto& field : plugin->descriptor->settings()) defaults.push_back(field.fallback);
      auto made = plugin->descriptor->make.credential(defaults, {name, "/"});
      EXPECT_TRUE(made) << name;
      if (made) formats_.emplace_back(name, std::move(*made));
    }
  }

  /// Who says anything of it: that it is theirs, or that it claims to be and is not right.
  std::vector<std::string> known_by(const std::string& payload) const {
    std::vector<std::string> names;
    for (const auto& [name, format] : formats_) {
      const auto parsed = format->parse({.payload = payload});
      if (!parsed || *parsed) names.push_back(name);
    }
    return names;
  }

 private:
  const std::filesystem::path folder_ = world::plugins_folder();
  plugin::Catalogue catalogue_ = plugin::Catalogue::load({&folder_, 1});
  std::vector<std::pair<std::string, std::unique_ptr<CredentialFormat>>> formats_;
};

std::string format_of(const std::string& kind) {
  if (kind.starts_with("qrqg")) return "personal_qr";
  if (kind.starts_with("bhyt")) return "health_insurance";
  return "cccd";
}

TEST_F(Formats, OfDocumentsKnowEachVectorBetweenThemOnce) {
  const auto rows = world::json_lines(world::credential_vectors() / "vn/vn-qr.jsonl");
  if (rows.empty()) GTEST_SKIP() << "the vectors are not beside this tree";
  for (const auto& row : rows) {
    const std::string name(row.at("id").as_string()), kind(row.at("kind").as_string());
    const auto names = known_by(world::from_base64(std::string(row.at("raw_b64").as_string())));
    if (name == "S-054-not-a-person") {
      EXPECT_THAT(names, testing::ElementsAre("place_code"));
    } else if (kind == "not-a-person" || kind == "wedge-pipe-layout") {
      EXPECT_THAT(names, testing::IsEmpty()) << name;
    } else {
      EXPECT_THAT(names, testing::ElementsAre(format_of(kind))) << name;
    }
  }
}

TEST_F(Formats, OfDocumentsLeaveSignedCodesAlone) {
  std::size_t codes = 0;
  for (const char* file : {"dgc/vectors.jsonl", "dgc/mutations.jsonl", "shc/vectors.jsonl"})
    for (const auto& row : world::json_lines(world::credential_vectors() / file)) {
      if (!row.contains("qr") || !row.at("qr").is_string()) continue;
      ++codes;
      EXPECT_THAT(known_by(std::string(row.at("qr").as_string())), testing::IsEmpty()) << file;
    }
  if (codes == 0) GTEST_SKIP() << "the vectors are not beside this tree";
}

}  // namespace
}  // namespace gatepost
