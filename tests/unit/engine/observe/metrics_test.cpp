#include "observe/metrics.hpp"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "world/exposition.hpp"

namespace gatepost::observe {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;

world::Exposed read(const Metrics& metrics) {
  Exposition out;
  metrics.write(out);
  return world::ExpositionReader().read(out.text());
}

MonotonicTime at(Duration time) { return MonotonicTime(1s + time); }

core::Answer answer_of(Outcome outcome, std::string reason) {
  core::Answer answer{.lane = "main"};
  answer.verdict = {outcome, std::move(reason), {}, {}};
  answer.trace = {.seen = at(0us),
                  .offered = at(10us),
                  .taken = at(15us),
                  .identified = at(40us),
                  .decided = at(140us),
                  .recorded = at(1640us)};
  return answer;
}

TEST(Metrics, CountScansByLaneAnswerAndReason) {
  Metrics metrics;
  metrics.answered(answer_of(Outcome::grant, "granted"));
  metrics.answered(answer_of(Outcome::deny, "not_listed"));
  metrics.answered(answer_of(Outcome::deny, "not_listed"));
  auto repeat = answer_of(Outcome::deny, "not_listed");
  repeat.repeated = true;
  metrics.answered(repeat);
  const auto exposed = read(metrics);
  EXPECT_THAT(exposed.faults, IsEmpty());
  EXPECT_EQ(exposed.at(R"(gatepost_scans_total{lane="main",outcome="grant",reason="granted"})"), 1);
  EXPECT_EQ(exposed.at(R"(gatepost_scans_total{lane="main",outcome="deny",reason="not_listed"})"), 2);
  EXPECT_EQ(exposed.at(R"(gatepost_repeats_total{lane="main"})"), 1);
}

TEST(Metrics, MeasureTheStepsThatWereReached) {
  Metrics metrics;
  metrics.answered(answer_of(Outcome::deny, "not_listed"));
  const auto exposed = read(metrics);
  EXPECT_EQ(exposed.at(R"(gatepost_stage_seconds_bucket{lane="main",stage="queue",le="2e-05"})"), 1);
  EXPECT_EQ(exposed.at(R"(gatepost_stage_seconds_bucket{lane="main",stage="identify",le="2e-05"})"), 0);
  EXPECT_EQ(exposed.at(R"(gatepost_stage_seconds_bucket{lane="main",stage="judge",le="0.0001"})"), 1);
  EXPECT_EQ(exposed.at(R"(gatepost_stage_seconds_count{lane="main",stage="record"})"), 1);
  EXPECT_NEAR(*exposed.at(R"(gatepost_stage_seconds_sum{lane="main",stage="record"})"), 0.0015, 1e-9);
  EXPECT_EQ(exposed.at(R"(gatepost_stage_seconds_count{lane="main",stage="command"})"), 0) << "no gate moved";
  EXPECT_NEAR(*exposed.at(R"(gatepost_scan_seconds_sum{lane="main",outcome="deny"})"), 0.00164, 1e-9);
}

TEST(Metrics, StayBoundedWhateverReasonsAPluginGives) {
  Metrics metrics;
  for (int i = 0; i < 1000; ++i) metrics.answered(answer_of(Outcome::deny, "reason_" + std::to_string(i)));
  const auto exposed = read(metrics);
  std::size_t series = 0;
  for (const auto& [name, value] : exposed.samples)
    if (name.starts_with("gatepost_scans_total")) ++series;
  EXPECT_EQ(series, Metrics::most_reasons + 1);
  EXPECT_EQ(exposed.at(R"(gatepost_scans_total{lane="main",outcome="deny",reason="other"})"),
            1000 - Metrics::most_reasons);
}

TEST(Metrics, AreGoodTextWhateverTheNames) {
  EXPECT_TRUE(rc::check("any bytes in a label are escaped", [](const std::string& name) {
    Exposition out;
    out.family("gatepost_x_total", Exposition::Type::Counter, "X.").sample({{"lane", name}}, std::uint64_t{1});
    const auto exposed = world::ExpositionReader().read(out.text());
    RC_ASSERT(exposed.faults.empty());
    RC_ASSERT(exposed.samples.size() == 1U);
  }));
}

TEST(Metrics, AreWrittenAsPrometheusReadsThem) {
  Exposition out;
  out.family("gatepost_x_total", Exposition::Type::Counter, "X.")
      .sample({{"lane", "a\"b\\"}, {"reason", "r"}}, std::uint64_t{1'700'000'000'123});
  out.family("gatepost_y_seconds", Exposition::Type::Gauge, "Y.").sample({}, 0.1);
  EXPECT_EQ(out.text(),
            "# HELP gatepost_x_total X.\n# TYPE gatepost_x_total counter\n"
            "gatepost_x_total{lane=\"a\\\"b\\\\\",reason=\"r\"} 1700000000123\n"
            "# HELP gatepost_y_seconds Y.\n# TYPE gatepost_y_seconds gauge\ngatepost_y_seconds 0.1\n");
}

TEST(Histogram, CountsALastBucketWithoutEnd) {
  Histogram histogram;
  histogram.add(20us);
  histogram.add(20us + 1ns);
  histogram.add(1h);
  EXPECT_EQ(histogram.count(0), 1U) << "an end belongs to its bucket";
  EXPECT_EQ(histogram.count(1), 1U);
  EXPECT_EQ(histogram.count(Histogram::ends.size()), 1U);
  EXPECT_NEAR(histogram.seconds(), 3600, 0.001);
}

}  // namespace
}  // namespace gatepost::observe
