// What stands between the engine and a plugin's object forwards every virtual function: one that is left out falls back
// to the SDK's default without a word.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <regex>
#include <set>
#include <string>

#include "world/places.hpp"

namespace {

std::string text_of(const std::string& file) {
  std::ifstream in(std::filesystem::path(gatepost::world::source_folder()) / file);
  return {std::istreambuf_iterator<char>(in), {}};
}

// From "class NAME" or "struct NAME" to its end.
std::string class_in(const std::string& text, const std::string& name) {
  std::smatch head;
  if (!std::regex_search(text, head, std::regex("\n(class|struct) " + name + "[ :][^;]*\\{\n"))) return {};
  const auto begin = static_cast<std::size_t>(head.position());
  return text.substr(begin, text.find("\n};", begin) - begin);
}

std::set<std::string> matches(const std::string& text, const std::string& pattern) {
  const std::regex regex(pattern);
  std::set<std::string> names;
  for (std::sregex_iterator found(text.begin(), text.end(), regex), end; found != end; ++found)
    names.insert((*found)[1]);
  return names;
}

struct Wrapper {
  const char* header;  ///< of the SDK
  const char* of;
  const char* file;
  const char* name;
};

void PrintTo(const Wrapper& wrapper, std::ostream* out) { *out << wrapper.name; }

class Wrappers : public testing::TestWithParam<Wrapper> {};

TEST_P(Wrappers, ForwardEachVirtualFunction) {
  const auto& [header, of, file, name] = GetParam();
  const auto wanted =
      matches(class_in(text_of(std::string("engine/include/gatepost/") + header), of), R"(virtual [^~;{]*?(\w+)\()");
  const auto forwarded = matches(class_in(text_of(file), name), R"((\w+)\([^;{]*\) (?:const )?override)");
  EXPECT_FALSE(wanted.empty());
  for (const auto& function : wanted) EXPECT_TRUE(forwarded.contains(function)) << name << " forwards no " << function;
}

constexpr const char* guarded = "engine/include/gatepost/guarded.hpp";
constexpr const char* redacted = "engine/supervisor/redacted.cpp";

INSTANTIATE_TEST_SUITE_P(All, Wrappers,
                         testing::Values(Wrapper{"input.hpp", "Input", guarded, "GuardedInput"},
                                         Wrapper{"credential.hpp", "CredentialFormat", guarded, "GuardedCredential"},
                                         Wrapper{"policy.hpp", "Policy", guarded, "GuardedPolicy"},
                                         Wrapper{"sink.hpp", "Sink", guarded, "GuardedSink"},
                                         Wrapper{"actuator.hpp", "Actuator", guarded, "GuardedActuator"},
                                         Wrapper{"service.hpp", "Service", guarded, "GuardedService"},
                                         Wrapper{"input.hpp", "InputHost", redacted, "RedactedInputHost"},
                                         Wrapper{"input.hpp", "Input", redacted, "RedactedInput"},
                                         Wrapper{"credential.hpp", "CredentialFormat", redacted, "RedactedFormat"},
                                         Wrapper{"policy.hpp", "Policy", redacted, "RedactedPolicy"},
                                         Wrapper{"sink.hpp", "Sink", redacted, "RedactedSink"},
                                         Wrapper{"actuator.hpp", "Actuator", redacted, "RedactedActuator"}),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
