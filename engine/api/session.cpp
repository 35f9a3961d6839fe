#include "api/session.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "api/request.hpp"

namespace gatepost::api {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t most_unsaid = std::size_t{1} << 20;  // bytes; who reads so slowly is left
constexpr std::chrono::seconds request_patience{60};
constexpr std::chrono::seconds write_patience{10};

}  // namespace

bool Reply::send(std::string text, bool last) const {
  const std::scoped_lock lock(way_->mutex);
  if (way_->session == nullptr) return false;
  way_->unread += text.size();
  way_->session->post(std::move(text), last);
  if (last) way_->session = nullptr;
  return true;
}

bool Reply::line(const boost::json::object& answer) const { return send(line_of(answer), false); }

bool Reply::end(const Result<boost::json::object>& last) const {
  return send(last ? line_of(*last) : line_of(last.error()), true);
}

bool Reply::is_open() const {
  const std::scoped_lock lock(way_->mutex);
  return way_->session != nullptr;
}

std::size_t Reply::unread() const {
  const std::scoped_lock lock(way_->mutex);
  return way_->unread;
}

void Session::start() {
  expect_within(request_patience);
  read();
}

void Session::close() {
  if (std::exchange(closed_, true)) return;
  cut_way();
  error_code ignored;
  timer_.cancel();
  rest_.cancel();
  socket_.close(ignored);
  if (auto gone = std::exchange(gone_, {})) gone(*this);
}

void Session::cut_way() {
  if (!way_) return;
  const std::scoped_lock lock(way_->mutex);
  way_->session = nullptr;
}

void Session::post(std::string text, bool last) {
  asio::post(socket_.get_executor(), [self = shared_from_this(), text = std::move(text), last]() mutable {
    self->write(std::move(text), last);
  });
}

// Goes on while a request is answered, since that is how a client's leaving shows.
void Session::read() {
  if (closed_ || leaving_ || reading_ || resting_ || heard_.size() > longest_request) return;
  reading_ = true;
  socket_.async_read_some(asio::buffer(piece_), [self = shared_from_this()](error_code bad, std::size_t count) {
    self->reading_ = false;
    if (self->closed_) return;
    self->heard_.append(self->piece_.data(), count);
    self->next_request();
    if (!bad) return self->read();
    self->leaving_ = true;
    if (self->to_say_.empty()) self->close();
  });
}

void Session::next_request() {
  while (!closed_ && !leaving_ && !way_ && !rests()) {
    const auto end = heard_.find('\n');
    if (std::min(end, heard_.size()) > longest_request)
      return refuse({"it is longer than 64 KiB", "the request", "send one short JSON object a line"});
    if (end == std::string::npos) return;
    const std::string line = heard_.substr(0, end);
    heard_.erase(0, end + 1);
    pace_.take(SystemClock().now());
    handle(line);
  }
}

// Who asks without end waits, not the engine: nothing more is read of it meanwhile.
bool Session::rests() {
  if (resting_) return true;
  const Duration wait = pace_.wait(SystemClock().now());
  if (wait == Duration::zero()) return false;
  resting_ = true;
  rest_.expires_after(wait);
  rest_.async_wait([weak = weak_from_this()](error_code bad) {
    const auto self = weak.lock();
    if (bad || !self) return;
    self->resting_ = false;
    self->next_request();
    self->read();
  });
  return true;
}

void Session::handle(std::string_view line) {
  auto request = parse_request(line);
  if (!request) return write(line_of(request.error()), false);
  const Verb* verb = verbs_.find(request->verb);
  if (verb == nullptr)
    return write(line_of(Error{"this engine does not know the verb", request->verb, "it knows: " + verbs_.names()}),
                 false);
  try {
    if (const Answer* answer = std::get_if<Answer>(&verb->handler)) {
      const auto answered = (*answer)(request->fields);
      return write(answered ? line_of(*answered) : line_of(answered.error()), false);
    }
    way_ = std::make_shared<Reply::Way>();
    way_->session = this;
    timer_.cancel();
    std::get<Stream>(verb->handler)(request->fields, Reply(way_));
  } catch (const std::exception& exception) {
    cut_way();
    way_.reset();
    write(line_of(Error{std::string("the engine failed to answer: ") + exception.what(), request->verb,
                        "report this to Gatepost's authors"}),
          false);
  }
}

void Session::refuse(const Error& error) {
  write(line_of(error), false);
  leaving_ = true;
}

// `last`: the request under way is answered.
void Session::write(std::string text, bool last) {
  if (closed_) return;
  unsaid_ += text.size();
  if (unsaid_ > most_unsaid) return close();
  to_say_.push_back(std::move(text));
  if (to_say_.size() == 1) write_next();
  if (!last) return;
  way_.reset();
  next_request();
  read();
}

void Session::write_next() {
  expect_within(write_patience);
  asio::async_write(socket_, asio::buffer(to_say_.front()), [self = shared_from_this()](error_code bad, std::size_t) {
    if (self->closed_) return;
    if (bad) return self->close();
    self->unsaid_ -= self->to_say_.front().size();
    if (self->way_) {
      const std::scoped_lock lock(self->way_->mutex);
      self->way_->unread -= std::min(self->way_->unread, self->to_say_.front().size());
    }
    self->to_say_.pop_front();
    if (!self->to_say_.empty()) return self->write_next();
    if (self->leaving_) return self->close();
    if (self->way_)
      self->timer_.cancel();
    else
      self->expect_within(request_patience);
  });
}

void Session::expect_within(std::chrono::seconds time) {
  timer_.expires_after(time);
  timer_.async_wait([weak = weak_from_this()](error_code bad) {
    if (bad) return;
    if (const auto self = weak.lock()) self->close();
  });
}

}  // namespace gatepost::api
