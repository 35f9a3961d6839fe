// A strict reader of Prometheus' text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats).
#pragma once

#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace gatepost::world {

struct Exposed {
  std::map<std::string, double> samples;  ///< by what stands before the value, labels as written
  std::vector<std::string> faults;        ///< what is wrong with the text

  std::optional<double> at(const std::string& sample) const {
    const auto found = samples.find(sample);
    return found == samples.end() ? std::nullopt : std::optional(found->second);
  }
};

class ExpositionReader {
 public:
  Exposed read(const std::string& text) {
    if (text.empty() || text.back() != '\n') fault("the last line has no end", "");
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      std::smatch parts;
      if (std::regex_match(line, parts, std::regex("# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) .+")))
        help_ = parts[1];
      else if (std::regex_match(line, parts, std::regex("# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)")))
        begin(parts[1], parts[2], line);
      else
        sample(line);
    }
    for (const auto& [series, last] : buckets_)
      if (!exposed_.at(last.count) || *exposed_.at(last.count) != last.value || !last.infinite)
        fault("a histogram does not end in +Inf as great as its count", series);
    return exposed_;
  }

 private:
  struct Bucket {
    double end = -1, value = 0;
    bool infinite = false;
    std::string count;
  };

  void fault(const std::string& what, const std::string& line) { exposed_.faults.push_back(what + ": " + line); }

  void begin(const std::string& name, const std::string& type, const std::string& line) {
    if (help_ != name) fault("a type without its help", line);
    if (!families_.insert(name).second) fault("a family comes twice", line);
    family_ = name;
    type_ = type;
    if (type == "counter" && !name.ends_with("_total")) fault("a counter is not named so", line);
  }

  void sample(const std::string& line) {
    static const std::string label = "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\"";
    static const std::regex shape("([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{" + label + "(?:," + label + ")*\\})? ([^ ]+)");
    std::smatch parts;
    if (!std::regex_match(line, parts, shape)) return fault("no sample", line);
    const std::string name = parts[1], labels = parts[2], word = parts[3];
    char* end = nullptr;
    const double value = std::strtod(word.c_str(), &end);
    if (*end != '\0' || std::isnan(value)) fault("no number", line);
    if (type_ != "gauge" && value < 0) fault("a count below nothing", line);
    const bool of_histogram =
        type_ == "histogram" && (name == family_ + "_bucket" || name == family_ + "_sum" || name == family_ + "_count");
    if (!of_histogram && (type_ == "histogram" || name != family_)) fault("a sample outside its family", line);
    if (!exposed_.samples.emplace(name + labels, value).second) fault("a sample comes twice", line);
    if (name == family_ + "_bucket" && type_ == "histogram") bucket(labels, value, line);
  }

  void bucket(const std::string& labels, double value, const std::string& line) {
    std::smatch parts;
    if (!std::regex_match(labels, parts, std::regex("\\{(.*),le=\"([^\"]+)\"\\}")))
      return fault("a bucket without its end", line);
    const std::string series = family_ + "{" + parts[1].str() + "}";
    Bucket& last = buckets_[series];
    const double end = std::strtod(parts[2].str().c_str(), nullptr);
    if (end <= last.end || value < last.value) fault("buckets that do not grow", line);
    last = {end, value, std::isinf(end), family_ + "_count{" + parts[1].str() + "}"};
  }

  Exposed exposed_;
  std::string help_, family_, type_;
  std::set<std::string> families_;
  std::map<std::string, Bucket> buckets_;
};

}  // namespace gatepost::world
