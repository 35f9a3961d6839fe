// Site files that are out to hurt: each is refused for little more processor time than an honest file of that size
// takes, and 50 MB.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "config/load.hpp"
#include "shelf.hpp"
#include "world/scratch.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

namespace gatepost::config {
namespace {

using shelf::told;
using testing::HasSubstr;
using testing::StartsWith;

std::string times(std::string_view text, std::size_t count) {
  std::string all;
  all.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

struct Cost {
  double milliseconds = 0;
  double megabytes = 0;  // beyond what the process had before
};

long status_kilobytes(const char* field) {
  long value = 0;
  std::FILE* status = std::fopen("/proc/self/status", "r");
  char line[256];
  while (status != nullptr && std::fgets(line, sizeof line, status) != nullptr)
    if (std::string_view(line).starts_with(field)) value = std::atol(line + std::string_view(field).size());
  if (status != nullptr) std::fclose(status);
  return value;
}

double processor_milliseconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto of = [](timeval time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  };
  return of(used.ru_utime) + of(used.ru_stime);
}

// In the child. The address space ends 400 MB above what it has.
[[noreturn]] void measure(const std::filesystem::path& file, int out_end) {
  if (!sanitized) {
    const auto room = static_cast<rlim_t>(status_kilobytes("VmSize:")) * 1024 + (400U << 20);
    const rlimit limit{room, room};
    ::setrlimit(RLIMIT_AS, &limit);
  }
  ::alarm(20);
  const long before = status_kilobytes("VmRSS:");
  std::FILE* reset = std::fopen("/proc/self/clear_refs", "w");  // 5: the peak begins anew
  if (reset != nullptr) std::fputs("5", reset), std::fclose(reset);
  const double start = processor_milliseconds();
  const auto loaded = load(file, shelf::catalogue());
  const std::string text = loaded.shown();
  const double spent = processor_milliseconds() - start;
  const double grown = static_cast<double>(status_kilobytes("VmHWM:") - before) / 1024;
  std::FILE* out = ::fdopen(out_end, "w");
  std::fprintf(out, "%.2f %.2f\n%s", spent, grown, text.substr(0, 3000).c_str());
  std::fflush(out);
  ::_exit(0);
}

// Loads and shows the file in a process of its own.
std::pair<std::string, Cost> load_apart(const std::filesystem::path& file) {
  int ends[2];
  if (::pipe(ends) != 0) return {};
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      measure(file, ends[1]);
    } catch (...) {  // it must not go on with the other tests
      ::_exit(1);
    }
  }
  ::close(ends[1]);
  std::string all;
  char buffer[4096];
  for (ssize_t got; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    all.append(buffer, static_cast<std::size_t>(got));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "it ran out of memory or time: " << status;
  Cost cost;
  std::sscanf(all.c_str(), "%lf %lf", &cost.milliseconds, &cost.megabytes);
  return {all.substr(std::min(all.find('\n') + 1, all.size())), cost};
}

struct Hostile {
  const char* name;
  std::string (*text)();
  const char* told;
};

std::string laughs() {
  std::string text = "a: &a [lol, lol]\n";
  for (char c = 'b'; c <= 'z'; ++c) {
    const std::string from(1, static_cast<char>(c - 1));
    text += std::string(1, c) + ": &" + c + " [" + times("*" + from + ", ", 9) + "*" + from + "]\n";
  }
  return text;
}

std::string many_keys(std::size_t count, std::string_view value) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += "k" + std::to_string(i) + ":" + std::string(value) + "\n";
  return text;
}

std::string noise() {
  std::string text = "site:\n  name: ";
  std::uint32_t state = 1;
  for (int i = 0; i < 100'000; ++i) text += static_cast<char>(32 + (state = state * 1664525 + 1013904223) % 95);
  return text;
}

const Hostile files[] = {
    {"laughs", laughs, "an anchor (&) is not taken"},
    {"self_alias", [] { return std::string("a: &a [*a]\n"); }, "is not taken"},
    {"deep_lists", [] { return times("[", 10'000); }, "nested deeper than 32"},
    {"deep_maps", [] { return times("{", 10'000); }, "nested deeper than 32"},
    {"deep_pairs", [] { return times("{a: ", 10'000); }, "nested deeper than 32"},
    {"deep_lists_full", [] { return times("[", source_limit); }, "nested deeper than 32"},
    {"deep_lists_lines", [] { return times("[\n", source_limit / 2); }, "nested deeper than 32"},
    {"deep_block", [] { return times("- ", source_limit / 2); }, "nested deeper than 32"},
    {"deep_questions", [] { return times("? ", source_limit / 2); }, ""},
    {"deep_indent",
     [] {
       std::string text;
       for (std::size_t i = 0; i < 400; ++i) text += std::string(i, ' ') + "a:\n";
       return text;
     },
     "nested deeper than 32"},
    {"closers", [] { return times("]", source_limit); }, ""},
    {"colons", [] { return times(":", source_limit); }, ""},
    {"colon_spaces", [] { return times(": ", source_limit / 2); }, ""},
    {"commas", [] { return "[" + times(",", source_limit - 1); }, ""},
    {"quotes", [] { return times("\"", source_limit); }, ""},
    {"quoted_pairs", [] { return times("\"a\" ", source_limit / 4); }, ""},
    {"open_quote", [] { return "\"" + times("a", source_limit - 1); }, ""},
    {"open_quote_lines", [] { return "\"" + times("\n", source_limit - 1); }, ""},
    {"anchors", [] { return times("&a ", source_limit / 3); }, ""},
    {"tags", [] { return times("!a ", source_limit / 3); }, ""},
    {"tagged_list", [] { return "[" + times("!!str a,", source_limit / 9) + "]"; }, "a tag (!) is not taken"},
    {"directives", [] { return times("%A b\n", source_limit / 5); }, ""},
    {"documents", [] { return times("---\n", source_limit / 4); }, "a second document begins here"},
    {"comments", [] { return times("#\n", source_limit / 2); }, "the site file is empty"},
    {"blank_lines", [] { return times("\n", source_limit); }, "the site file is empty"},
    {"dashes", [] { return times("-\n", source_limit / 2); }, "more than 20000"},
    {"hundred_megabytes", [] { return times("a: b\n", 20'000'000); }, "larger than 128KiB"},
    {"scalar_of_a_mebibyte", [] { return "site: " + times("a", 1 << 20); }, "larger than 128KiB"},
    {"large_scalar", [] { return "site: " + times("a", source_limit - 10); }, "site holds a single value"},
    {"large_key", [] { return times("a", source_limit - 10) + ": b"; }, ""},
    {"large_block", [] { return "site: |\n" + times("  a\n", source_limit / 4 - 8); }, "site holds a single value"},
    {"large_folded", [] { return "site: >\n" + times("  a\n\n", source_limit / 5 - 8); }, "site holds a single value"},
    {"many_keys", [] { return many_keys(100'000, ""); }, "larger than 128KiB"},
    {"keys_of_one_letter", [] { return "{" + times("a,", source_limit / 2 - 8) + "}"; }, ""},
    {"unknown_keys", [] { return many_keys(9'000, " 1"); }, "there is no section 'k0'"},
    {"unknown_settings",
     [] {
       std::string keys;
       for (int i = 0; i < 9'000; ++i) keys += "device" + std::to_string(i) + ": 1, ";
       return shelf::with("device: \"sim:gun\"", keys.substr(0, 100'000) + "z: 1");
     },
     "did you mean 'device'?"},
    {"bad_entries",
     [] {
       std::string entries;
       for (int i = 0; i < 4'000; ++i) entries += "  d" + std::to_string(i) + ": { plugin: scan }\n";
       return shelf::with("  gate: ", entries + "  gate: ");
     },
     "did you mean 'scanner'?"},
    {"names_much_alike",
     [] {
       const std::string same = times("ab", 28);
       std::string entries, list;
       for (int i = 1000; i < 1'600; ++i)
         entries += "  " + same + std::to_string(i) + ": { plugin: scanner, device: a }\n";
       for (int i = 2000; i < 2'400; ++i) list += same + std::to_string(i) + ", ";
       return shelf::with("lanes:\n", "lanes:\n  other: { inputs: [" + list + "] }\n")
           .replace(shelf::good_site().find("  gate: "), 0, entries);
     },
     "under devices"},
    {"same_key", [] { return times("a: 1\n", 9'000); }, "stands here a second time; the first is in line 1"},
    {"same_input",
     [] { return shelf::with("{ entry_gun: in, exit_gun: out }", "[" + times("entry_gun, ", 9'000) + "]"); },
     "already read by lane 'main'"},
    {"same_policy", [] { return shelf::with("[staff_list]", "[" + times("staff_list, ", 9'000) + "]"); }, "twice"},
    {"other_policies",
     [] {
       std::string list;
       for (int i = 0; i < 9'000; ++i) list += "p" + std::to_string(i) + ", ";
       return shelf::with("[staff_list]", "[" + list + "]");
     },
     "there is no 'p0' under policies"},
    {"bad_utf8", [] { return std::string("site:\n  name: a\xff\n"); }, "site.yaml:2:10: error: byte 0xff is not UTF-8"},
    {"surrogate", [] { return std::string("a: \xED\xA0\x80\n"); }, "site.yaml:1:4: error: byte 0xed is not UTF-8"},
    {"overlong", [] { return std::string("a: \xC0\xAF\n"); }, "site.yaml:1:4: error: byte 0xc0 is not UTF-8"},
    {"zero_bytes", [] { return std::string("a: b\0c", 6); }, "site.yaml:1:5: error: control character 0x00"},
    {"escape_sequence", [] { return std::string("a: \x1b[31m\n"); }, "site.yaml:1:4: error: control character 0x1b"},
    {"tabs", [] { return std::string("site:\n\tname: a\n"); }, "site.yaml:2:1: error: a tab stands in the indentation"},
    {"noise", noise, ""},
    {"huge_number", [] { return shelf::with("code: 4017", "code: " + times("9", 100'000)); },
     "site.yaml:3:9: error: '9999999999999999999999999999999999999999"},
    {"huge_time", [] { return shelf::with("idle: 80ms", "idle: " + times("9", 100'000) + "s"); }, "is too large"},
    {"many_times", [] { return shelf::with("idle: 80ms", "idle: " + times("1s", 50'000)); }, "is too large"},
    {"two_documents", [] { return shelf::good_site() + "---\na: b\n"; }, "a second document begins here"},
    {"list_as_key", [] { return std::string("? [a, b]\n: c\n"); }, "a key must be a word"},
    {"merge_key", [] { return std::string("site: {<<: {name: a}}\n"); }, "site has no setting '<<'"},
};

class HostileFile : public testing::TestWithParam<Hostile> {};

constexpr double most_times = 8;  ///< what an honest file costs

/// As large as a file may be, and right.
std::string honest() {
  std::string entries;
  for (int i = 1000; i < 2'400; ++i) entries += "  gun" + std::to_string(i) + ": { plugin: scanner, device: a }\n";
  return shelf::good_site().insert(shelf::good_site().find("  gate: "), entries);
}

TEST_P(HostileFile, IsRefusedAtOnceAndCheaply) {
  const world::Scratch scratch;
  const auto file = scratch.write("site.yaml", GetParam().text());
  auto [text, cost] = load_apart(file);
  const auto yardstick = scratch.write("honest.yaml", honest());
  double allowed = 0;
  // A neighbour on the machine makes a run dear, never cheap: the cheapest of a few is what a file costs.
  for (int again = 0; again < 6 && !sanitized && cost.milliseconds >= allowed; ++again) {
    cost.milliseconds = std::min(cost.milliseconds, load_apart(file).second.milliseconds);
    const double honest_milliseconds = load_apart(yardstick).second.milliseconds;
    allowed = again == 0 ? most_times * honest_milliseconds : std::min(allowed, most_times * honest_milliseconds);
  }
  const auto heading = text.substr(0, 300);
  EXPECT_THAT(text, StartsWith(file.string() + ":")) << "not refused";
  EXPECT_THAT(text, HasSubstr(": error: "));
  EXPECT_THAT(text, HasSubstr(GetParam().told)) << heading;
  RecordProperty("milliseconds", std::to_string(cost.milliseconds));
  RecordProperty("megabytes", std::to_string(cost.megabytes));
  std::printf("%-24s %7.2f ms, allowed %.0f, %6.2f MB\n", GetParam().name, cost.milliseconds, allowed, cost.megabytes);
  if (sanitized) return;
  EXPECT_LT(cost.milliseconds, allowed) << heading;
  EXPECT_LT(cost.megabytes, 50) << heading;
}

INSTANTIATE_TEST_SUITE_P(All, HostileFile, testing::ValuesIn(files),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(HostilePath, IsRefusedWithoutWaiting) {
  const world::Scratch scratch;
  const auto pipe = scratch / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const auto catalogue = shelf::catalogue();
  const auto said = [&](const std::filesystem::path& file) { return load(file, catalogue).shown(); };
  EXPECT_THAT(said(pipe), HasSubstr("is not a regular file"));
  EXPECT_THAT(said("/dev/zero"), HasSubstr("is not a regular file"));
  EXPECT_THAT(said(scratch.path()), HasSubstr("is a folder"));
  EXPECT_THAT(said(scratch / "absent.yaml"), HasSubstr("No such file"));
  const auto secret = scratch.write("unreadable.yaml", "a: b");
  ::chmod(secret.c_str(), 0);
  if (::geteuid() != 0) {  // root may read everything
    EXPECT_THAT(said(secret), HasSubstr("Permission denied"));
  }
}

RC_GTEST_PROP(AnyText, IsTakenOrRefusedWithoutACrash, (const std::string& text)) { told(text); }

RC_GTEST_PROP(AnyText, InTheMiddleOfASiteToo, ()) {
  std::string text = shelf::good_site();
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  const auto length = *rc::gen::inRange<std::size_t>(0, 20);
  const auto piece = *rc::gen::oneOf(rc::gen::arbitrary<std::string>(),
                                     rc::gen::element<std::string>("{", "]", "&a ", "*a", "!t ", "\n", "  ", "\"", "'",
                                                                   "|\n", ": ", "- ", "# ", "---\n", "? "));
  text.replace(at, length, piece);
  told(text);
}

}  // namespace
}  // namespace gatepost::config
