#include "specimen.hpp"

#include <gmock/gmock.h>

#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>
#include <stdexcept>

namespace gatepost::conformance {
namespace {

namespace fs = std::filesystem;

// Test settings are few: text, whole numbers, yes/no and milliseconds are enough.
Value value_from(const FieldInfo& field, const std::string& text) {
  switch (field.fallback.index()) {
    case 0:
      return text == "yes";
    case 1:
      return static_cast<std::int64_t>(std::stoll(text));
    case 2:
      return std::stod(text);
    case 4:
      return Duration(std::chrono::milliseconds(std::stoll(text)));
    case 5:
      return ByteSize{std::stoull(text)};
    case 6:
      return fs::absolute(text);
    case 7:
      return std::vector<std::string>{text};
    default:
      return text;
  }
}

}  // namespace

Specimen* specimen = nullptr;

void expect_helpful(const Error& error) {
  EXPECT_FALSE(error.what.empty());
  EXPECT_FALSE(error.remedy.empty()) << "an Error tells what to do: " << error.what;
  EXPECT_LT(to_line(error).size(), 4096U) << "an Error does not repeat its whole input";
  EXPECT_EQ(error.what.find("threw "), std::string::npos) << "the plugin lets an exception out: " << error.what;
}

std::size_t entries_of(const char* folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

Specimen load(const fs::path& file, std::map<std::string, std::string> given) {
  std::string folder = (fs::temp_directory_path() / "gatepost-conformance-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error("cannot make a folder");
  const fs::path place = folder;
  fs::copy_file(file, place / file.filename());
  Specimen loaded{fs::absolute(file), plugin::Catalogue::load({&place, 1}), nullptr, std::move(given)};
  fs::remove_all(place);
  if (!loaded.catalogue.plugins().empty()) loaded.descriptor = loaded.catalogue.plugins()[0].descriptor;
  return loaded;
}

std::vector<Value> values_of(const Specimen& of) {
  std::vector<Value> values;
  for (const FieldInfo& field : of.descriptor->settings()) {
    const auto given = of.given.find(std::string(field.key));
    values.push_back(given == of.given.end() ? field.fallback : value_from(field, given->second));
  }
  return values;
}

std::optional<Value> hostile_value(const FieldInfo& field, std::size_t which) {
  std::vector<Value> values;
  if (field.min) values.push_back(*field.min);
  if (field.max) values.push_back(*field.max);
  if (std::holds_alternative<std::string>(field.fallback) && field.choices.empty())
    for (const std::string& text : {std::string(), std::string(100'000, 'A'), std::string("\0\x1b[2J\xff\xfe", 7),
                                    std::string("../../etc/passwd"), std::string("%s%n$(reboot)';--"),
                                    std::string("(((((((((((((((((((("), std::string(20'000, '(')})
      values.emplace_back(text);
  for (const auto choice : field.choices) values.emplace_back(std::string(choice));
  if (std::holds_alternative<fs::path>(field.fallback))
    for (const char* path : {"/nowhere/at/all", "/", "/dev/null", "/proc/self/mem"})
      values.emplace_back(fs::path(path));
  if (std::holds_alternative<std::vector<std::string>>(field.fallback))
    values.insert(values.end(), {std::vector<std::string>{}, std::vector<std::string>(1000, "=")});
  if (std::holds_alternative<bool>(field.fallback)) values.insert(values.end(), {true, false});
  if (which >= values.size()) return {};
  return values[which];
}

std::vector<std::string> output_of(const std::string& command) {
  struct Close {
    void operator()(std::FILE* pipe) const { ::pclose(pipe); }
  };
  const std::unique_ptr<std::FILE, Close> pipe(::popen(command.c_str(), "r"));
  std::vector<std::string> lines;
  for (char line[4096]; pipe && std::fgets(line, sizeof line, pipe.get()) != nullptr;) {
    lines.emplace_back(line);
    if (lines.back().ends_with('\n')) lines.back().pop_back();
  }
  return lines;
}

}  // namespace gatepost::conformance
