#include "api/client.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstring>
#include <gatepost/support/unix_socket.hpp>

namespace gatepost::api {
namespace {

constexpr std::size_t longest_answer = std::size_t{8} << 20;

Error not_reached(int code, const std::string& place) {
  if (code == ENOENT || code == ECONNREFUSED) return {"the site is not running", place, "start it: gatepost run SITE"};
  if (code == EACCES || code == EPERM)
    return {"you may not ask this engine", place, "ask as the engine's own user or as root"};
  return {std::string("cannot reach the engine: ") + std::strerror(code), place, "see whether it runs: gatepost run"};
}

std::string text_at(const boost::json::object& object, const char* key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

Result<boost::json::object> answer_of(std::string_view line, const std::filesystem::path& socket) {
  boost::system::error_code bad;
  auto value = boost::json::parse(line, bad);
  const auto* ok = bad || !value.is_object() ? nullptr : value.get_object().if_contains("ok");
  if (ok == nullptr || !ok->is_bool())
    return Error{"what listens there does not answer as an engine does", socket.string(),
                 "use the command of the same version as the engine"};
  auto& object = value.get_object();
  if (!ok->get_bool()) return Error{text_at(object, "what"), text_at(object, "where"), text_at(object, "remedy")};
  return std::move(object);
}

}  // namespace

std::filesystem::path socket_of(const std::filesystem::path& journal) { return journal.string() + ".control"; }

Result<Client> Client::connect(const std::filesystem::path& journal) { return connect_to(socket_of(journal)); }

Result<Client> Client::connect_to(const std::filesystem::path& socket) {
  support::Dialled dialled = support::dial(socket);
  if (!dialled.descriptor.is_open()) return not_reached(dialled.code, socket.string());
  return Client(std::move(dialled.descriptor), socket);
}

void Client::hang_up() const { ::shutdown(descriptor_.number(), SHUT_RDWR); }

Result<boost::json::object> Client::ask(const boost::json::object& request, Duration patience) {
  if (auto sent = send(request); !sent) return sent.error();
  auto answer = next(patience);
  if (!answer) return answer.error();
  if (!*answer) return Error{"the engine ended before it answered", socket_.string(), "see its log"};
  return std::move(**answer);
}

// A write that fails is no error yet: what the engine said before it hung up stands to be read.
Result<void> Client::send(const boost::json::object& request) {
  const std::string line = boost::json::serialize(request) + "\n";
  for (std::string_view rest = line; !rest.empty();) {
    const auto sent = ::send(descriptor_.number(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return {};
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

Result<std::optional<boost::json::object>> Client::next(std::optional<Duration> patience) {
  for (;;) {
    if (const auto end = heard_.find('\n'); end != std::string::npos) {
      auto answer = answer_of(std::string_view(heard_).substr(0, end), socket_);
      heard_.erase(0, end + 1);
      if (!answer) return answer.error();
      return std::optional(std::move(*answer));
    }
    const auto more = read_more(patience);
    lost_ = !more || !*more;
    if (!more) return more.error();
    if (!*more) return std::optional<boost::json::object>();
  }
}

bool Client::wait(Duration time) const {
  if (!heard_.empty()) return true;
  pollfd watched{descriptor_.number(), POLLIN, 0};
  return ::poll(&watched, 1, static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(time).count())) !=
         0;
}

// False at the end.
Result<bool> Client::read_more(std::optional<Duration> patience) {
  pollfd watched{descriptor_.number(), POLLIN, 0};
  const auto milliseconds =
      patience ? static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(*patience).count()) : -1;
  const int ready = ::poll(&watched, 1, milliseconds);
  if (ready < 0 && errno == EINTR) return true;
  if (ready == 0) return Error{"the engine does not answer", socket_.string(), "see its log; a plugin may hold it up"};
  if (heard_.size() > longest_answer)
    return Error{"the engine's answer has no end", socket_.string(),
                 "use the command of the same version as the engine"};
  char buffer[16 * 1024];
  const auto count = ::read(descriptor_.number(), buffer, sizeof buffer);
  if (count < 0 && errno == EINTR) return true;
  if (count <= 0) return false;
  heard_.append(buffer, static_cast<std::size_t>(count));
  return true;
}

}  // namespace gatepost::api
