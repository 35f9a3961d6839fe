// What a running engine can be asked, by name.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <gatepost/result.hpp>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace gatepost::api {

class Session;

/// The client's end of one request. A copy is the same end; any thread may use it, also when the client or the whole
/// server has gone.
class Reply {
 public:
  /// Sends one line. False when nobody reads any more: the client went, or is so slow that it was left.
  bool line(const boost::json::object& answer) const;
  /// Sends the last line of this request: the client may ask the next thing.
  bool end(const Result<boost::json::object>& last) const;
  /// Whether a line would still find its reader.
  bool is_open() const;
  /// Bytes that the client has not read yet. Beyond 1 MiB it is left.
  std::size_t unread() const;

 private:
  friend class Session;
  struct Way;
  explicit Reply(std::shared_ptr<Way> way) : way_(std::move(way)) {}
  bool send(std::string text, bool last) const;
  std::shared_ptr<Way> way_;
};

/// Answers at once: called on the server's thread, so for what takes under a millisecond.
using Answer = std::function<Result<boost::json::object>(const boost::json::object& request)>;
/// For what takes longer or is told bit by bit: keeps the Reply, returns at once and goes on elsewhere till end() or
/// till the Reply is no longer open.
using Stream = std::function<void(const boost::json::object& request, Reply reply)>;

enum class Effect : std::uint8_t { reads, changes };

struct Verb {
  std::variant<Answer, Stream> handler;
  Effect effect = Effect::reads;
};

/// Filled before a server starts; does not change after that.
class Verbs {
 public:
  Verbs& answer(std::string name, Answer answer, Effect effect = Effect::reads) {
    verbs_[std::move(name)] = {std::move(answer), effect};
    return *this;
  }
  Verbs& stream(std::string name, Stream stream, Effect effect = Effect::reads) {
    verbs_[std::move(name)] = {std::move(stream), effect};
    return *this;
  }

  /// Of those that somebody asks for the ones that read, and of the ones that change something those that are allowed
  /// as well.
  Verbs only(std::span<const char* const> asked, std::span<const std::string> allowed) const;

  const Verb* find(const std::string& name) const {
    const auto found = verbs_.find(name);
    return found == verbs_.end() ? nullptr : &found->second;
  }
  const std::map<std::string, Verb>& all() const { return verbs_; }
  std::string names() const {
    std::string all;
    for (const auto& [name, verb] : verbs_) all += (all.empty() ? "" : ", ") + name;
    return all;
  }

 private:
  std::map<std::string, Verb> verbs_;
};

}  // namespace gatepost::api
